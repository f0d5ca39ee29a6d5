// Watches several jobs at once, and the clock.

#pragma once

#include <weir/detail/join.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/sleep.hpp>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <vector>

namespace weir::detail {

class [[nodiscard]] wait_awaiter final : public waiter, public timer {
public:
  /// Which job ends the wait before all are done.
  enum early { never, any, exception, failure /* or cancelled */ };

  /// \p timeout in nanoseconds, negative for none. Throws usage_error for a job
  /// of another loop, and for the one that would wait for itself.
  wait_awaiter(const std::vector<job *> &jobs, std::int64_t timeout,
               early ends_early)
      : slots_(jobs.size()), timeout_(timeout), ends_early_(ends_early) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      slots_[i].wait = this;
      slots_[i].target = jobs[i];
      if (is_done_here(*jobs[i]))
        count(*jobs[i]);
    }
  }
  wait_awaiter(const wait_awaiter &) = delete;

  bool await_ready() const noexcept { return over_ || timeout_ == 0; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    for (auto &s : slots_)
      if (!s.target->is_done())
        add_observer(*s.target, s);
    if (timeout_ > 0) {
      when = this_scheduler->now() + timeout_;
      this_scheduler->timers.insert(*this);
      is_timed_ = true;
    }
    block(leaf.promise(), *this);
  }
  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
  }

  void abandon() noexcept override {
    for (auto &s : slots_)
      remove_observer(*s.target, s);
    if (is_timed_)
      blocked->owner->home.timers.erase(*this);
    is_timed_ = false;
  }
  const char *what() const noexcept override { return "wait"; }
  void fire() noexcept override {
    is_timed_ = false;
    end();
  }

private:
  struct slot final : observer {
    void on_done(job &root) noexcept override {
      wait->count(root);
      if (wait->over_)
        wait->end();
    }
    wait_awaiter *wait = nullptr;
    job *target = nullptr;
  };

  void count(const job &root) noexcept {
    ++done_;
    over_ |= done_ == slots_.size() || ends_early_ == any ||
             (ends_early_ == exception && root.outcome == outcome::error) ||
             (ends_early_ == failure && root.outcome != outcome::value);
  }
  void end() noexcept {
    if (ended_)
      return; // several ended in the same turn
    ended_ = true;
    abandon();
    wake(*this);
  }

  std::vector<slot> slots_;
  std::size_t done_ = 0;
  std::int64_t timeout_;
  early ends_early_;
  bool over_ = false, ended_ = false, is_timed_ = false;
};

} // namespace weir::detail

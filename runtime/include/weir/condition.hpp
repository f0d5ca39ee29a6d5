// condition: waits until something under a lock has changed.

#pragma once

#include <weir/cancel_scope.hpp>
#include <weir/lock.hpp>
#include <weir/task.hpp>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace weir {

/// A condition variable for tasks, over its own lock or one that is given. It
/// must outlive its waiters; the loop's thread only. (asyncio: Condition.)
///
///     auto held = co_await condition.mutex().scoped();
///     co_await condition.wait([&] { return !jobs.empty(); });
class condition {
public:
  condition() : lock_(own_) {}
  explicit condition(lock &l) noexcept : lock_(l) {}
  condition(const condition &) = delete;
  condition &operator=(const condition &) = delete;

  lock &mutex() noexcept { return lock_; }

  /// Releases the lock, waits to be notified, takes the lock again: also when
  /// cancelled, so that the lock is held whichever way it ends. A notification
  /// that meets a cancelled waiter goes to the next. Wakes without one are
  /// possible. Throws invalid_state if the lock is not held.
  task<> wait() {
    check_held();
    lock_.release();
    notification wait(*this);
    bool was_cancelled = false;
    try {
      co_await wait;
    } catch (const cancelled &) {
      was_cancelled = true;
    }
    std::optional<cancel_scope> shield;
    for (bool held = lock_.try_acquire(); !held;) {
      try {
        co_await lock_.acquire();
        held = true;
      } catch (const cancelled &) {
        was_cancelled = true;
        if (!shield)
          shield.emplace(scope_options{.shield = true});
      }
    }
    if (was_cancelled) {
      if (wait.was_notified)
        notify();
      throw cancelled{};
    }
  }
  /// Waits until \p holds() is true, which is asked under the lock.
  template <std::predicate F> task<> wait(F holds) {
    while (!holds())
      co_await wait();
  }

  /// Wakes \p n waiters, or all of them; they go on when the lock is free.
  /// Throws invalid_state if the lock is not held.
  void notify(std::size_t n = 1) {
    line_.check_thread("condition.notify");
    check_held();
    for (; n > 0 && !line_.empty(); --n) {
      auto &first = static_cast<notification &>(line_.pop_front());
      first.was_notified = true;
      detail::wake(first);
    }
  }
  void notify_all() { notify(static_cast<std::size_t>(-1)); }

private:
  struct notification final : detail::queued_waiter {
    explicit notification(condition &c) noexcept : line(c.line_) {}

    bool await_ready() const noexcept { return false; }
    template <std::derived_from<detail::job> P>
    void await_suspend(std::coroutine_handle<P> leaf) {
      detail::stand_in(line, *this);
      detail::block(leaf.promise(), *this);
    }
    void await_resume() const { detail::throw_if_cancelled(*blocked); }
    void note_thread(std::uint16_t thread) noexcept override {
      line.note_thread(thread);
    }
    const char *what() const noexcept override { return "condition.wait"; }

    detail::wait_queue &line;
    bool was_notified = false;
  };

  void check_held() const {
    if (!lock_.locked())
      throw invalid_state("condition used without holding its lock");
  }

  lock own_;
  lock &lock_;
  detail::wait_queue line_;
};

} // namespace weir

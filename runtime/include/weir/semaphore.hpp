// semaphore: so many tasks at a time.

#pragma once

#include <weir/detail/wait_queue.hpp>
#include <weir/errors.hpp>
#include <weir/scoped.hpp>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>

namespace weir {

/// Holds a number of units; a task that acquires takes one, or waits in line
/// for it. Releasing hands the unit to the first waiter, so nobody overtakes
/// and `locked()` stays true meanwhile. A waiter that is cancelled after it was
/// given its unit passes it on. Must outlive its waiters; the loop's thread
/// only. (asyncio: Semaphore.)
class semaphore {
public:
  explicit semaphore(std::size_t units = 1) noexcept : free_(units) {}
  semaphore(const semaphore &) = delete;
  semaphore &operator=(const semaphore &) = delete;

  class [[nodiscard("nothing is acquired until it is awaited")]] awaiter final
      : public detail::queued_waiter {
  public:
    explicit awaiter(semaphore &s) noexcept : semaphore_(s) {}

    bool await_ready() const noexcept { return semaphore_.try_acquire(); }
    template <std::derived_from<detail::job> P>
    void await_suspend(std::coroutine_handle<P> leaf) {
      detail::stand_in(semaphore_.line_, *this);
      detail::block(leaf.promise(), *this);
    }
    void await_resume() const {
      if (blocked && (blocked->flags & detail::job::must_cancel)) [[unlikely]] {
        if (was_handed_over_)
          semaphore_.hand_over();
        detail::throw_if_cancelled(*blocked);
      }
    }
    void note_thread(std::uint16_t thread) noexcept override {
      semaphore_.line_.note_thread(thread);
    }
    const char *what() const noexcept override { return "semaphore.acquire"; }

  private:
    friend semaphore;
    semaphore &semaphore_;
    bool was_handed_over_ = false;
  };

  /// Takes a unit, waiting for one if there is none. `release` must follow.
  awaiter acquire() noexcept { return awaiter(*this); }
  /// The same, and the result gives it back when it goes out of scope.
  auto scoped() noexcept { return detail::scoped_awaiter<semaphore>(*this); }

  /// Takes a unit if there is one.
  bool try_acquire() noexcept {
    if (free_ == 0)
      return false;
    --free_;
    return true;
  }

  /// Gives a unit back, or a new one: there is no upper limit (see
  /// bounded_semaphore).
  void release() noexcept {
    line_.check_thread("semaphore.release");
    hand_over();
  }

  /// Whether `acquire` would have to wait.
  bool locked() const noexcept { return free_ == 0; }

protected:
  std::size_t free_units() const noexcept { return free_; }

private:
  void hand_over() noexcept {
    if (line_.empty()) {
      ++free_;
      return;
    }
    auto &next = static_cast<awaiter &>(line_.pop_front());
    next.was_handed_over_ = true;
    detail::wake(next);
  }

  detail::wait_queue line_;
  std::size_t free_;
};

} // namespace weir

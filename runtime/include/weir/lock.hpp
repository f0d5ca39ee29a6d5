// lock: one task at a time, across suspensions.

#pragma once

#include <weir/detail/wait_queue.hpp>
#include <weir/errors.hpp>
#include <weir/scoped.hpp>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <utility>

namespace weir {

/// A mutex for tasks: waiting for it suspends the task, not the thread, and it
/// may be held across `co_await`.
///
///     auto held = co_await lock.scoped();
///
/// Strictly first come, first served: releasing hands it to the first waiter,
/// so a task that releases and at once acquires again goes to the end of the
/// line. Not tied to a task: another may release. Must outlive its waiters; the
/// loop's thread only. Cancelling a waiter takes it out of the line, and a lock
/// already handed to it goes to the next. (asyncio: Lock.)
class lock {
public:
  lock() = default;
  lock(const lock &) = delete;
  lock &operator=(const lock &) = delete;

  class [[nodiscard("the lock is not acquired until it is awaited")]] awaiter
      final : public detail::queued_waiter {
  public:
    explicit awaiter(lock &l) noexcept : lock_(l) {}

    bool await_ready() const noexcept { return lock_.try_acquire(); }
    template <std::derived_from<detail::job> P>
    void await_suspend(std::coroutine_handle<P> leaf) {
      detail::stand_in(lock_.line_, *this);
      detail::block(leaf.promise(), *this);
    }
    void await_resume() const {
      if (blocked && (blocked->flags & detail::job::must_cancel)) [[unlikely]] {
        if (was_handed_over_)
          lock_.release();
        detail::throw_if_cancelled(*blocked);
      }
    }
    void note_thread(std::uint16_t thread) noexcept override {
      lock_.line_.note_thread(thread);
    }
    const char *what() const noexcept override { return "lock.acquire"; }

  private:
    friend lock;
    lock &lock_;
    bool was_handed_over_ = false;
  };

  /// Waits until the lock is free and takes it. `release` must follow.
  awaiter acquire() noexcept { return awaiter(*this); }
  /// The same, and the result releases when it goes out of scope.
  auto scoped() noexcept { return detail::scoped_awaiter<lock>(*this); }

  /// Takes the lock if it is free.
  bool try_acquire() noexcept { return !std::exchange(locked_, true); }

  /// Hands the lock to the first waiter, or frees it. Throws invalid_state if
  /// it is free.
  void release() {
    line_.check_thread("lock.release");
    if (locked_ && line_.empty()) [[likely]]
      locked_ = false;
    else
      hand_over();
  }

  bool locked() const noexcept { return locked_; }

private:
  [[gnu::noinline]] void hand_over() {
    if (!locked_)
      throw invalid_state("release of a lock that is not held");
    auto &next = static_cast<awaiter &>(line_.pop_front());
    next.was_handed_over_ = true;
    detail::wake(next);
  }

  detail::wait_queue line_;
  bool locked_ = false;
};

} // namespace weir

// sleep: lets every other task run for a while.

#pragma once

#include <weir/detail/nanoseconds.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/yield.hpp>

#include <chrono>
#include <concepts>
#include <coroutine>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace weir {

namespace detail {

class [[nodiscard("nothing sleeps until it is awaited")]] sleep_awaiter final
    : public waiter,
      public timer {
public:
  explicit sleep_awaiter(std::int64_t nanoseconds) { when = nanoseconds; }

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    if (when <= 0) {
      yield_awaiter{}.await_suspend(leaf);
      return;
    }
    when += this_scheduler->now();
    this_scheduler->timers.insert(*this);
    block(leaf.promise(), *this);
  }
  void await_resume() const { throw_if_cancelled(*this_scheduler->current); }

  void abandon() noexcept override {
    blocked->owner->home.timers.erase(*this);
  }
  const char *what() const noexcept override { return "sleep"; }
  void fire() noexcept override { wake(*this); }
};

/// A sleep that has something to give in the end.
template <class T>
class [[nodiscard("nothing sleeps until it is awaited")]] sleep_with_result {
public:
  sleep_with_result(std::int64_t nanoseconds, T result)
      : sleep_(nanoseconds), result_(std::move(result)) {}

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    sleep_.await_suspend(leaf);
  }
  T await_resume() {
    sleep_.await_resume();
    return std::move(result_);
  }

private:
  sleep_awaiter sleep_;
  T result_;
};

} // namespace detail

/// Suspends the awaiting task for at least \p duration, counted from the
/// `co_await`; at most about a millisecond longer on an idle loop.
///
///     co_await weir::sleep(50ms);
///
/// Zero or less gives every other ready task one turn. A duration that is not a
/// number throws std::invalid_argument. Cancelling wakes it at once. The loop's
/// thread only. (asyncio: sleep.)
template <class Rep, class Period>
auto sleep(std::chrono::duration<Rep, Period> duration) {
  return detail::sleep_awaiter(detail::nanoseconds_of(duration));
}

/// The same, and gives \p result: in place of work that takes its time.
template <class Rep, class Period, class T>
auto sleep(std::chrono::duration<Rep, Period> duration, T result) {
  return detail::sleep_with_result<T>(detail::nanoseconds_of(duration),
                                      std::move(result));
}

} // namespace weir

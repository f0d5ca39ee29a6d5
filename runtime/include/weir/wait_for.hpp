// wait_for: timeout with the arguments the other way round.

#pragma once

#include <weir/detail/scope_parent.hpp>
#include <weir/timeout.hpp>

#include <chrono>
#include <utility>

namespace weir {

/// Waits for \p awaitable at most \p duration: see `timeout`. With zero or
/// less, a task is not begun and a handle gives its result only if it is done
/// already; otherwise it is cancelled and waited for, and timeout_error thrown.
/// The loop's thread only. (asyncio: wait_for.)
template <detail::is_awaitable A, class Rep, class Period>
task<detail::task_result_t<A>>
wait_for(A awaitable, std::chrono::duration<Rep, Period> duration) {
  if (duration.count() <= 0) {
    if constexpr (detail::is_task<A>) {
      detail::discard(awaitable);
      throw timeout_error();
    } else if constexpr (detail::is_handle<A>) {
      if (awaitable.done())
        co_return co_await std::move(awaitable);
      detail::scope_parent outside;
      awaitable.cancel(); // and not again: it may be cleaning up
      try {
        co_return co_await std::move(awaitable);
      } catch (const cancelled &) {
        if (outside.uncancel())
          throw timeout_error();
        throw;
      }
    }
  }
  timeout_scope scope(duration);
  try {
    co_return co_await std::move(awaitable);
  } catch (const cancelled &) {
    scope.throw_if_expired();
    if (duration.count() <= 0 && loop::current().now() >= *scope.deadline())
      throw timeout_error();
    throw;
  }
}

} // namespace weir

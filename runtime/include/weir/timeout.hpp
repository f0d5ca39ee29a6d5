// timeout: gives up on something that takes too long.

#pragma once

#include <weir/detail/as_task.hpp>
#include <weir/errors.hpp>
#include <weir/loop.hpp>
#include <weir/timeout_scope.hpp>

#include <chrono>
#include <type_traits>
#include <utility>

namespace weir {

/// Runs \p awaitable until \p deadline. At the deadline it is cancelled, and
/// when it has ended so, timeout_error is thrown in place of `cancelled`. If it
/// ends otherwise, with a result or another exception, that stands. If the
/// awaiting task is cancelled from outside too, `cancelled` passes.
///
/// Cancellation reaches what is awaited: see there. Work that never waits is
/// not interrupted. The loop's thread only. (asyncio: timeout_at.)
template <detail::is_awaitable A>
task<detail::task_result_t<A>> timeout_at(loop::time_point deadline,
                                          A awaitable) {
  timeout_scope scope(deadline);
  try {
    co_return co_await std::move(awaitable);
  } catch (const cancelled &) {
    scope.throw_if_expired();
    throw;
  }
}

/// The same with a duration from the moment it is awaited:
///
///     auto page = co_await weir::timeout(5s, fetch(url));
template <class Rep, class Period, detail::is_awaitable A>
task<detail::task_result_t<A>>
timeout(std::chrono::duration<Rep, Period> duration, A awaitable) {
  timeout_scope scope(duration);
  try {
    co_return co_await std::move(awaitable);
  } catch (const cancelled &) {
    scope.throw_if_expired();
    throw;
  }
}

/// The same, with a value in place of timeout_error:
///
///     auto hits = co_await weir::timeout_or(50ms, count(cache), 0);
///
/// A timeout_error that \p awaitable throws of its own accord passes.
/// (Kotlin: withTimeoutOrNull.)
template <class Rep, class Period, detail::is_awaitable A>
  requires(!std::is_void_v<detail::task_result_t<A>>)
task<detail::task_result_t<A>>
timeout_or(std::chrono::duration<Rep, Period> duration, A awaitable,
           std::type_identity_t<detail::task_result_t<A>> fallback) {
  timeout_scope scope(duration);
  try {
    co_return co_await std::move(awaitable);
  } catch (const cancelled &) {
    if (!scope.is_why())
      throw;
  }
  co_return std::forward<detail::task_result_t<A>>(fallback);
}

/// The same for a piece of code, which can move the deadline:
///
///     co_await weir::with_timeout(5s, [&](auto &limit) -> weir::task<> {
///       co_await hello();
///       limit.reschedule(loop.now() + 10s);
///       co_await world();
///     });
///
/// \p f is kept until it is done, so a lambda may capture by reference.
template <class Rep, class Period, class F>
auto with_timeout(std::chrono::duration<Rep, Period> duration, F f)
    -> std::invoke_result_t<F &, timeout_scope &> {
  timeout_scope scope(duration);
  try {
    co_return co_await f(scope);
  } catch (const cancelled &) {
    scope.throw_if_expired();
    throw;
  }
}

} // namespace weir

// as_result: failures as values, for those that are no exception.

#pragma once

#include <weir/detail/as_task.hpp>
#include <weir/detail/gather_awaiter.hpp>
#include <weir/result.hpp>
#include <weir/task.hpp>

#include <concepts>
#include <coroutine>
#include <exception>
#include <utility>

namespace weir {

namespace detail {

/// Awaits a task and looks at how it ended instead of throwing it on.
template <class T>
class [[nodiscard("nothing runs until it is awaited")]] result_awaiter {
public:
  explicit result_awaiter(task<T> awaited) : awaited_(std::move(awaited)) {}

  bool await_ready() const { return awaited_.await_ready(); }
  template <std::derived_from<job> P>
  transfer await_suspend(std::coroutine_handle<P> caller) noexcept {
    return awaited_.await_suspend(caller);
  }
  result<T> await_resume() {
    if (awaited_.native().outcome == outcome::cancelled) [[unlikely]]
      awaited_.native().rethrow();
    return collect</*Catch=*/true>(awaited_);
  }

private:
  task<T> awaited_;
};

template <class A> task<result<task_result_t<A>>> catch_result(A awaitable) {
  using T = task_result_t<A>;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(awaitable);
      co_return result<T>(std::monostate{});
    } else {
      co_return result<T>(co_await std::move(awaitable));
    }
  } catch (const cancelled &) {
    throw;
  } catch (...) {
    co_return result<T>(std::current_exception());
  }
}

} // namespace detail

/// Awaits \p awaitable and gives its value or its exception as a
/// `weir::result`:
///
///     if (auto page = co_await weir::as_result(fetch(url)))
///       show(*page);
///     else
///       note(page.error());
///
/// A task's failure is not thrown again here, and costs its own `throw` only.
/// `cancelled` is no failure and is thrown, so the awaiting task can be stopped
/// as ever. \p awaitable is kept until it is done; it throws usage_error for an
/// empty task. The loop's thread only. (folly: co_awaitTry.)
template <detail::is_awaitable A> WEIR_CORO_WRAPPER auto as_result(A awaitable) {
  if constexpr (detail::is_task<A>)
    return detail::result_awaiter(std::move(awaitable));
  else
    return detail::catch_result(std::move(awaitable));
}

} // namespace weir

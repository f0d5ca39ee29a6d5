// shield: lets the waiting be cancelled, but not the work.

#pragma once

#include <weir/create_task.hpp>
#include <weir/task_handle.hpp>

#include <type_traits>
#include <utility>

namespace weir {

/// Waits for \p awaitable, which runs as a task of its own (a handle: is one
/// already). If the waiting task is cancelled it ends at once with `cancelled`;
/// the work goes on, and a failure of it after that is nobody's. If the work
/// itself is cancelled, so is the waiting.
///
/// Nothing the work refers to may die with the waiting task. The loop's thread
/// only. (asyncio: shield.)
template <detail::is_awaitable A>
task<detail::task_result_t<A>> shield(A awaitable) {
  using T = detail::task_result_t<A>;
  task_handle<T> inner;
  if constexpr (detail::is_handle<A>)
    inner = std::move(awaitable);
  else
    inner = create_task(std::move(awaitable));
  // Of a task that was made here, nobody else reads the result.
  detail::join<T, !detail::is_handle<A>> wait(inner);
  wait.shield();
  try {
    co_return co_await wait;
  } catch (const cancelled &) {
    inner.native()->flags |= detail::job::retrieved;
    throw;
  }
}

} // namespace weir

// Whatever can be awaited, as a task.

#pragma once

#include <weir/detail/awaitable.hpp>
#include <weir/task.hpp>
#include <weir/task_handle.hpp>

#include <type_traits>
#include <utility>

namespace weir {
template <class T> class future;
}

namespace weir::detail {

template <class A> inline constexpr bool is_task = false;
template <class T> inline constexpr bool is_task<task<T>> = true;
template <class A> inline constexpr bool is_handle = false;
template <class T> inline constexpr bool is_handle<task_handle<T>> = true;

template <class A> struct task_result {
  using type = await_result_t<A>;
};
template <class T> struct task_result<task<T>> {
  using type = T;
};
template <class T> struct task_result<task_handle<T>> {
  using type = std::remove_cvref_t<T>;
};
/// Not a reference into what ends with the waiting.
template <class T> struct task_result<future<T>> {
  using type = T;
};
/// What awaiting an A, taken by value, results in.
template <class A>
using task_result_t = typename task_result<std::remove_cvref_t<A>>::type;

template <class A> task<task_result_t<A>> await_as_task(A awaitable) {
  co_return co_await std::move(awaitable);
}

/// A task of a task is itself. A handle becomes a link: a task that is its
/// stand-in, and can be told not to pass a cancellation on.
template <class A> WEIR_CORO_WRAPPER task<task_result_t<A>> as_task(A a) {
  if constexpr (is_task<A>) {
    return a;
  } else if constexpr (is_handle<A>) {
    auto link = await_as_task(std::move(a));
    link.native().flags |= job::is_link;
    return link;
  } else {
    return await_as_task(std::move(a));
  }
}

/// Destroys a task that was not begun on purpose.
template <class T> void discard(task<T> &t) noexcept {
  if (auto frame = t.release())
    frame.destroy();
}

/// The frame of a task that is about to become a root.
template <class T> auto release_for_start(task<T> t) {
  if (!t)
    throw usage_error("the task is empty: it was moved from");
  t.await_ready(); // refuses one that was awaited
  return t.release();
}

} // namespace weir::detail

// race: run several things at the same time until one of them is done.

#pragma once

#include <weir/detail/race_awaiter.hpp>

#include <cstddef>
#include <ranges>
#include <utility>
#include <variant>
#include <vector>

namespace weir {

/// Runs all of \p awaitables at the same time and gives what the first to end
/// gives. When it ends, the others are cancelled and waited for, so nothing
/// runs on that could refer to the caller's variables.
///
///     auto first = co_await weir::race(ask(primary), ask(replica));
///     use(std::visit([](auto &&answer) { return answer; }, first));
///
/// The result is a std::variant whose index says who won, std::monostate for
/// void. If the first to end throws, or is cancelled by somebody else, that is
/// thrown. What the others come to after that is dropped. A task_handle among
/// the arguments is somebody else's task: when it loses, it is left running.
///
/// The children start, in order, with the `co_await`. Cancelling the awaiting
/// task cancels every child, handles included; when all are done it ends with
/// `cancelled`. The loop's thread only. (asyncio: wait with FIRST_COMPLETED,
/// and its clean-up.)
template <detail::is_awaitable... A>
  requires(sizeof...(A) > 0)
auto race(A &&...awaitables) {
  return detail::race_tuple<detail::task_result_t<A>...>(
      detail::as_task(std::decay_t<A>(std::forward<A>(awaitables)))...);
}

/// Who won a race of a range, and with what.
template <class T> struct race_result {
  std::size_t index;
  detail::object_t<T> value;
};

/// The same for a range of awaitables of one type, which is moved from if it
/// is an rvalue; the result is a `race_result`. Throws std::invalid_argument
/// for an empty range: nothing could end.
template <std::ranges::input_range R>
  requires(!detail::is_awaitable<R>)
auto race(R &&awaitables) {
  using T = detail::task_result_t<std::ranges::range_value_t<R>>;
  return detail::race_vector<T, race_result<T>>(
      detail::as_tasks(std::forward<R>(awaitables)));
}

} // namespace weir

// gather: run several things at the same time and wait for all of them.

#pragma once

#include <weir/detail/gather_awaiter.hpp>
#include <weir/keep_running.hpp>
#include <weir/return_exceptions.hpp>

#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

namespace weir {

/// Runs all of \p awaitables at the same time and gives their results in the
/// order of the arguments, std::monostate for void, a reference as one:
///
///     auto [user, orders] = co_await weir::gather(load(id), orders_of(id));
///
/// The arguments are tasks or anything else that can be awaited. They start,
/// in order, with the `co_await`. If one fails, or is cancelled by somebody
/// else, the others are cancelled and waited for, and then the first failure
/// is thrown; later ones are dropped. So nothing runs on that could refer to
/// the caller's variables. A task_handle among the arguments is somebody
/// else's task: a sibling's failure leaves it running.
///
/// Cancelling the awaiting task cancels every child, handles included; when
/// all are done it ends with `cancelled`, even if they ignored the request. If
/// one fails, before or after that, the failure is thrown, and the next
/// suspension ends with `cancelled`.
///
/// This differs from asyncio's gather, whose first failure returns at once and
/// leaves the siblings running; `gather(keep_running, ...)` does that. The
/// loop's thread only.
template <detail::is_awaitable... A> auto gather(A &&...awaitables) {
  return detail::gather_tuple<false, detail::task_result_t<A>...>(
      detail::as_task(std::decay_t<A>(std::forward<A>(awaitables)))...);
}

/// The same for a range of awaitables of one type; the results are a vector.
///
///     std::vector<int> sizes = co_await weir::gather(std::move(tasks));
///
/// The elements are moved out of an rvalue range.
template <std::ranges::input_range R>
  requires(!detail::is_awaitable<R>)
auto gather(R &&awaitables) {
  return detail::gather_range<false>(
      detail::as_tasks(std::forward<R>(awaitables)));
}

/// As above, but failures and cancellations of children become results, and
/// all children run to their end: each result is a `weir::result<T>`.
template <detail::is_awaitable... A>
auto gather(return_exceptions_t, A &&...awaitables) {
  return detail::gather_tuple<true, detail::task_result_t<A>...>(
      detail::as_task(std::decay_t<A>(std::forward<A>(awaitables)))...);
}
template <std::ranges::input_range R>
  requires(!detail::is_awaitable<R>)
auto gather(return_exceptions_t, R &&awaitables) {
  return detail::gather_range<true>(
      detail::as_tasks(std::forward<R>(awaitables)));
}

} // namespace weir

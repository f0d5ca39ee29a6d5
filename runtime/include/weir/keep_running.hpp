// keep_running: asyncio's own gather.

#pragma once

#include <weir/create_task.hpp>
#include <weir/detail/wait_awaiter.hpp>

#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

struct keep_running_t {
  explicit keep_running_t() = default;
};
/// `gather(keep_running, a(), b())`: see below.
inline constexpr keep_running_t keep_running{};

namespace detail {

/// A handle of what runs already, or of what runs from now on.
template <class A> task_handle<task_result_t<A>> running(A awaitable) {
  if constexpr (is_handle<A>)
    return awaitable;
  else
    return create_task(std::move(awaitable));
}

/// Waits until all are done or one has failed. A cancellation is passed on to
/// all, waited for, and then thrown.
inline task<> wait_for_all_or_failure(std::vector<job *> jobs) {
  auto until = wait_awaiter::failure;
  while (!jobs.empty()) {
    try {
      co_await wait_awaiter(jobs, -1, until);
      break;
    } catch (const cancelled &) {
      until = wait_awaiter::never;
      for (auto *j : jobs)
        request_cancel(*j, reason_of(*this_scheduler->current));
    }
  }
  for (auto *j : jobs)
    j->flags |= job::retrieved;
  if (until == wait_awaiter::never)
    throw cancelled{};
}

template <class T> void throw_failure(task_handle<T> &child) {
  if (child.done() && child.native()->outcome != outcome::value)
    child.promise().rethrow();
}
template <class T> object_t<T> value_of(task_handle<T> &child) {
  if constexpr (std::is_void_v<T>)
    return {};
  else
    return child.promise().take_shared(child.native()->refs == 1);
}

} // namespace detail

/// Gather exactly as in asyncio: the first failure is thrown at once and the
/// other children go on in the background, where their failures are dropped.
/// So nothing they refer to may belong to the caller. Cancelling the awaiting
/// task cancels every child and waits for them. The loop's thread only.
/// (asyncio: gather.)
template <detail::is_awaitable... A>
task<std::tuple<detail::object_t<detail::task_result_t<A>>...>>
gather(keep_running_t, A... awaitables) {
  std::tuple children{detail::running(std::move(awaitables))...};
  std::vector<detail::job *> jobs;
  std::apply([&](auto &...child) { (jobs.push_back(child.native()), ...); },
             children);
  co_await detail::wait_for_all_or_failure(std::move(jobs));
  std::apply([](auto &...child) { (detail::throw_failure(child), ...); },
             children);
  co_return std::apply(
      [](auto &...child) {
        return std::tuple<detail::object_t<detail::task_result_t<A>>...>{
            detail::value_of(child)...};
      },
      children);
}

/// The same for a range of awaitables of one type; the results are a vector.
template <std::ranges::input_range R>
  requires(!detail::is_awaitable<R>)
task<std::vector<
    detail::object_t<detail::task_result_t<std::ranges::range_value_t<R>>>>>
gather(keep_running_t, R awaitables) {
  using T = detail::task_result_t<std::ranges::range_value_t<R>>;
  std::vector<task_handle<T>> children;
  std::vector<detail::job *> jobs;
  for (auto &&a : awaitables) {
    children.push_back(detail::running(std::move(a)));
    jobs.push_back(children.back().native());
  }
  co_await detail::wait_for_all_or_failure(std::move(jobs));
  for (auto &child : children)
    detail::throw_failure(child);
  std::vector<detail::object_t<T>> results;
  results.reserve(children.size());
  for (auto &child : children)
    results.push_back(detail::value_of(child));
  co_return results;
}

} // namespace weir

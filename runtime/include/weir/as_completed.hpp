// as_completed: several results, in the order in which they come.

#pragma once

#include <weir/create_task.hpp>
#include <weir/queue.hpp>
#include <weir/timeout_scope.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace weir {

/// The tasks given to `as_completed`, one after the other as they end.
template <class T> class completions {
public:
  /// The next task that is done, or nothing when all have been given. Throws
  /// timeout_error once the time is over; the tasks then still run.
  task<std::optional<task_handle<T>>> next() {
    if (left_ == 0)
      co_return std::nullopt;
    if (!deadline_) {
      auto task = co_await done_->get();
      --left_;
      co_return std::move(task);
    }
    timeout_scope limit(*deadline_);
    try {
      auto task = co_await done_->get();
      --left_;
      co_return std::move(task);
    } catch (const cancelled &) {
      limit.throw_if_expired();
      throw;
    }
  }

  completions(std::vector<task_handle<T>> tasks,
              std::optional<loop::duration> timeout)
      : left_(tasks.size()) {
    if (timeout)
      deadline_ = loop::current().now() +
                  std::chrono::nanoseconds(detail::nanoseconds_of(*timeout));
    for (auto &t : tasks)
      t.add_done_callback(
          [done = done_, t](const task_ref &) { done->put_nowait(t); });
  }

private:
  std::shared_ptr<queue<task_handle<T>>> done_ =
      std::make_shared<queue<task_handle<T>>>();
  std::size_t left_;
  std::optional<loop::time_point> deadline_;
};

/// Starts \p awaitables, unless they are handles of tasks that run already,
/// and gives them in the order in which they end:
///
///     auto pages = weir::as_completed(std::move(fetches));
///     while (auto page = co_await pages.next())
///       show(co_await *page);
///
/// Awaiting a given task takes its result or throws its exception. Dropping the
/// object, or the end of \p timeout, leaves the tasks running: in the
/// background, so they must not refer to what dies first. The loop's thread
/// only. (asyncio: as_completed.)
template <std::ranges::input_range R>
auto as_completed(R &&awaitables,
                  std::optional<loop::duration> timeout = std::nullopt) {
  using A = std::ranges::range_value_t<R>;
  using T = detail::task_result_t<A>;
  std::vector<task_handle<T>> tasks;
  for (auto &&a : awaitables) {
    if constexpr (detail::is_handle<A>)
      tasks.push_back(a);
    else
      tasks.push_back(create_task(std::move(a)));
  }
  return completions<T>(std::move(tasks), timeout);
}

} // namespace weir

// wait: for the first, or all, of several tasks, with or without a limit.

#pragma once

#include <weir/detail/wait_awaiter.hpp>
#include <weir/task_handle.hpp>

#include <chrono>
#include <concepts>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace weir {

/// What ends a `wait`. A cancelled task counts as completed, not as a failure.
enum class return_when { all_completed, first_completed, first_exception };

struct wait_options {
  std::optional<loop::duration> timeout = std::nullopt;
  weir::return_when return_when = weir::return_when::all_completed;
};

/// The two halves of what was waited for, each in the order given.
template <class H> struct wait_result {
  std::vector<H> done, pending;
};

/// Waits for tasks without taking their results: nothing is thrown for a
/// failure or when the time is over, and nothing is ever cancelled, also not
/// when the awaiting task is. \p H is a task_handle or task_ref. Throws
/// std::invalid_argument if there is nothing to wait for. The loop's thread
/// only. (asyncio: wait.)
template <std::derived_from<task_ref> H>
task<wait_result<H>> wait(std::vector<H> tasks, wait_options options = {}) {
  if (tasks.empty())
    throw std::invalid_argument("wait for no task at all");
  std::vector<detail::job *> jobs;
  for (auto &t : tasks) {
    if (!t)
      throw usage_error("wait for an empty task handle");
    jobs.push_back(t.native());
  }
  std::int64_t timeout = -1;
  if (options.timeout)
    timeout = detail::nanoseconds_of(*options.timeout);
  using detail::wait_awaiter;
  co_await wait_awaiter(
      jobs, timeout,
      options.return_when == return_when::first_completed   ? wait_awaiter::any
      : options.return_when == return_when::first_exception ? wait_awaiter::exception
                                                            : wait_awaiter::never);
  wait_result<H> result;
  for (auto &t : tasks)
    (t.done() ? result.done : result.pending).push_back(std::move(t));
  co_return result;
}

} // namespace weir

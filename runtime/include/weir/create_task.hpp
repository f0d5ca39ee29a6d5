// create_task: start a task without waiting for it.

#pragma once

#include <weir/detail/as_task.hpp>
#include <weir/detail/start_task.hpp>
#include <weir/eager.hpp>
#include <weir/task_handle.hpp>

#include <string>
#include <utility>

namespace weir {

/// Schedules \p work to run by itself, from the next turn on; tasks start in
/// the order they are created. The loop keeps the task until it is done, also
/// when the handle is dropped; prefer `task_group`, which waits for what it
/// starts. If the task fails and no handle is left, that is reported at once
/// (weir-unhandled-task-exception).
///
/// \p work is a task or anything else that can be awaited. Throws usage_error
/// without a running loop or for an empty task. The loop's thread only.
/// (asyncio: create_task.)
template <detail::is_awaitable A>
auto create_task(A work, std::string name = {}) {
  return detail::start_task(detail::current_scheduler().detached,
                            std::move(work), std::move(name),
                            detail::first_step::next_turn);
}

/// The same, but \p work begins before `create_task` returns and runs there
/// until it first waits: a task that need not wait, a hit in a cache, say, is
/// done at once. (asyncio: eager_start.)
template <detail::is_awaitable A>
auto create_task(eager_t, A work, std::string name = {}) {
  return detail::start_task(detail::current_scheduler().detached,
                            std::move(work), std::move(name),
                            detail::first_step::now);
}

} // namespace weir

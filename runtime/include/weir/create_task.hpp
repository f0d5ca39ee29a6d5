// create_task: start a task without waiting for it.

#pragma once

#include <weir/detail/as_task.hpp>
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
/// without a running loop or for an empty task. (asyncio: create_task.)
template <detail::is_awaitable A> auto create_task(A work, std::string name = {}) {
  auto &core = detail::current_scheduler();
  auto &root =
      detail::release_for_start(detail::as_task(std::move(work))).promise();
  core.detached.adopt(root);
  task_handle<detail::task_result_t<A>> handle(&root);
  if (!name.empty())
    handle.set_name(std::move(name));
  return handle;
}

} // namespace weir

// current_task, all_tasks: tasks about themselves and each other.

#pragma once

#include <weir/task_handle.hpp>

#include <vector>

namespace weir {

/// The task that runs now: the whole chain of awaits the caller is part of.
/// Empty outside a task, as in a callback. (asyncio: current_task.)
inline task_ref current_task() noexcept {
  auto *s = detail::this_scheduler;
  return task_ref(s ? s->current : nullptr);
}

/// The tasks of this thread's loop that are not done, children of gathers and
/// groups included. Throws usage_error without a loop. (asyncio: all_tasks.)
inline std::vector<task_ref> all_tasks() {
  std::vector<task_ref> tasks;
  detail::current_scheduler().owners.for_each([&](detail::job_owner &owner) {
    for (std::size_t i = 0, n = owner.child_count(); i < n; ++i)
      if (auto *root = owner.child(i))
        tasks.emplace_back(root);
  });
  return tasks;
}

} // namespace weir

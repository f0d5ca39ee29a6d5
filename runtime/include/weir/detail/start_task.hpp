// How a task begins its own life, whoever owns it.

#pragma once

#include <weir/detail/as_task.hpp>
#include <weir/detail/job_owner.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/task_handle.hpp>

#include <string>
#include <utility>

namespace weir::detail {

enum class first_step { next_turn, now };

template <class A>
task_handle<task_result_t<A>> start_task(job_set &owner, A work,
                                         std::string name, first_step begin) {
  auto &root = release_for_start(as_task(std::move(work))).promise();
  owner.adopt(root);
  task_handle<task_result_t<A>> handle(&root);
  if (!name.empty())
    handle.set_name(std::move(name));
  if (begin == first_step::now)
    owner.home.step_inside(root);
  else
    owner.home.make_ready(root);
  return handle;
}

} // namespace weir::detail

// call_graph: who awaits whom, and where each task waits.

#pragma once

#include <weir/current_task.hpp>
#include <weir/detail/watchdog.hpp>
#include <weir/task_handle.hpp>

#include <string>

namespace weir {

/// What \p task waits for, and from there outwards the lines of the
/// coroutines that await each other. For people: the format may change. The
/// loop's thread only. (asyncio: format_call_graph.)
inline std::string call_graph(const task_ref &task) {
  const detail::job *root = task.native();
  if (!root)
    throw usage_error("the task handle is empty");
  const std::string name = "'" + std::string(task.name()) + "'";
  switch (root->phase) {
  case detail::phase::running:
    return name + " runs\n"; // where, only the machine's stack knows
  case detail::phase::done:
    return name + " is done\n";
  case detail::phase::blocked:
    return name + " waits for " + root->waiting->what() + "\n" +
           detail::step_origin(*root).describe_frames();
  default:
    return name + " is ready\n" + detail::step_origin(*root).describe_frames();
  }
}

/// The same for every task of this thread's loop that is not done: what a
/// program that hangs should print. Throws usage_error without a loop.
/// (asyncio: print_call_graph of all_tasks.)
inline std::string call_graph() {
  std::string text;
  for (const auto &task : all_tasks())
    text += call_graph(task);
  return text;
}

namespace detail {

/// With virtual time: every task waits and nothing is left that could wake one.
/// The main task is cancelled, so that the test ends instead of hanging.
inline void scheduler::end_deadlock() noexcept {
  report r;
  r.rule = "weir-deadlock";
  r.message = "every task waits, and nothing that could wake one is left";
  r.details = call_graph();
  send(r);
  constexpr int patience = 3; // who cleans up may stand still again
  if (++deadlocks_ > patience)
    return end_stuck(*this);
  for (std::size_t i = detached.child_count(); i-- > 0;)
    request_cancel(*detached.child(i));
}

} // namespace detail

} // namespace weir

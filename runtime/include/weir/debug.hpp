// debug: watches a running program for broken rules.
//
// On with `run(main, {.debug = true})` or WEIR_DEBUG=1. Nothing of it is on the
// way of a program that runs without. Unawaited tasks, lost exceptions, second
// awaits and unfinished tasks are reported always, since that costs nothing.
//
// A step that takes too long is reported by a thread of its own while it lasts,
// everything else on the loop's thread. (asyncio: debug mode, which tells of a
// slow callback when it is over.)

#pragma once

#include <weir/detail/entered.hpp>
#include <weir/detail/held_locks.hpp>
#include <weir/detail/native_stack.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/detail/watchdog.hpp>
#include <weir/report.hpp>

#include <chrono>
#include <string>

namespace weir::detail {

/// Reports a step that takes too long while it does (weir-blocking-call), and
/// a step that suspends with a thread's lock held (weir-lock-across-await); lets
/// what tasks wait for know their thread (weir-wrong-thread).
class monitor final : public instrument, watchdog::listener {
public:
  explicit monitor(std::chrono::milliseconds slow) : watchdog_(slow, *this) {}

  void before_step(job &root) noexcept override {
    locks_ = held_locks();
    watchdog_.begin(&root);
  }
  void after_step(job &root) noexcept override {
    watchdog_.end();
    if (root.phase == phase::blocked)
      root.waiting->note_thread(root.thread);
    if (held_locks() > locks_ && !root.is_done()) {
      report r;
      r.rule = "weir-lock-across-await";
      r.message = "a task suspends while its thread holds a mutex";
      r.where = root.point->where;
      r.details = step_origin(root).describe();
      send(r);
    }
  }
  void before_callback() noexcept override { watchdog_.begin(nullptr); }
  void after_callback() noexcept override { watchdog_.end(); }

private:
  void on_slow(const step_origin &resumed, watchdog::clock::time_point since,
               watchdog::clock::time_point now, int nth) noexcept override {
    if (nth > 1)
      return;
    machine_state state;
    const auto stack = native_stack_of(watchdog_.loop_thread, &state);
    step_origin step = resumed;
    const auto entered = running_chain(step.resumed, state);
    if (watchdog_.lasts(step))
      step.enter(entered);
    report r;
    r.rule = "weir-blocking-call";
    r.where = step.where();
    r.message = "the loop stands still since " +
                std::to_string(
                    std::chrono::duration_cast<std::chrono::milliseconds>(
                        now - since)
                        .count()) +
                " ms: a task blocks its thread";
    r.details = "task resumed\n" + step.describe() + "stack of the thread\n";
    for (const auto &frame : stack)
      r.details += "  " + frame.describe() + "\n";
    send(r);
  }

  int locks_ = 0;
  watchdog watchdog_; // last: its thread calls the others
};

} // namespace weir::detail

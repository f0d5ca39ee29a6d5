// What happens to jobs: blocking, waking, cancelling, ending.

#pragma once

#include <weir/cancelled.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/report.hpp>

#include <cstdlib>
#include <string>

namespace weir::detail {

/// A task was to be woken by a thread that is not its loop's. That cannot be
/// undone, so it ends the program, with a word why.
[[noreturn, gnu::cold]] inline void wrong_thread(const job &root) noexcept {
  report r;
  r.rule = "weir-wrong-thread";
  r.message = "a task is woken from a thread that is not its loop's: use "
              "loop::call_soon_threadsafe";
  r.where = root.point->where;
  send(r);
  std::abort();
}

/// Wakes the job that is blocked in \p w; the waiter is already unlinked.
inline void wake(waiter &w) noexcept {
  if (!this_scheduler) [[unlikely]]
    wrong_thread(*w.blocked);
  this_scheduler->make_ready(*w.blocked);
}

/// Gives a pending request to a job that has just blocked.
[[gnu::noinline]] inline void deliver_pending_cancel(job &root) noexcept {
  root.flags &= ~job::must_cancel;
  if (root.waiting->cancel_wait()) {
    root.flags |= job::must_cancel;
    this_scheduler->make_ready(root);
  }
}

/// Blocks the running task in \p w, which is linked to what will wake it.
/// The awaiting coroutine \p leaf must return to its resumer now.
inline void block(job &leaf, waiter &w) noexcept {
  job &root = *this_scheduler->current;
  root.point = &leaf;
  root.waiting = &w;
  root.phase = phase::blocked;
  w.blocked = &root;
  if (root.flags & job::attention) [[unlikely]]
    deliver_pending_cancel(root);
}

/// First thing when a blocked coroutine goes on.
inline void throw_if_cancelled(job &root) {
  if (root.flags & job::must_cancel) [[unlikely]] {
    root.flags &= ~job::must_cancel;
    throw cancelled{};
  }
}

/// asyncio's Task.cancel: false if the task is done already.
inline bool request_cancel(job &root) noexcept {
  if (root.is_done())
    return false;
  ++root.cancels;
  if (root.phase == phase::blocked) {
    if (!root.waiting->cancel_wait())
      return true; // what it waits for got the request and will wake it
    root.flags |= job::must_cancel;
    root.owner->home.make_ready(root);
  } else {
    root.flags |= job::must_cancel;
  }
  return true;
}

/// asyncio's Task.uncancel: the requests that remain.
inline unsigned uncancel(job &root) noexcept {
  if (root.cancels > 0 && --root.cancels == 0)
    root.flags &= ~job::must_cancel;
  return root.cancels;
}

inline void report_lost_exception(const job &root, bool had_handle) noexcept {
  report r;
  r.rule = had_handle ? "weir-lost-exception" : "weir-unhandled-task-exception";
  r.message = std::string(had_handle ? "the exception of a task was never "
                                       "retrieved"
                                     : "a task nobody waits for failed") +
              (root.extras && !root.extras->name.empty()
                   ? " (task '" + root.extras->name + "')"
                   : "");
  r.where = root.where;
  send(r);
}

/// Gives up one share of a root; the last one destroys the frame.
inline void release(job &root) noexcept {
  if (--root.refs > 0)
    return;
  if (root.outcome == outcome::error && !(root.flags & job::retrieved))
      [[unlikely]]
    report_lost_exception(root, true);
  delete root.extras;
  root.handle().destroy();
}

inline job_owner::job_owner(scheduler &home) : home(home) {
  home.owners.push_back(*this);
}

inline void job_set::adopt(job &root) {
  jobs_.push_back(&root);
  home.adopt(root, *this, static_cast<std::uint32_t>(jobs_.size() - 1));
}

inline void job_set::on_child_done(job &root) noexcept {
  jobs_[root.index] = jobs_.back();
  jobs_[root.index]->index = root.index;
  jobs_.pop_back();
  on_left(root);
}

/// Takes down tasks that nothing will ever wake and that refused to be
/// cancelled: the loop they wait for is going.
inline void destroy_pending(job_set &jobs) noexcept {
  while (jobs.child_count() > 0) {
    job &root = *jobs.child(jobs.child_count() - 1);
    report r;
    r.rule = "weir-unfinished-task";
    r.message = "a task was destroyed while it was pending: it ignored its "
                "cancellation and waits for nothing that could happen";
    r.where = root.point->where;
    send(r);
    if (root.phase == phase::blocked)
      root.waiting->abandon();
    root.outcome = outcome::cancelled;
    root.phase = phase::done;
    jobs.on_child_done(root);
  }
}

inline void background::on_left(job &root) noexcept {
  if (root.refs == 1 && root.outcome == outcome::error &&
      !(root.flags & job::retrieved)) {
    root.flags |= job::retrieved;
    report_lost_exception(root, false);
  }
  release(root);
}

} // namespace weir::detail

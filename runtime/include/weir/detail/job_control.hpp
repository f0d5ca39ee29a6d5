// What happens to jobs: blocking, waking, cancelling, ending.

#pragma once

#include <weir/cancelled.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/report.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// Makes a blocked job go on, also from between two runs of its loop.
inline void unblock(job &root) noexcept {
  scheduler &home = root.owner->home;
  if (&home != this_scheduler && !home.is_own_thread()) [[unlikely]]
    wrong_thread(root);
  home.make_ready(root);
}

/// Wakes the job that is blocked in \p w; the waiter is already unlinked.
inline void wake(waiter &w) noexcept { unblock(*w.blocked); }

/// Makes a job go on with `cancelled`: its wait has been given up, so no
/// `uncancel` may take that back.
inline void interrupt(job &root) noexcept {
  root.flags |= job::must_cancel;
  unblock(root);
  root.phase = phase::interrupted;
}

/// Gives a pending request to a job that has just blocked.
[[gnu::noinline]] inline void deliver_pending_cancel(job &root) noexcept {
  root.flags = without(root.flags, job::must_cancel);
  if (root.waiting->cancel_wait())
    interrupt(root);
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
    root.flags = without(root.flags, job::must_cancel);
    throw cancelled{};
  }
}

/// Why the task was asked to stop, as the latest request had it.
inline std::string_view reason_of(const job &root) noexcept {
  return root.extras() ? root.extras()->cancel_reason : std::string_view();
}

/// Counts a request to cancel.
inline void note_request(job &root, std::string_view why) noexcept {
  ++root.cancels;
  if (!why.empty() || root.extras()) [[unlikely]]
    extras_of(root).cancel_reason = why;
}

/// Follows a request to cancel from task to awaited task, counting it at each.
/// Where tasks wait for each other in a circle, it ends somewhere in it.
inline job &last_of_chain(job &root, std::string_view why,
                          bool &is_cycle) noexcept {
  note_request(root, why);
  job *at = &root, *seen = at;
  for (unsigned steps = 0, mark_after = 1; at->phase == phase::blocked;) {
    job *next = at->waiting->asked_instead();
    if (!next)
      break;
    if (next == seen) {
      is_cycle = true;
      break;
    }
    at = next;
    note_request(*at, why);
    if (++steps == mark_after) {
      seen = at;
      steps = 0;
      mark_after *= 2;
    }
  }
  return *at;
}

/// asyncio's Task.cancel: false if the task is done already.
inline bool request_cancel(job &root, std::string_view why = {}) noexcept {
  if (root.is_done()) {
    root.flags |= job::retrieved;
    return false;
  }
  bool is_cycle = false;
  job &last = last_of_chain(root, why, is_cycle);
  if (last.phase == phase::blocked) {
    if (is_cycle)
      last.waiting->abandon();
    else if (!last.waiting->cancel_wait())
      return true; // what it waits for got the request and will wake it
    interrupt(last);
  } else {
    last.flags |= job::must_cancel;
  }
  return true;
}

/// asyncio's Task.uncancel: the requests that remain.
inline unsigned uncancel(job &root) noexcept {
  if (root.cancels > 0 && --root.cancels == 0 &&
      root.phase != phase::interrupted)
    root.flags = without(root.flags, job::must_cancel);
  return root.cancels;
}

inline void report_lost_exception(const job &root, bool had_handle) noexcept {
  report r;
  r.rule = had_handle ? "weir-lost-exception" : "weir-unhandled-task-exception";
  r.message = std::string(had_handle ? "the exception of a task was never "
                                       "retrieved"
                                     : "a task nobody waits for failed") +
              (root.extras() && !root.extras()->name.empty()
                   ? " (task '" + root.extras()->name + "')"
                   : "") +
              ": " + describe(root.error);
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
  job_extras *const extras = root.extras();
  root.handle().destroy(); // the scopes in it look at them
  delete extras;
}

/// Gives up a handle's share. Tasks that hold handles of tasks that hold
/// handles ... end one after the other, not one inside the other.
inline void release_handle(job &root) noexcept {
  static constinit thread_local job *doomed = nullptr;
  static constinit thread_local bool is_busy = false;
  if (root.refs > 1) {
    --root.refs;
    return;
  }
  root.next = std::exchange(doomed, &root);
  if (std::exchange(is_busy, true))
    return;
  while (job *next = doomed) {
    doomed = static_cast<job *>(next->next);
    release(*next);
  }
  is_busy = false;
}

inline job_owner::job_owner(scheduler &s) : home(s) {
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

/// Ends tasks that nothing will ever wake and that refused to be cancelled: the
/// loop they wait for is going. Those only that have no children of their own;
/// who waits for them may go on.
inline void end_stuck(scheduler &home) noexcept {
  job_owner *innermost = nullptr; // the latest: no child of it owns one
  home.owners.for_each([&](job_owner &each) {
    for (std::size_t i = 0; i < each.child_count(); ++i)
      if (each.child(i))
        innermost = &each;
  });
  std::vector<job *> stuck;
  for (std::size_t i = 0; i < innermost->child_count(); ++i)
    if (job *child = innermost->child(i))
      stuck.push_back(child);
  for (job *root : stuck) {
    if (root->phase != phase::blocked)
      continue; // the end of a sibling has woken it
    report r;
    r.rule = "weir-unfinished-task";
    r.message = "a task was destroyed while it was pending: it ignored its "
                "cancellation and waits for nothing that could happen";
    r.where = root->point->where;
    send(r);
    root->waiting->abandon();
    root->outcome = outcome::cancelled;
    root->phase = phase::done;
    scheduler::finish(*root);
  }
}

inline void background::on_left(job &root) noexcept {
  const unsigned own = 1 + (home.watched == &root);
  if (root.refs == own && root.outcome == outcome::error &&
      !(root.flags & job::retrieved)) {
    root.flags |= job::retrieved;
    report_lost_exception(root, false);
  }
  release(root);
}

} // namespace weir::detail

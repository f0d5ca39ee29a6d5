// Waiting for another task to be done.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <concepts>
#include <utility>

namespace weir {
template <class T> class task_handle;
}

namespace weir::detail {

inline void add_observer(job &root, observer &o) noexcept {
  observer **end = &observers_of(root);
  while (*end)
    end = &(*end)->next_observer;
  o.next_observer = nullptr;
  *end = &o;
}

inline void remove_observer(job &root, observer &o) noexcept {
  for (observer **at = &observers_of(root); *at; at = &(*at)->next_observer)
    if (*at == &o) {
      *at = o.next_observer;
      return;
    }
}

/// Whether the task, which is to be waited for, is done. Throws for one that
/// this loop cannot wait for. A task of another thread is refused without a
/// look at what that thread may be changing; and who owned one that is done may
/// be gone.
inline bool is_done_here(const job &target) {
  if (target.thread != this_scheduler->thread)
    throw usage_error("the task belongs to another loop");
  if (target.is_done())
    return true;
  if (&target.owner->home != this_scheduler)
    throw usage_error("the task belongs to another loop");
  if (&target == this_scheduler->current)
    throw usage_error("a task cannot await itself");
  return false;
}

/// The part of a join that does not depend on the result.
class join_base : public waiter, public observer {
public:
  job *asked_instead() const noexcept override {
    return is_shield_ || (blocked->flags & job::abandons) ? nullptr : target_;
  }
  bool cancel_wait() noexcept override {
    if (auto *target = asked_instead())
      return !request_cancel(*target, reason_of(*blocked));
    abandon();
    return true;
  }
  void abandon() noexcept override { remove_observer(*target_, *this); }
  const char *what() const noexcept override { return "a task"; }
  void on_done(job &) noexcept override { wake(*this); }

  job &target() const noexcept { return *target_; }
  /// From here on a cancellation ends the wait only.
  void shield() noexcept { is_shield_ = true; }

protected:
  ~join_base() = default;

  bool start(job *target) {
    if (!target)
      throw usage_error("await of an empty task handle");
    target_ = target;
    return is_done_here(*target);
  }
  void suspend(job &leaf) {
    add_observer(*target_, *this);
    block(leaf, *this);
  }

private:
  job *target_ = nullptr;
  bool is_shield_ = false;
};

/// Awaits a task_handle<T>; Consume: its only reader may have the result.
template <class T, bool Consume> class join final : public join_base {
public:
  template <class H>
  explicit join(H &&handle) : handle_(std::forward<H>(handle)) {}

  bool await_ready() { return start(handle_.native()); }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    suspend(leaf.promise());
  }
  decltype(auto) await_resume();

private:
  task_handle<T> handle_;
};

} // namespace weir::detail

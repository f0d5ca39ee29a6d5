// What can be attached to a scheduler, or wait in its ready queue, besides jobs.

#pragma once

#include <weir/detail/job.hpp>

#include <vector>

namespace weir::detail {

class scheduler;

/// A callback in the ready queue.
class ready_callback : public ready_node {
public:
  ready_callback() noexcept { phase = detail::phase::callback; }
  virtual void run() noexcept = 0;
  /// Instead of run, when the loop closes first.
  virtual void discard() noexcept = 0;

protected:
  ~ready_callback() = default;
};

/// Something with threads or descriptors of its own that a loop starts when
/// it is first used and ends when it closes.
class service {
public:
  virtual ~service() = default;
  /// Whether it will wake the loop without being asked again.
  virtual bool busy() const noexcept = 0;
  /// From here on its end does not wait for what keeps it busy; how much that is.
  virtual unsigned give_up() noexcept { return 0; }
};

/// Sees each step; only there in debug mode, under trace and in tests.
class instrument {
public:
  virtual ~instrument() = default;
  virtual void before_step(job &) noexcept = 0;
  virtual void after_step(job &) noexcept = 0;
  /// A step of \p by, or a callback, made this one ready: it started or woke
  /// it. Said after the step; who is woken by time or I/O is not spoken of.
  virtual void made_ready(job &, const job * /*by*/) noexcept {}
  virtual void before_callback() noexcept {}
  virtual void after_callback() noexcept {}
  /// Nothing is ready; the loop is about to wait.
  virtual void on_idle(scheduler &) noexcept {}
  /// The order in which a turn runs what is ready.
  virtual void arrange(std::vector<ready_node *> &) noexcept {}
};

} // namespace weir::detail

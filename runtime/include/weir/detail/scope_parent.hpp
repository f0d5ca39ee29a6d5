// The task that a scope (timeout, group) cancels and wakes.

#pragma once

#include <weir/detail/scheduler.hpp>

namespace weir::detail {

/// Remembers how often a task was asked to stop when the scope began, so that
/// the scope can tell its own requests from those that came from outside.
class scope_parent {
public:
  scope_parent() noexcept
      : root_(*this_scheduler->current), before_(root_.cancels) {}

  job &root() const noexcept { return root_; }

  void cancel() noexcept {
    request_cancel(root_);
    asked_ = true;
  }
  /// Takes the scope's own request back, if it made one. True if none from
  /// outside is left.
  bool uncancel() noexcept {
    if (asked_) {
      asked_ = false;
      detail::uncancel(root_);
    }
    return root_.cancels <= before_;
  }
  bool asked() const noexcept { return asked_; }

private:
  job &root_;
  const std::uint16_t before_;
  bool asked_ = false;
};

} // namespace weir::detail

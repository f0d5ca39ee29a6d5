// What few tasks have: a name, context variables, cancel scopes, and the like.

#pragma once

#include <weir/detail/job.hpp>

#include <memory>
#include <string>

namespace weir {
class cancel_scope;
}

namespace weir::detail {

struct context_entry;

struct job_extras {
  std::string name;
  std::string cancel_reason; ///< Of the latest request to cancel.
  std::shared_ptr<const context_entry> context; ///< See context_var.
  cancel_scope *scope = nullptr;                ///< The innermost one.
  observer *first_observer = nullptr;           ///< See observers_of.
};

inline job_extras &extras_of(job &root) {
  if (!(root.flags & job::has_extras)) {
    auto *extras = new job_extras;
    extras->first_observer = root.first_observer;
    root.more = extras;
    root.flags |= job::has_extras;
  }
  return *root.more;
}

/// The head of the list of who is told when the root is done, in order of
/// registration.
inline observer *&observers_of(job &root) noexcept {
  return root.flags & job::has_extras ? root.more->first_observer
                                      : root.first_observer;
}

} // namespace weir::detail

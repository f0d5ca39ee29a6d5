// What few tasks have: a name, context variables, cancel scopes.

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
  std::shared_ptr<const context_entry> context; ///< See context_var.
  cancel_scope *scope = nullptr;                ///< The innermost one.
};

inline job_extras &extras_of(job &root) {
  if (!root.extras)
    root.extras = new job_extras;
  return *root.extras;
}

} // namespace weir::detail

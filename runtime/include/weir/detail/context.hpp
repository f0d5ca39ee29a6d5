// The values of context variables: a list that only grows at its front, so
// that a task and its children share the rest.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <memory>
#include <utility>

namespace weir::detail {

struct context_entry {
  context_entry(const void *k, std::shared_ptr<const context_entry> o)
      : key(k), outer(std::move(o)) {}
  const void *const key;
  const std::shared_ptr<const context_entry> outer;

protected:
  ~context_entry() = default; // shared_ptr knows the true type
};

using context = std::shared_ptr<const context_entry>;

/// Of a thread that runs no task, or runs a function for one.
inline context &thread_context() noexcept {
  static thread_local context values;
  return values;
}

inline context &this_context() {
  if (this_scheduler && this_scheduler->current)
    return extras_of(*this_scheduler->current).context;
  return thread_context();
}

} // namespace weir::detail

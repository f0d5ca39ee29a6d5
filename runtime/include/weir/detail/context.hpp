// The values of context variables: a list that only grows at its front, so
// that a task and its children share the rest.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace weir::detail {

struct context_entry {
  context_entry(std::uint64_t k, std::shared_ptr<const context_entry> o)
      : key(k), outer(std::move(o)) {}
  const std::uint64_t key; ///< Of the variable, and of no other ever.
  const std::shared_ptr<const context_entry> outer;

protected:
  ~context_entry() = default; // shared_ptr knows the true type
};

using context = std::shared_ptr<const context_entry>;

inline std::uint64_t new_context_key() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

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

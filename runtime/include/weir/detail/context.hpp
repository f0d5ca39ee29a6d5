// The values of context variables: a list that changes at its front only, so
// that a task and its children share the rest. Each variable is in it once.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace weir::detail {

struct context_entry {
  std::uint64_t key; ///< Of the variable, and of no other ever.
  std::shared_ptr<const void> value;
  std::shared_ptr<const context_entry> outer;
};

using context = std::shared_ptr<const context_entry>;

/// The list without that variable; what stands behind it is shared.
inline context without_key(const context &from, std::uint64_t key) {
  std::vector<const context_entry *> before;
  const context *at = &from;
  for (; *at && (*at)->key != key; at = &(*at)->outer)
    before.push_back(at->get());
  if (!*at)
    return from;
  context rest = (*at)->outer;
  for (; !before.empty(); before.pop_back())
    rest = std::make_shared<context_entry>(context_entry{
        before.back()->key, before.back()->value, std::move(rest)});
  return rest;
}

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

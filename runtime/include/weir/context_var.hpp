// context_var: a value that follows a task and the tasks it starts.

#pragma once

#include <weir/detail/context.hpp>
#include <weir/detail/scheduler.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace weir {

/// A variable with a value for each task: a request id, a log prefix. A task
/// starts with the values of the one that created it (also through gather and
/// task_group); what it sets, only it and its children see. `to_thread` takes
/// the values along. Outside of any task, in a callback of the loop too, a
/// thread has its own; `run` begins with these.
///
/// A context_var is usually a global and must outlive every task that has a
/// value for it. Any thread, since each sees its own. (Python:
/// contextvars.ContextVar.)
template <class T> class context_var {
public:
  explicit context_var(T initial = {}) : initial_(std::move(initial)) {}
  context_var(const context_var &) = delete;
  context_var &operator=(const context_var &) = delete;

  /// The value for the running task, until it sets another.
  const T &get() const noexcept {
    for (auto *e = detail::this_context().get(); e; e = e->outer.get())
      if (e->key == key_)
        return *static_cast<const T *>(e->value.get());
    return initial_;
  }

  /// Sets it for the running task and the tasks it starts from here on.
  void set(T value) {
    auto &context = detail::this_context();
    context = std::make_shared<detail::context_entry>(
        detail::context_entry{key_, std::make_shared<const T>(std::move(value)),
                              detail::without_key(context, key_)});
  }

private:
  const std::uint64_t key_ = detail::new_context_key();
  T initial_;
};

} // namespace weir

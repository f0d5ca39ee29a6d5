// The queue of tasks in front of a lock, an event, a condition.

#pragma once

#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/errors.hpp>

#include <concepts>
#include <coroutine>

namespace weir::detail {

/// A waiter that stands in line, first come first served.
class queued_waiter : public waiter, public list_hook {
public:
  void abandon() noexcept override { unlink(); }

protected:
  ~queued_waiter() = default;
};

using wait_queue = intrusive_list<queued_waiter>;

/// Puts a waiter at the end. Throws if those before it wait in another loop:
/// what tasks of two threads use is not safe there. (asyncio: RuntimeError.)
inline void stand_in(wait_queue &line, queued_waiter &w) {
  if (!line.empty() && &line.front().blocked->owner->home != this_scheduler)
      [[unlikely]]
    throw usage_error("a task of another loop waits for this already: tasks of "
                      "different threads cannot share it [weir-wrong-thread]");
  line.push_back(w);
}

/// Lets the first in line go on, next turn.
inline void wake_first(wait_queue &line) noexcept {
  if (!line.empty())
    wake(line.pop_front());
}

inline void wake_all(wait_queue &line) noexcept {
  while (!line.empty())
    wake(line.pop_front());
}

} // namespace weir::detail

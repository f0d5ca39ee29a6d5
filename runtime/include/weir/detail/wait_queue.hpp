// The queue of tasks in front of a lock, an event, a condition.

#pragma once

#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/scheduler.hpp>

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

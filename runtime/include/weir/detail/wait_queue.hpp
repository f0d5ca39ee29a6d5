// The queue of tasks in front of a lock, an event, a condition.

#pragma once

#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/errors.hpp>
#include <weir/report.hpp>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <string>

namespace weir::detail {

/// A waiter that stands in line, first come first served.
class queued_waiter : public waiter, public list_hook {
public:
  void abandon() noexcept override { unlink(); }

protected:
  ~queued_waiter() = default;
};

class wait_queue : public intrusive_list<queued_waiter> {
public:
  /// In debug mode: a task of this loop's thread waits here.
  void note_thread(std::uint16_t thread) noexcept { thread_ = thread; }
  /// Reports, in debug mode, a call from another thread than that of the tasks
  /// that have waited here. Where one waits now, waking it does (unblock).
  void check_thread(const char *call) const noexcept {
    if (thread_ != 0) [[unlikely]]
      look_at_thread(call);
  }

private:
  [[gnu::noinline]] void look_at_thread(const char *call) const noexcept {
    if (thread_ == thread_number() || !empty())
      return;
    report r;
    r.rule = "weir-wrong-thread";
    r.message = std::string(call) +
                " was called from a thread that is not its loop's: use "
                "loop::call_soon_threadsafe";
    send(r);
  }

  std::uint16_t thread_ = 0; ///< 0: not known.
};

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

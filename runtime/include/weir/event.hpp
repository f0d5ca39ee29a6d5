// event: a flag that tasks wait for.

#pragma once

#include <weir/detail/wait_queue.hpp>

#include <concepts>
#include <coroutine>
#include <cstdint>

namespace weir {

/// Wakes every task that waits for it when it is set; while it is set nobody
/// waits. `set(); clear();` still wakes all who waited. Must outlive its
/// waiters; the loop's thread only (from elsewhere: `call_soon_threadsafe`).
/// (asyncio: Event.)
class event {
public:
  event() = default;
  event(const event &) = delete;
  event &operator=(const event &) = delete;

  class [[nodiscard("nothing waits until it is awaited")]] awaiter final
      : public detail::queued_waiter {
  public:
    explicit awaiter(event &e) noexcept : event_(e) {}

    bool await_ready() const noexcept { return event_.set_; }
    template <std::derived_from<detail::job> P>
    void await_suspend(std::coroutine_handle<P> leaf) {
      detail::stand_in(event_.line_, *this);
      detail::block(leaf.promise(), *this);
    }
    void await_resume() const {
      if (blocked)
        detail::throw_if_cancelled(*blocked);
    }
    void note_thread(std::uint16_t thread) noexcept override {
      event_.line_.note_thread(thread);
    }
    const char *what() const noexcept override { return "event.wait"; }

  private:
    event &event_;
  };

  /// Suspends until the event is set; not at all if it is.
  awaiter wait() noexcept { return awaiter(*this); }

  /// They go on next turn, in the order in which they came.
  void set() noexcept {
    line_.check_thread("event.set");
    set_ = true;
    detail::wake_all(line_);
  }
  void clear() noexcept {
    line_.check_thread("event.clear");
    set_ = false;
  }
  bool is_set() const noexcept { return set_; }

private:
  detail::wait_queue line_;
  bool set_ = false;
};

} // namespace weir

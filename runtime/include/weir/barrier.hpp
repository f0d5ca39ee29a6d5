// barrier: a number of tasks that wait for each other.

#pragma once

#include <weir/detail/wait_queue.hpp>
#include <weir/errors.hpp>
#include <weir/event.hpp>
#include <weir/task.hpp>

#include <cstddef>
#include <stdexcept>

namespace weir {

/// Thrown to the tasks at a barrier that was aborted or reset.
struct broken_barrier : std::runtime_error {
  broken_barrier() : std::runtime_error("the barrier is broken") {}
};

/// Lets tasks pass in groups of \p parties, again and again. A task cancelled
/// while it waits leaves the group; the others wait on. Must outlive its
/// waiters; the loop's thread only. (asyncio: Barrier.)
class barrier {
public:
  /// Throws std::invalid_argument for none.
  explicit barrier(std::size_t parties) : parties_(parties) {
    if (parties == 0)
      throw std::invalid_argument("a barrier for no task at all");
  }
  barrier(const barrier &) = delete;
  barrier &operator=(const barrier &) = delete;

  /// Waits until the group is complete. Gives each task of it another number,
  /// from 0 on in the order of arrival. Throws broken_barrier. Who comes while
  /// a group is still leaving waits for that first.
  task<std::size_t> wait() {
    while (state_ == draining || state_ == resetting)
      co_await park();
    if (state_ == is_broken)
      throw broken_barrier();
    const std::size_t index = waiting_++;
    struct leave {
      barrier &b;
      ~leave() { b.left(); }
    } at_end{*this};
    if (waiting_ == parties_) {
      state_ = draining;
      wake();
    }
    while (state_ == filling)
      co_await park();
    if (state_ == is_broken || state_ == resetting)
      throw broken_barrier();
    co_return index;
  }

  /// Sends the waiting tasks away with broken_barrier and begins anew.
  void reset() noexcept {
    state_ = waiting_ > 0 ? resetting : filling;
    wake();
  }
  /// Sends them away and every later one too, until `reset`.
  void abort() noexcept {
    state_ = is_broken;
    wake();
  }

  std::size_t parties() const noexcept { return parties_; }
  std::size_t waiting() const noexcept {
    return state_ == filling ? waiting_ : 0;
  }
  bool broken() const noexcept { return state_ == is_broken; }

private:
  event::awaiter park() noexcept { return changed_.wait(); }
  void wake() noexcept {
    changed_.set();
    changed_.clear();
  }
  void left() noexcept {
    if (--waiting_ == 0 && (state_ == draining || state_ == resetting)) {
      state_ = filling;
      wake();
    }
  }

  enum { filling, draining, resetting, is_broken } state_ = filling;
  const std::size_t parties_;
  std::size_t waiting_ = 0;
  event changed_;
};

} // namespace weir

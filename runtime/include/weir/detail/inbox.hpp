// The one door through which other threads reach a loop.

#pragma once

#include <atomic>

namespace weir::detail {

/// Work for the loop from another thread. Owned by who posts it until run.
class message {
public:
  message *next_message = nullptr;

  /// On the loop's thread; disposes of the message.
  virtual void run() noexcept = 0;

protected:
  ~message() = default;
};

/// Many senders, one receiver, no lock.
class inbox {
public:
  /// Any thread. True: the loop may be asleep and has to be woken.
  bool push(message &m) noexcept {
    message *old = head_.load(std::memory_order_relaxed);
    do
      m.next_message = old;
    while (!head_.compare_exchange_weak(old, &m, std::memory_order_release,
                                        std::memory_order_relaxed));
    return old == nullptr;
  }

  bool empty() const noexcept {
    return head_.load(std::memory_order_relaxed) == nullptr;
  }

  /// The loop's thread: runs what has arrived, in the order of arrival.
  void drain() noexcept {
    if (empty())
      return;
    message *newest = head_.exchange(nullptr, std::memory_order_acquire);
    message *oldest = nullptr;
    while (newest) {
      message *older = newest->next_message;
      newest->next_message = oldest;
      oldest = newest;
      newest = older;
    }
    while (oldest) {
      message *m = oldest;
      oldest = m->next_message; // before run: it may delete the message
      m->run();
    }
  }

private:
  std::atomic<message *> head_{nullptr};
};

} // namespace weir::detail

// queue: hands values from task to task.

#pragma once

#include <weir/detail/basic_queue.hpp>

#include <cstddef>
#include <deque>
#include <utility>

namespace weir {

namespace detail {

/// First in, first out. Counts, because a deque computes its size anew.
template <class T> class fifo_items {
public:
  bool empty() const noexcept { return size_ == 0; }
  std::size_t size() const noexcept { return size_; }
  void push(T value) {
    items_.push_back(std::move(value));
    ++size_;
  }
  T pop() {
    T value = std::move(items_.front());
    items_.pop_front();
    --size_;
    return value;
  }

private:
  std::deque<T> items_;
  std::size_t size_ = 0;
};

} // namespace detail

/// A first-in first-out queue, of at most so many values if its constructor is
/// given a capacity:
///
///     weir::queue<job> jobs(100);
///     co_await jobs.put(std::move(j)); // waits while it is full
///     job next = co_await jobs.get();  // waits while it is empty
///
/// `put_nowait` and `get_nowait` throw instead of waiting; `task_done` and
/// `join` wait for what was taken to be dealt with; `shutdown` ends it. Tasks are
/// served in order of arrival, and what was promised to one that is cancelled
/// goes to the next. Must outlive its waiters; the loop's thread only.
/// (asyncio: Queue.)
template <class T> class queue : public detail::basic_queue<T, detail::fifo_items<T>> {
  using detail::basic_queue<T, detail::fifo_items<T>>::basic_queue;
};

} // namespace weir

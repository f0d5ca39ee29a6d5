// queue: hands values from task to task.

#pragma once

#include <weir/detail/basic_queue.hpp>

#include <deque>
#include <utility>

namespace weir {

namespace detail {

/// First in, first out.
template <class T> class fifo_items {
public:
  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  void push(T value) { items_.push_back(std::move(value)); }
  T pop() {
    T value = std::move(items_.front());
    items_.pop_front();
    return value;
  }

private:
  std::deque<T> items_;
};

} // namespace detail

/// A first-in first-out queue; see detail/basic_queue.hpp for its members.
/// (asyncio: Queue.)
template <class T> class queue : public detail::basic_queue<T, detail::fifo_items<T>> {
  using detail::basic_queue<T, detail::fifo_items<T>>::basic_queue;
};

} // namespace weir

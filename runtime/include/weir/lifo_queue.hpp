// lifo_queue: a queue that gives the newest first.

#pragma once

#include <weir/detail/basic_queue.hpp>

#include <utility>
#include <vector>

namespace weir {

namespace detail {

/// Last in, first out.
template <class T> class stack_items {
public:
  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  void push(T value) { items_.push_back(std::move(value)); }
  T pop() {
    T value = std::move(items_.back());
    items_.pop_back();
    return value;
  }

private:
  std::vector<T> items_;
};

} // namespace detail

/// A queue whose `get` gives the value put last. See queue. (asyncio:
/// LifoQueue.)
template <class T>
class lifo_queue : public detail::basic_queue<T, detail::stack_items<T>> {
  using detail::basic_queue<T, detail::stack_items<T>>::basic_queue;
};

} // namespace weir

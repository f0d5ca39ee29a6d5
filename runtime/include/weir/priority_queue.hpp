// priority_queue: a queue that gives the least first.

#pragma once

#include <weir/detail/basic_queue.hpp>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace weir {

namespace detail {

/// A binary heap, the least on top.
template <class T, class Less> class heap_items {
public:
  bool empty() const noexcept { return items_.empty(); }
  std::size_t size() const noexcept { return items_.size(); }
  void push(T value) {
    items_.push_back(std::move(value));
    std::push_heap(items_.begin(), items_.end(), greater);
  }
  T pop() {
    std::pop_heap(items_.begin(), items_.end(), greater);
    T value = std::move(items_.back());
    items_.pop_back();
    return value;
  }

private:
  static bool greater(const T &a, const T &b) { return Less{}(b, a); }
  std::vector<T> items_;
};

} // namespace detail

/// A queue whose `get` gives the least value, by \p Less. Equal ones in no
/// particular order. See queue. (asyncio: PriorityQueue.)
template <class T, class Less = std::less<T>>
class priority_queue
    : public detail::basic_queue<T, detail::heap_items<T, Less>> {
  using detail::basic_queue<T, detail::heap_items<T, Less>>::basic_queue;
};

} // namespace weir

// A doubly linked list through its elements: wait queues without allocation.

#pragma once

namespace weir::detail {

template <class T> class intrusive_list;

/// Base of an element. An element is in at most one list, and does not know
/// whether it is in one: a waiter that never waits costs no stores.
struct list_hook {
  list_hook *prev, *next;

  void unlink() noexcept {
    prev->next = next;
    next->prev = prev;
  }
};

/// First in, first out. Does not own its elements.
template <class T> class intrusive_list {
public:
  intrusive_list() noexcept { head_.prev = head_.next = &head_; }
  intrusive_list(const intrusive_list &) = delete;
  intrusive_list &operator=(const intrusive_list &) = delete;

  bool empty() const noexcept { return head_.next == &head_; }
  T &front() noexcept { return *static_cast<T *>(head_.next); }

  void push_back(T &element) noexcept {
    list_hook &hook = element;
    hook.prev = head_.prev;
    hook.next = &head_;
    head_.prev->next = &hook;
    head_.prev = &hook;
  }
  T &pop_front() noexcept {
    T &first = front();
    static_cast<list_hook &>(first).unlink();
    return first;
  }

  /// Calls \p f with each element; f may unlink the one it is given.
  template <class F> void for_each(F f) {
    for (list_hook *hook = head_.next; hook != &head_;) {
      list_hook *next = hook->next;
      f(*static_cast<T *>(hook));
      hook = next;
    }
  }

private:
  list_hook head_;
};

} // namespace weir::detail

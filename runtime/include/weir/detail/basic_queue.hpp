// What queue, priority_queue and lifo_queue have in common.

#pragma once

#include <weir/detail/wait_queue.hpp>
#include <weir/errors.hpp>
#include <weir/queue_errors.hpp>

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace weir::detail {

/// A queue over \p Items. Tasks that wait to get or to put do so in order of
/// arrival: a value that arrives, or room, is promised to the first in line, and
/// goes to the next if that one is cancelled. What is promised does not count
/// in `size`, nor can `get_nowait` take it. Must outlive its waiters; the
/// loop's thread only.
template <class T, class Items> class basic_queue {
  struct end : queued_waiter {
    explicit end(basic_queue &q) noexcept : queue(q) {}
    basic_queue &queue;
    bool granted = false; ///< Woken because its value or its room is there.

  protected:
    ~end() = default;
  };

public:
  /// At most \p capacity values wait in it; 0: any number.
  explicit basic_queue(std::size_t capacity = 0) noexcept
      : capacity_(capacity) {}
  basic_queue(const basic_queue &) = delete;
  basic_queue &operator=(const basic_queue &) = delete;

  class [[nodiscard("nothing is taken until it is awaited")]] getter;
  class [[nodiscard("nothing is put until it is awaited")]] putter;
  class [[nodiscard("nothing waits until it is awaited")]] joiner;

  /// Takes a value, waiting for one. Throws queue_shutdown once the queue is
  /// shut down and, unless that was immediate, drained.
  getter get() noexcept { return getter(*this); }
  /// Puts \p value, waiting for room. Throws queue_shutdown.
  putter put(T value) { return putter(*this, std::move(value)); }

  /// Without waiting: throw queue_empty, queue_full instead.
  T get_nowait() {
    check_thread("queue.get_nowait");
    if (available() == 0) {
      if (shut_)
        throw queue_shutdown();
      throw queue_empty();
    }
    return take();
  }
  void put_nowait(T value) {
    check_thread("queue.put_nowait");
    if (shut_)
      throw queue_shutdown();
    if (full())
      throw queue_full();
    add(std::move(value));
  }

  /// Says that a value that was taken has been dealt with; see `join`. Throws
  /// invalid_state if said more often than values were put.
  void task_done() {
    check_thread("queue.task_done");
    if (unfinished_ == 0)
      throw invalid_state("task_done called more often than values were put");
    if (--unfinished_ == 0)
      wake_all(joiners_);
  }
  /// Waits until every value put has been taken and dealt with.
  joiner join() noexcept { return joiner(*this); }

  /// Closes the queue: puts throw queue_shutdown, gets do when it is empty.
  /// Immediately: what is in it is dropped, and counts as dealt with.
  void shutdown(bool immediate = false) {
    check_thread("queue.shutdown");
    shut_ = true;
    if (immediate) {
      while (!items_.empty()) { // a promised value too: its getter will throw
        (void)items_.pop();
        if (unfinished_ > 0)
          --unfinished_;
      }
      if (unfinished_ == 0)
        wake_all(joiners_);
    }
    wake_all(getters_);
    wake_all(putters_);
  }

  std::size_t size() const noexcept { return available(); }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return available() == 0; }
  bool full() const noexcept {
    return capacity_ != 0 && items_.size() + promised_room_ >= capacity_;
  }

private:
  void check_thread(const char *call) const noexcept {
    getters_.check_thread(call);
    putters_.check_thread(call);
  }
  std::size_t available() const noexcept {
    return items_.size() > promised_items_ ? items_.size() - promised_items_
                                           : 0;
  }
  // Inlined, for a call costs as much as it does.
  [[gnu::always_inline]] T take() {
    T value = items_.pop();
    promise_room();
    return value;
  }
  void add(T &&value) {
    items_.push(std::move(value));
    ++unfinished_;
    promise_item();
  }
  static void grant(wait_queue &line) noexcept {
    auto &first = static_cast<end &>(line.pop_front());
    first.granted = true;
    wake(first);
  }
  // One value or one room at a time becomes free, so one waiter is enough.
  void promise_item() noexcept {
    if (!getters_.empty() && available() > 0) {
      ++promised_items_;
      grant(getters_);
    }
  }
  void promise_room() noexcept {
    if (!putters_.empty() && !full()) {
      ++promised_room_;
      grant(putters_);
    }
  }

  Items items_;
  std::size_t capacity_, unfinished_ = 0;
  std::size_t promised_items_ = 0, promised_room_ = 0;
  bool shut_ = false;
  wait_queue getters_, putters_, joiners_;
};

template <class T, class Items>
class basic_queue<T, Items>::getter final : public end {
public:
  using end::end;

  bool await_ready() const noexcept {
    return this->queue.available() > 0 || this->queue.shut_;
  }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    stand_in(this->queue.getters_, *this);
    block(leaf.promise(), *this);
  }
  T await_resume() {
    auto &q = this->queue;
    if (this->blocked) {
      if (this->granted)
        --q.promised_items_;
      if (this->blocked->flags & job::must_cancel) [[unlikely]] {
        q.promise_item();
        throw_if_cancelled(*this->blocked);
      }
    }
    if (q.available() == 0) [[unlikely]]
      throw queue_shutdown(); // perhaps at once, after the promise
    return q.take();
  }
  void note_thread(std::uint16_t thread) noexcept override {
    this->queue.getters_.note_thread(thread);
  }
  const char *what() const noexcept override { return "queue.get"; }
};

template <class T, class Items>
class basic_queue<T, Items>::putter final : public end {
public:
  putter(basic_queue &q, T value) : end(q), value_(std::move(value)) {}

  bool await_ready() const noexcept {
    return !this->queue.full() || this->queue.shut_;
  }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    stand_in(this->queue.putters_, *this);
    block(leaf.promise(), *this);
  }
  void await_resume() {
    auto &q = this->queue;
    if (this->blocked) {
      if (this->granted)
        --q.promised_room_;
      if (this->blocked->flags & job::must_cancel) [[unlikely]] {
        q.promise_room();
        throw_if_cancelled(*this->blocked);
      }
    }
    if (q.shut_) [[unlikely]]
      throw queue_shutdown();
    q.add(std::move(value_));
  }
  void note_thread(std::uint16_t thread) noexcept override {
    this->queue.putters_.note_thread(thread);
  }
  const char *what() const noexcept override { return "queue.put"; }

private:
  T value_;
};

template <class T, class Items>
class basic_queue<T, Items>::joiner final : public end {
public:
  using end::end;

  bool await_ready() const noexcept { return this->queue.unfinished_ == 0; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    stand_in(this->queue.joiners_, *this);
    block(leaf.promise(), *this);
  }
  void await_resume() const {
    if (this->blocked)
      throw_if_cancelled(*this->blocked);
  }
  void note_thread(std::uint16_t thread) noexcept override {
    this->queue.joiners_.note_thread(thread);
  }
  const char *what() const noexcept override { return "queue.join"; }
};

} // namespace weir::detail

// scoped: holds a lock or a unit of a semaphore until the end of a block.

#pragma once

#include <concepts>
#include <coroutine>
#include <utility>

namespace weir {

namespace detail {
struct job;
template <class L> class scoped_awaiter;
} // namespace detail

/// What `co_await l.scoped()` gives: releases \p L when destroyed. Movable, so
/// that it can be returned; `release()` lets go earlier. Must not outlive what it
/// holds; the loop's thread only. (asyncio: the `as` of `async with lock`.)
template <class L>
class [[nodiscard("the lock is released at once")]] scoped {
public:
  scoped(scoped &&other) noexcept
      : held_(std::exchange(other.held_, nullptr)) {}
  scoped &operator=(scoped &&other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~scoped() {
    if (held_)
      held_->release();
  }

  /// Lets go now. Nothing the second time.
  void release() {
    if (auto *l = std::exchange(held_, nullptr))
      l->release();
  }

private:
  friend detail::scoped_awaiter<L>;
  explicit scoped(L &held) noexcept : held_(&held) {}
  L *held_;
};

namespace detail {

/// Acquires, then wraps.
template <class L>
class [[nodiscard("the lock is not acquired until it is awaited")]]
scoped_awaiter {
public:
  explicit scoped_awaiter(L &l) noexcept : l_(l), inner_(l.acquire()) {}

  bool await_ready() { return inner_.await_ready(); }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    inner_.await_suspend(leaf);
  }
  scoped<L> await_resume() {
    inner_.await_resume();
    return scoped<L>(l_);
  }

private:
  L &l_;
  decltype(std::declval<L &>().acquire()) inner_;
};

} // namespace detail

} // namespace weir

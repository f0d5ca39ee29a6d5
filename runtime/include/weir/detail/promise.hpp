// The promise of `task`: a job, then the result.

#pragma once

#include <weir/detail/awaitable.hpp>
#include <weir/detail/frame_pool.hpp>
#include <weir/detail/job.hpp>
#include <weir/detail/resume.hpp>

#include <bit>
#include <exception>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

namespace weir::detail {

/// g++ 12 copies or moves an awaiter that await_transform returns by reference.
template <class A> struct awaiter_reference {
  A &awaiter;

  bool await_ready() { return awaiter.await_ready(); }
  template <class P> auto await_suspend(std::coroutine_handle<P> leaf) {
    return awaiter.await_suspend(leaf);
  }
  decltype(auto) await_resume() { return awaiter.await_resume(); }
};

struct promise_base : job {
  static void *operator new(std::size_t size) {
    return frame_pool::allocate(size);
  }
  static void operator delete(void *frame, std::size_t size) noexcept {
    frame_pool::deallocate(frame, size);
  }

  std::suspend_always initial_suspend() const noexcept { return {}; }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    template <class P>
    auto await_suspend(std::coroutine_handle<P> done) const noexcept {
#if WEIR_SYMMETRIC_TRANSFER
      return leave(done.promise());
#else
      leave(done.promise());
#endif
    }
    void await_resume() const noexcept {}
  };
  final_awaiter final_suspend() const noexcept { return {}; }

  /// Notes the line of every co_await: async stack traces for one store. A
  /// source_location is this one pointer, but as an argument of its own class
  /// g++ keeps it in the frame, one for each co_await.
  template <class A>
  decltype(auto)
  await_transform(A &&awaitable,
                  const void *here = __builtin_source_location()) {
    static_assert(is_awaitable<A>, "this type cannot be awaited");
    where = std::bit_cast<std::source_location>(here);
#if defined(__clang__)
    return static_cast<A &&>(awaitable);
#else
    if constexpr (has_member_co_await<A> || has_free_co_await<A>)
      return awaiter_of(static_cast<A &&>(awaitable));
    else
      return awaiter_reference<std::remove_reference_t<A>>{awaitable};
#endif
  }

protected:
  promise_base() = default;
  ~promise_base() = default;
};

/// A promise_base with room for the result.
template <class T> class result_promise : public promise_base {
  static_assert(!std::is_rvalue_reference_v<T>,
                "a task cannot result in an rvalue reference");
  using stored = std::conditional_t<std::is_reference_v<T>,
                                    std::remove_reference_t<T> *, T>;
  static_assert(alignof(stored) <= 16,
                "over-aligned results do not fit a frame: return a pointer");

public:
  result_promise() noexcept {}
  ~result_promise() {
    if (outcome == detail::outcome::value ||
        outcome == detail::outcome::taken)
      std::destroy_at(&value_);
  }

  template <class U = T>
    requires std::is_convertible_v<U, T>
  void return_value(U &&value) {
    if constexpr (std::is_reference_v<T>)
      std::construct_at(&value_, std::addressof(value));
    else
      std::construct_at(&value_, std::forward<U>(value));
    outcome = detail::outcome::value;
  }
  void unhandled_exception() noexcept {
    if (outcome == detail::outcome::value) // thrown by a local's destructor
      std::destroy_at(&value_);
    keep_exception();
  }

  /// The result for its only reader.
  T take() {
    if (outcome != detail::outcome::value) [[unlikely]]
      rethrow();
    if constexpr (std::is_reference_v<T>)
      return *value_;
    else
      return std::move(value_);
  }
  /// The result for one of several readers.
  std::conditional_t<std::is_reference_v<T>, T, const T &> look() const {
    if (outcome != detail::outcome::value) [[unlikely]]
      rethrow();
    if constexpr (std::is_reference_v<T>)
      return *value_;
    else
      return value_;
  }
  /// The result for one reader who knows whether there are others. A result
  /// that cannot be copied goes to the first who asks.
  T take_shared(bool sole) {
    if constexpr (std::is_reference_v<T>) {
      return take();
    } else {
      if constexpr (std::is_copy_constructible_v<T>) {
        if (!sole)
          return look();
      }
      T result = take();
      if (!sole)
        outcome = detail::outcome::taken;
      return result;
    }
  }

private:
  union {
    stored value_;
  };
};

template <> class result_promise<void> : public promise_base {
public:
  void return_void() noexcept { outcome = detail::outcome::value; }
  void unhandled_exception() noexcept { keep_exception(); }

  void take() {
    if (outcome != detail::outcome::value) [[unlikely]]
      rethrow();
  }
  void look() { take(); }
  void take_shared(bool) { take(); }
};

/// What a job that is done threw, if it did.
inline std::exception_ptr error_of(const job &done) {
  if (done.outcome == outcome::error)
    return done.error;
  if (done.outcome == outcome::cancelled)
    return std::make_exception_ptr(cancelled{});
  return nullptr;
}

} // namespace weir::detail

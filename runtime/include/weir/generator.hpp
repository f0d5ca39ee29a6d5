// generator: values made one at a time, without waiting.

#pragma once

#include <weir/detail/frame_pool.hpp>

#include <coroutine>
#include <exception>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>

namespace weir {

/// A coroutine that yields values to a range-for. It cannot `co_await`: see
/// async_generator. Lazy, single-pass, move-only; dropping it destroys its
/// locals where it stands. An exception leaves through `begin` or `++`. A value
/// lives until the next one is asked for. Any thread, one at a time; no loop is
/// needed.
///
///     for (int n : primes()) ...
///
/// (Python: generator; C++23: std::generator.)
template <class T> class [[nodiscard]] generator {
public:
  class promise_type {
  public:
    static void *operator new(std::size_t size) {
      return detail::frame_pool::allocate(size);
    }
    static void operator delete(void *frame, std::size_t size) noexcept {
      detail::frame_pool::deallocate(frame, size);
    }
    generator get_return_object() noexcept {
      return generator(
          std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always
    yield_value(std::remove_reference_t<T> &value) noexcept {
      value_ = std::addressof(value);
      return {};
    }
    std::suspend_always
    yield_value(std::remove_reference_t<T> &&value) noexcept {
      value_ = std::addressof(value);
      return {};
    }
    /// What must not be changed is copied; the copy lives as long as it would.
    auto yield_value(const std::remove_reference_t<T> &value)
      requires(!std::is_reference_v<T> && !std::is_const_v<T> &&
               std::is_copy_constructible_v<T>)
    {
      return copy_awaiter(value, value_);
    }
    void return_void() const noexcept {}
    void unhandled_exception() { throw; }
    template <class A> void await_transform(A &&) = delete;

    std::remove_reference_t<T> &value() const noexcept { return *value_; }

  private:
    /// Keeps the copy until the generator goes on.
    struct copy_awaiter : std::suspend_always {
      copy_awaiter(const T &value, T *&to) : copy(value) {
        to = std::addressof(copy);
      }
      T copy;
    };

    std::remove_reference_t<T> *value_ = nullptr;
  };

  class iterator {
  public:
    using value_type = std::remove_cvref_t<T>;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;

    iterator() noexcept = default;
    explicit iterator(std::coroutine_handle<promise_type> f) noexcept
        : frame_(f) {}
    std::remove_reference_t<T> &operator*() const noexcept {
      return frame_.promise().value();
    }
    iterator &operator++() {
      frame_.resume();
      return *this;
    }
    void operator++(int) { frame_.resume(); }
    bool operator==(std::default_sentinel_t) const noexcept {
      return !frame_ || frame_.done();
    }

  private:
    std::coroutine_handle<promise_type> frame_;
  };

  generator(generator &&other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}
  generator &operator=(generator &&other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~generator() {
    if (frame_)
      frame_.destroy();
  }

  /// Runs to the first value. Once only.
  iterator begin() {
    if (frame_)
      frame_.resume();
    return iterator(frame_);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

private:
  explicit generator(std::coroutine_handle<promise_type> f) noexcept
      : frame_(f) {}
  std::coroutine_handle<promise_type> frame_;
};

} // namespace weir

// async_generator: values made one at a time, with waiting in between.

#pragma once

#include <weir/detail/promise.hpp>
#include <weir/errors.hpp>

#include <concepts>
#include <coroutine>
#include <optional>
#include <utility>

namespace weir {

/// A coroutine that may both `co_await` and `co_yield`:
///
///     auto lines = lines_of(stream);
///     while (auto line = co_await lines.next())
///       use(*line);
///
/// It runs only while somebody awaits `next`, as part of that task: cancelling
/// the task cancels what the generator waits for. Dropping it destroys its
/// locals where it stands; what must be awaited at its end belongs before the
/// last `co_yield` or to its user. Lazy, single-pass, move-only; it must outlive
/// the `co_await` of a `next`. The loop's thread only.
/// (asyncio: asynchronous generator.)
template <class T> class [[nodiscard]] async_generator {
public:
  class promise_type final : public detail::promise_base {
  public:
    async_generator get_return_object(
        std::source_location made = std::source_location::current()) noexcept {
      where = made;
      return async_generator(
          std::coroutine_handle<promise_type>::from_promise(*this));
    }
    void return_void() noexcept { outcome = detail::outcome::taken; }
    void unhandled_exception() noexcept { keep_exception(); }

    struct handing_over {
      bool await_ready() const noexcept { return false; }
      auto await_suspend(std::coroutine_handle<promise_type> self) const
          noexcept {
#if WEIR_SYMMETRIC_TRANSFER
        return detail::leave(self.promise());
#else
        detail::leave(self.promise());
#endif
      }
      void await_resume() const noexcept {}
    };
    template <std::convertible_to<T> U> handing_over yield_value(U &&value) {
      value_.emplace(std::forward<U>(value));
      return {};
    }

  private:
    friend async_generator;
    std::optional<T> value_;
  };

  class [[nodiscard("the generator does not run until it is awaited")]] step {
  public:
    bool await_ready() const {
      if (!frame_)
        throw usage_error("next of an empty async_generator");
      if (frame_.promise().phase != detail::phase::lazy &&
          !frame_.promise().is_done())
        throw usage_error("next of an async_generator whose previous next is "
                          "not done");
      return frame_.promise().outcome != detail::outcome::none;
    }
    template <std::derived_from<detail::job> P>
    detail::transfer await_suspend(std::coroutine_handle<P> caller) noexcept {
      frame_.promise().value_.reset();
      return detail::enter(frame_.promise(), caller.promise());
    }
    std::optional<T> await_resume() {
      auto &p = frame_.promise();
      if (p.outcome != detail::outcome::none &&
          p.outcome != detail::outcome::taken &&
          !(p.flags & detail::job::retrieved)) {
        p.flags |= detail::job::retrieved;
        p.rethrow();
      }
      return std::exchange(p.value_, std::nullopt);
    }

  private:
    friend async_generator;
    explicit step(std::coroutine_handle<promise_type> f) noexcept : frame_(f) {}
    std::coroutine_handle<promise_type> frame_;
  };

  async_generator(async_generator &&other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}
  async_generator &operator=(async_generator &&other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~async_generator() {
    if (frame_)
      frame_.destroy();
  }

  /// Runs to the next value; empty when there is none any more. Throws what
  /// the body throws, once; usage_error while an earlier `next` is under way.
  step next() noexcept { return step(frame_); }

private:
  explicit async_generator(std::coroutine_handle<promise_type> f) noexcept
      : frame_(f) {}
  std::coroutine_handle<promise_type> frame_;
};

} // namespace weir

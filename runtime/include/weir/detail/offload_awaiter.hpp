// Awaiting a function that runs on a thread of a pool.
//
// The function, its result and its exception live in a block of their own: a
// cancelled task goes on at once and leaves the block to the thread.

#pragma once

#include <weir/cancelled.hpp>
#include <weir/detail/awaitable.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/detail/thread_pool.hpp>

#include <concepts>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

namespace weir::detail {

template <class F> class offload_awaiter final : public waiter {
  using R = std::invoke_result_t<F &>;
  static_assert(!std::is_reference_v<R>,
                "a thread's result is copied out: return a value");

  struct block_type final : offload {
    explicit block_type(F f) : function(std::move(f)) {}
    void work() noexcept override {
      try {
        if constexpr (std::is_void_v<R>) {
          (*function)();
          value.emplace();
        } else {
          value.emplace((*function)());
        }
      } catch (...) {
        error = std::current_exception();
      }
      function.reset(); // captures die on the thread that used them
    }
    void run() noexcept override {
      if (!reader)
        delete this;
      else
        wake(*reader);
    }

    std::optional<F> function;
    std::optional<object_t<R>> value;
    std::exception_ptr error;
    offload_awaiter *reader = nullptr;
  };

public:
  offload_awaiter(thread_pool &pool, F f)
      : pool_(pool), block_(new block_type(std::move(f))) {}
  offload_awaiter(const offload_awaiter &) = delete;
  ~offload_awaiter() { delete block_; }

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    pool_.submit(*block_);
    block_->reader = this;
    block(leaf.promise(), *this);
  }
  R await_resume() {
    throw_if_cancelled(*blocked);
    if (block_->error)
      std::rethrow_exception(block_->error);
    if constexpr (!std::is_void_v<R>)
      return std::move(*block_->value);
  }

  void abandon() noexcept override {
    block_->reader = nullptr;
    block_ = nullptr;
  }
  const char *what() const noexcept override { return "to_thread"; }

private:
  thread_pool &pool_;
  block_type *block_;
};

} // namespace weir::detail

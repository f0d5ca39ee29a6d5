// future: a result that somebody will set.

#pragma once

#include <weir/detail/wait_queue.hpp>
#include <weir/errors.hpp>
#include <weir/loop.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace weir {

/// A place for a result, between code that is not a task (a callback, another
/// library's completion) and the tasks that wait for it. Copies share it. The
/// loop's thread only: from elsewhere `call_soon_threadsafe` sets it.
///
/// Awaiting it, any number of times, gives a reference to the result or throws
/// the exception. Cancelling a task that waits for it cancels the future, and
/// so every other waiter. An exception that was never looked at is reported
/// when the future dies (weir-lost-exception). (asyncio: Future.)
template <class T = void> class future {
  using value_type = detail::object_t<T>;

public:
  class [[nodiscard("nothing waits until it is awaited")]] awaiter;

  future() : state_(std::make_shared<state>()) {}

  bool done() const noexcept { return state_->status != pending; }
  bool was_cancelled() const noexcept { return state_->status == stopped; }

  /// Ends it with a result. Throws invalid_state if it is done.
  void set_result(value_type value = {}) const {
    check_pending();
    state_->value.emplace(std::move(value));
    state_->finish(finished);
  }
  /// Ends it with an exception; with `cancelled`, as `cancel` does. Throws
  /// invalid_state if it is done, std::invalid_argument for none.
  void set_exception(std::exception_ptr error) const {
    check_pending();
    if (!error)
      throw std::invalid_argument("a future cannot fail with no exception");
    if (detail::is_cancelled(error)) {
      state_->finish(stopped);
      return;
    }
    state_->error = std::move(error);
    state_->finish(failed);
  }
  /// Ends it without: waiters see `cancelled`. False if it is done; then its
  /// exception counts as looked at.
  bool cancel() const {
    if (done()) {
      state_->retrieved = true;
      return false;
    }
    state_->finish(stopped);
    return true;
  }

  /// The result, or throws: the exception, `cancelled`, or invalid_state while
  /// there is none.
  const value_type &result() const { return state_->get(); }

  /// The exception, or null if there is a result. Throws `cancelled` and
  /// invalid_state like `result`.
  std::exception_ptr exception() const {
    if (state_->status == failed) {
      state_->retrieved = true;
      return state_->error;
    }
    (void)state_->get();
    return nullptr;
  }

  /// Calls \p f with the future in a turn after it is done, never at once; in
  /// the order of these calls.
  template <class F> void add_done_callback(F f) const {
    detail::refuse_lost_task<F, future>();
    if (done())
      loop::current().call_soon([f = std::move(f), self = *this] { f(self); });
    else
      state_->callbacks.emplace_back(std::move(f));
  }

  awaiter operator co_await() const noexcept { return awaiter(state_); }

private:
  enum status_type { pending, finished, failed, stopped };

  struct state : std::enable_shared_from_this<state> {
    ~state() {
      if (status == failed && !retrieved) {
        report r;
        r.rule = "weir-lost-exception";
        r.message = "the exception of a future was never retrieved: " +
                    detail::describe(error);
        detail::send(r);
      }
    }
    void finish(status_type how) {
      finish(how, callbacks.empty() ? nullptr : &loop::current());
    }
    void finish(status_type how, loop *home) {
      status = how;
      detail::wake_all(line);
      for (auto &f : std::exchange(callbacks, {}))
        home->call_soon(
            [f = std::move(f), self = future(this->shared_from_this())] {
              f(self);
            });
    }
    const value_type &get() {
      retrieved = true;
      if (status == pending)
        throw invalid_state("the future is not done: await it first");
      if (status == failed)
        std::rethrow_exception(error);
      if (status == stopped)
        throw cancelled{};
      return *value;
    }

    status_type status = pending;
    bool retrieved = false;
    std::optional<value_type> value;
    std::exception_ptr error;
    detail::wait_queue line;
    std::vector<std::function<void(future)>> callbacks;
  };

  explicit future(std::shared_ptr<state> s) : state_(std::move(s)) {}
  void check_pending() const {
    if (done())
      throw invalid_state("the future is done already");
  }

  std::shared_ptr<state> state_;
};

template <class T>
class future<T>::awaiter final : public detail::queued_waiter {
public:
  explicit awaiter(std::shared_ptr<state> s) noexcept : state_(std::move(s)) {}

  bool await_ready() const noexcept { return state_->status != pending; }
  template <std::derived_from<detail::job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    detail::stand_in(state_->line, *this);
    detail::block(leaf.promise(), *this);
  }
  std::conditional_t<std::is_void_v<T>, void, const value_type &>
  await_resume() {
    if (this->blocked)
      detail::throw_if_cancelled(*this->blocked);
    const auto &value = state_->get();
    if constexpr (!std::is_void_v<T>)
      return value;
    else
      (void)value;
  }

  bool cancel_wait() noexcept override {
    // Also between two runs of the loop. This waiter is woken too.
    state_->finish(stopped, &this->blocked->owner->home.facade);
    return false;
  }
  const char *what() const noexcept override { return "a future"; }

private:
  std::shared_ptr<state> state_;
};

} // namespace weir

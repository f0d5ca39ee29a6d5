// loop: the scheduler of one thread, for those who need more than tasks.

#pragma once

#include <weir/callback_handle.hpp>
#include <weir/detail/awaitable.hpp>
#include <weir/detail/nanoseconds.hpp>
#include <weir/detail/scheduler.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

namespace weir {

namespace detail {

/// Refuses to compile a callback that makes a task, called with these.
template <class F, class... A> constexpr void refuse_lost_task() {
  if constexpr (!std::is_void_v<std::invoke_result_t<F &, A...>>)
    static_assert(!is_awaitable<std::invoke_result_t<F &, A...>>,
                  "the callback makes a task that nobody would await: call "
                  "create_task in it [weir-task-lost-in-callback]");
}

} // namespace detail

/// Runs tasks and callbacks on the thread that called `run`. Made by `run` and
/// `runner` only, and gone when they end. Every member is for that thread,
/// except `call_soon_threadsafe`; the others throw usage_error elsewhere.
/// (asyncio: the event loop.)
class loop {
public:
  /// Time as the loop sees it: steady, and in tests possibly virtual.
  using clock = std::chrono::steady_clock;
  using duration = clock::duration;
  using time_point = clock::time_point;

  /// What escaped from a callback, and where it was found.
  using exception_handler =
      std::function<void(const std::string &where, std::exception_ptr)>;

  loop(const loop &) = delete;
  loop &operator=(const loop &) = delete;

  /// The loop running on this thread. Throws usage_error if there is none.
  static loop &current() {
    if (!detail::this_scheduler)
      throw usage_error("no weir loop runs on this thread: start one with "
                        "weir::run");
    return detail::this_scheduler->facade;
  }
  static bool is_running() noexcept { return detail::this_scheduler; }

  time_point now() const noexcept {
    return time_point(std::chrono::duration_cast<duration>(
        std::chrono::nanoseconds(core_.now())));
  }

  /// Calls \p f in the next turn, after what is ready already. Callbacks run in
  /// the order of these calls. An exception goes to the exception handler. A
  /// callback the loop has no time for before it ends is destroyed uncalled.
  template <class F> callback_handle call_soon(F f) {
    core_.check_thread();
    auto *c = make_callback(std::move(f));
    core_.enqueue(*c);
    return callback_handle(c);
  }

  /// Calls \p f at \p when or up to a millisecond later. Equal times: in no
  /// particular order.
  template <class F> callback_handle call_at(time_point when, F f) {
    core_.check_thread();
    auto *c = make_callback(std::move(f));
    c->when = detail::nanoseconds_at(when);
    c->wait_in(core_.timers);
    return callback_handle(c);
  }
  /// The same so much later than now.
  template <class F> callback_handle call_later(duration delay, F f) {
    return call_at(now() +
                       std::chrono::nanoseconds(detail::nanoseconds_of(delay)),
                   std::move(f));
  }

  /// Calls \p f on the loop's thread. The only member for other threads; they
  /// must know that the loop still runs (it does while a task it runs waits for
  /// them).
  template <class F> void call_soon_threadsafe(F f) {
    struct call final : detail::message {
      call(loop &l, F called) : home(l), f(std::move(called)) {}
      void run() noexcept override {
        home.call_soon(std::move(f));
        delete this;
      }
      loop &home;
      F f;
    };
    core_.post(*new call(*this, std::move(f)));
  }

  /// Who hears of what callbacks and the handlers of connections throw; empty:
  /// a report on standard error. What tasks and futures throw that nobody looks
  /// at is a report in any case (see report.hpp; asyncio tells its handler).
  void set_exception_handler(exception_handler handler) {
    core_.check_thread();
    handler_ = std::move(handler);
  }
  void call_exception_handler(const std::string &where,
                              std::exception_ptr error) noexcept;

private:
  loop() = default;
  ~loop() = default;
  friend class runner;
  friend struct detail::loop_access;

  template <class F> auto *make_callback(F f) {
    detail::refuse_lost_task<F>();
    return new detail::callback<F>(*this, std::move(f));
  }

  detail::scheduler core_{*this};
  exception_handler handler_;
};

namespace detail {

/// The way from the public loop to its inside, for the library's headers.
struct loop_access {
  static scheduler &core(loop &l) noexcept { return l.core_; }
};

/// The scheduler of this thread, or a usage_error.
inline scheduler &current_scheduler() {
  return loop_access::core(loop::current());
}

template <class F> void callback<F>::run() noexcept {
  if (!is_cancelled) {
    try {
      std::exchange(f_, std::nullopt).value()();
    } catch (...) {
      home_.call_exception_handler("exception in a callback",
                                   std::current_exception());
    }
  }
  drop();
}

template <class F> void callback<F>::fire() noexcept {
  waits = nullptr;
  this_scheduler->enqueue(*this);
}

} // namespace detail

inline void loop::call_exception_handler(const std::string &where,
                                         std::exception_ptr error) noexcept {
  try {
    if (handler_) {
      handler_(where, error);
      return;
    }
    report r;
    r.rule = "weir-unhandled-task-exception";
    r.message = where + ": " + detail::describe(error);
    detail::send(r);
  } catch (...) {
    std::fputs("weir: the exception handler itself threw\n", stderr);
  }
}

} // namespace weir

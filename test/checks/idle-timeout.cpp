// RUN: %verify=idle-timeout -Wno-everything %s

#include <chrono>
#include <coroutine>
#include <exception>
#include <utility>

using namespace std::chrono_literals;

namespace folly::coro {
template <class T = void> struct Task {
  struct promise_type {
    Task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
    std::suspend_always yield_value(int);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
template <class A> Task<> timeout(A, std::chrono::milliseconds) { return {}; }
Task<> sleep(std::chrono::milliseconds);
} // namespace folly::coro
using folly::coro::Task;
using folly::coro::timeout;

Task<> f();
void heavy();
Task<> computes() { // expected-note {{nothing in 'computes' can be interrupted}}
  heavy();
  co_return;
}
Task<> only_through_it() { co_await computes(); } // expected-note {{nothing in 'only_through_it' can be interrupted}}
Task<> waits() { co_await f(); }
Task<> wraps() { return f(); }
Task<> through_wrapper() { co_await wraps(); }
Task<> sleeps() { co_await folly::coro::sleep(1s); }
Task<> yields() { co_yield 1; }

Task<> limits() {
  co_await timeout([] { heavy(); }, 5s); // expected-warning {{'folly::coro::timeout' cannot end 'lambda': it never suspends}} expected-note {{nothing in}} expected-note {{let it await something, or run it on a thread}}
  co_await timeout(computes(), 5s); // expected-warning {{cannot end 'computes'}} expected-note {{let it}}
  co_await timeout(only_through_it(), 5s); // expected-warning {{cannot end 'only_through_it'}} expected-note {{let it}}
  co_await timeout([]() -> Task<> { co_await f(); }(), 5s);
  co_await timeout([]() -> Task<> { co_await f(); }, 5s);
  co_await timeout([]() -> Task<> { // expected-warning {{cannot end 'lambda'}} expected-note {{nothing in}} expected-note {{let it}}
    auto later = []() -> Task<> { co_await f(); };
    co_return;
  }(), 5s);
  co_await timeout([] { return f(); }, 5s);
  co_await timeout(waits(), 5s);
  co_await timeout(through_wrapper(), 5s);
  co_await timeout(sleeps(), 5s);
  co_await timeout(yields(), 5s);
  co_await timeout(f(), 5s);
  co_await timeout([](std::exception_ptr) { heavy(); }, 5s); // is told of the end
  co_await timeout(timeout(waits(), 5s), 5s);
#define CHECK(x) x
  CHECK(co_await timeout(computes(), 0s));
  auto kept = computes();
  co_await timeout(std::move(kept), 5s);
  co_await computes();
}

// A scope in which nothing was started has nothing to wait for.
namespace folly::coro {
struct AsyncScope {
  void add(Task<>);
  Task<> joinAsync();
};
} // namespace folly::coro
Task<> joins_nothing() { // expected-note {{nothing in 'joins_nothing' can be interrupted}}
  folly::coro::AsyncScope scope;
  heavy();
  co_await scope.joinAsync();
}
Task<> joins_something(bool b) {
  folly::coro::AsyncScope scope;
  if (b)
    scope.add(f());
  co_await scope.joinAsync();
}
void start_in(folly::coro::AsyncScope &);
Task<> joins_what_others_started() {
  folly::coro::AsyncScope scope;
  start_in(scope);
  co_await scope.joinAsync();
}
Task<> joins_a_scope_of_others(folly::coro::AsyncScope &scope) { co_await scope.joinAsync(); }
Task<> limits_scopes(folly::coro::AsyncScope &scope) {
  co_await timeout(joins_nothing(), 5s); // expected-warning {{cannot end 'joins_nothing'}} expected-note {{let it}}
  co_await timeout(joins_something(true), 5s);
  co_await timeout(joins_what_others_started(), 5s);
  co_await timeout(joins_a_scope_of_others(scope), 5s);
}

// A race with a sleep is a limit, and so is a token.
#define ASIO_HAS_CO_AWAIT
#define ASIO_HAS_STD_COROUTINE
#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>
asio::awaitable<void> adds_up() { // expected-note 2 {{nothing in 'adds_up'}}
  heavy();
  co_return;
}
asio::awaitable<void> nap(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}
asio::awaitable<void> reads();
asio::awaitable<void> races() {
  using namespace asio::experimental::awaitable_operators;
  co_await (adds_up() || nap(10ms)); // expected-warning {{cannot end 'adds_up'}} expected-note {{let it}}
  co_await (nap(10ms) || adds_up()); // expected-warning {{cannot end 'adds_up'}} expected-note {{let it}}
  co_await (reads() || nap(10ms));
  co_await (reads() || adds_up());
}

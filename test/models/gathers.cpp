// RUN: %verify=sequential-await -Wno-everything %s
//
// How each library awaits several tasks at once, in its own words, and what of
// its names wait without changing anything.

#include "async_simple.hpp"
#include "coro/coro.hpp"
#include "cppcoro.hpp"
#include "folly.hpp"
#include <chrono>
#include <memory>

using namespace std::chrono_literals;

cppcoro::task<int> on_a_pool(cppcoro::static_thread_pool &pool, int n) {
  co_await pool.schedule();
  co_return n;
}
cppcoro::task<int> after(cppcoro::io_service &io, int n) {
  co_await io.schedule_after(1ms);
  co_return n;
}
cppcoro::task<int> with_cppcoro(cppcoro::static_thread_pool &pool, cppcoro::io_service &io) {
  auto a = co_await on_a_pool(pool, 1); // expected-note {{first}}
  auto b = co_await after(io, 2);       // expected-warning {{'b' waits for 'a'}} expected-note {{write 'auto [a, b] = co_await cppcoro::when_all(on_a_pool(pool, 1), after(io, 2))'}}
  co_return a + b;
}

coro::task<int> later(std::unique_ptr<coro::thread_pool> &pool, int n) {
  co_await pool->schedule();
  co_return n;
}
coro::task<int> with_libcoro(std::unique_ptr<coro::thread_pool> &pool) {
  auto a = co_await later(pool, 1); // expected-note {{first}} expected-note {{write 'auto [a, b] = co_await coro::when_all(later(pool, 1), later(pool, 2))', and take each result by '.return_value()'}}
  auto b = co_await later(pool, 2); // expected-warning {{'b' waits for 'a'}}
  co_return a + b;
}

folly::coro::Task<int> slow(int n) {
  co_await folly::coro::sleep(1ms);
  co_return n;
}
folly::coro::Task<int> with_folly() {
  auto a = co_await slow(1); // expected-note {{first}}
  auto b = co_await slow(2); // expected-warning {{'b' waits for 'a'}} expected-note {{write 'auto [a, b] = co_await folly::coro::collectAll(slow(1), slow(2))'}}
  co_return a + b;
}

async_simple::coro::Lazy<int> lazy(int n) {
  co_await async_simple::coro::sleep(1ms);
  co_return n;
}
async_simple::coro::Lazy<int> with_async_simple() {
  auto a = co_await lazy(1); // expected-note {{first}} expected-note {{and take each result by '.value()'}}
  auto b = co_await lazy(2); // expected-warning {{'b' waits for 'a'}}
  co_return a + b;
}

// Nobody's library: a time and a name say what it is.
namespace own {
template <class T> struct task {
  struct promise_type {
    task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
struct Sleep {
  std::chrono::milliseconds time;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct Write {
  std::chrono::milliseconds time;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct timer {
  explicit timer(std::chrono::milliseconds);
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
timer delay_for(std::chrono::milliseconds);
} // namespace own
own::task<int> sleeps(int n) {
  co_await own::Sleep{1ms};
  co_return n;
}
own::task<int> delays(int n) {
  co_await own::delay_for(1ms);
  co_return n;
}
own::task<int> does_something(int n) {
  co_await own::Write{1ms};
  co_return n;
}
own::task<int> with_nobodys() {
  auto a = co_await sleeps(1);         // expected-note {{first}}
  auto b = co_await delays(2);         // expected-warning {{'b' waits for 'a'}}
  auto c = co_await does_something(3);
  auto d = co_await does_something(4);
  co_return a + b + c + d;
}

// RUN: %verify=test-real-sleep -Wno-everything %s

#include <googletest.hpp>
#include <thread>
#include <weir/weir.hpp>

using namespace std::chrono_literals;
weir::task<> f();

TEST(sleeps, on_the_thread) {
  std::this_thread::sleep_for(1s); // expected-warning {{'std::this_thread::sleep_for' waits real time in a test}}
  std::this_thread::sleep_for(0s);
}
TEST(sleeps, in_a_coroutine) {
  weir::run([]() -> weir::task<> {
    std::this_thread::sleep_for(1s); // expected-warning {{waits real time}}
    co_await weir::sleep(10ms); // expected-warning {{'weir::sleep' waits real time in a test}}
    co_await weir::sleep(0s);
    co_await f();
  }());
}
weir::task<> in_production() { co_await weir::sleep(1s); }

// A timer is made of how long it takes.
#define ASIO_HAS_CO_AWAIT
#define ASIO_HAS_STD_COROUTINE
#include <asio.hpp>
namespace tests {
asio::awaitable<void> test_hops() {
  auto here = co_await asio::this_coro::executor;
  co_await asio::steady_timer(here, 0ms).async_wait(asio::use_awaitable);
  co_await asio::steady_timer{here, std::chrono::milliseconds(0)}.async_wait(asio::use_awaitable);
  co_await asio::steady_timer(here, 10ms).async_wait(asio::use_awaitable); // expected-warning {{waits real time}}
}
} // namespace tests

// What may be cut short, and a timer that is never set.
#include <asio/experimental/awaitable_operators.hpp>
namespace tests {
asio::awaitable<void> test_races(asio::steady_timer &given) {
  using namespace asio::experimental::awaitable_operators;
  auto here = co_await asio::this_coro::executor;
  asio::steady_timer event(here), never(here, asio::steady_timer::time_point::max()), soon(here, 10ms), later(here);
  later.expires_after(10ms);
  co_await (given.async_wait(asio::use_awaitable) || asio::post(asio::use_awaitable));
  co_await event.async_wait(asio::use_awaitable);
  co_await never.async_wait(asio::use_awaitable);
  co_await soon.async_wait(asio::use_awaitable);  // expected-warning {{waits real time}}
  co_await later.async_wait(asio::use_awaitable); // expected-warning {{waits real time}}
}
} // namespace tests

// What is there to be ended by others: too long for a test, with a token or a
// clock of the test's own, or the body of a lambda that races.
#include <folly.hpp>
namespace folly {
struct Timekeeper {};
struct CancellationToken {};
namespace coro {
template <class T> Task<T> timeout(Task<T>, std::chrono::milliseconds);
template <class T> Task<T> co_withCancellation(CancellationToken, Task<T>);
Task<void> sleep(std::chrono::milliseconds, Timekeeper *);
} // namespace coro
} // namespace folly
namespace tests {
folly::coro::Task<void> test_ends(folly::CancellationToken token, folly::Timekeeper *clock) {
  co_await folly::coro::sleep(300s);
  co_await folly::coro::sleep(std::chrono::minutes(1));
  co_await folly::coro::sleep(1s, clock);
  co_await folly::coro::co_withCancellation(token, folly::coro::sleep(1s));
  co_await folly::coro::timeout([]() -> folly::coro::Task<void> {
    co_await folly::coro::sleep(1s);
  }(), 1ms);
  co_await []() -> folly::coro::Task<void> {
    co_await folly::coro::sleep(1s); // expected-warning {{waits real time}}
  }();
  std::this_thread::sleep_for(6s); // expected-warning {{waits real time}}
}
// A time of its own needs no timer that is set.
asio::awaitable<void> test_long(asio::io_context &io) {
  asio::steady_timer late(io, 60s);
  co_await late.async_wait(asio::use_awaitable);
  co_await asio::steady_timer(io, 60s).async_wait(asio::use_awaitable);
}
} // namespace tests

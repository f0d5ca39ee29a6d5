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

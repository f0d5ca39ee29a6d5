// The micro benchmarks on Debian's asio: the peer that is always at hand.

#include "measure.hpp"

#define ASIO_NO_DEPRECATED
#define ASIO_HAS_CO_AWAIT 1 // not noticed with clang and libstdc++
#define ASIO_HAS_STD_COROUTINE 1
#include <utility> // missing in its headers
#include <asio.hpp>
#include <asio/experimental/channel.hpp>

#include <string>
#include <vector>

// What asio documents as its fastest: a typed executor, no locking.
using executor = asio::io_context::executor_type;
template <class T> using task = asio::awaitable<T, executor>;
using channel = asio::experimental::basic_channel<
    executor, asio::experimental::channel_traits<>,
    void(asio::error_code, int)>;
using timer = asio::basic_waitable_timer<
    std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>,
    executor>;
static asio::io_context context(ASIO_CONCURRENCY_HINT_UNSAFE);
static constexpr asio::use_awaitable_t<executor> use_task;

static task<int> leaf(int x) { co_return x + 1; }
static task<int> (*volatile opaque_leaf)(int) = leaf;

static task<void> await(std::size_t n, bool visible) {
  measure::span s;
  std::int64_t x = 0;
  if (visible)
    for (std::size_t i = 0; i < n; ++i)
      x += co_await leaf(static_cast<int>(i));
  else
    for (std::size_t i = 0; i < n; ++i)
      x += co_await opaque_leaf(static_cast<int>(i));
  measure::sink(x);
  s.done(visible ? "await_visible" : "await_opaque", n);
}

static task<int> fibonacci(int n) {
  if (n < 2)
    co_return n;
  int a = co_await fibonacci(n - 1);
  int b = co_await fibonacci(n - 2);
  co_return a + b;
}
static task<void> fib(std::size_t rounds) {
  measure::span s;
  for (std::size_t i = 0; i < rounds; ++i)
    measure::sink(co_await fibonacci(25));
  s.done("fib", 242785.0 * rounds);
}

/// Runs n children and waits for the last.
template <class F> static task<void> all(std::size_t n, F child) {
  std::vector<int> results(n);
  std::size_t left = n;
  timer done(context.get_executor());
  done.expires_at(std::chrono::steady_clock::time_point::max());
  for (std::size_t i = 0; i < n; ++i)
    asio::co_spawn(context.get_executor(), child(static_cast<int>(i)),
                   [&, i](std::exception_ptr, int v) {
                     results[i] = v;
                     if (--left == 0)
                       done.cancel();
                   });
  asio::error_code ignored;
  co_await done.async_wait(asio::redirect_error(use_task, ignored));
  measure::sink(results[n / 2]);
}
static task<int> yields_once(int i) {
  co_await asio::post(use_task);
  co_return i;
}
static task<void> spawn(std::size_t n) {
  measure::span s;
  co_await all(n, yields_once);
  s.done("spawn", n);
}
static task<int> sleeper(double seconds) {
  timer t(context.get_executor(),
          std::chrono::duration_cast<std::chrono::nanoseconds>(
              std::chrono::duration<double>(seconds)));
  co_await t.async_wait(use_task);
  co_return 0;
}
static task<void> sleepers(std::size_t n) {
  measure::random random;
  measure::span s;
  co_await all(n, [&](int) { return sleeper(random()); });
  s.done("sleepers", n);
}

static task<void> pong(channel &in, channel &out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    int v = co_await in.async_receive(use_task);
    co_await out.async_send(asio::error_code{}, v, use_task);
  }
}
static task<void> ping_pong(std::size_t n) {
  channel there(context.get_executor(), 1), back(context.get_executor(), 1);
  asio::co_spawn(context.get_executor(), pong(there, back, n), asio::detached);
  measure::span s;
  for (std::size_t i = 0; i < n; ++i) {
    co_await there.async_send(asio::error_code{}, static_cast<int>(i),
                              use_task);
    measure::sink(co_await back.async_receive(use_task));
  }
  s.done("ping_pong", 2.0 * n);
}

/// It has no lock of its own; this is what its users make one of: a channel
/// with one place, which is taken without waiting where it is free.
static task<void> lock(std::size_t n) {
  channel place(context.get_executor(), 1);
  measure::span s;
  for (std::size_t i = 0; i < n; ++i) {
    if (!place.try_send(asio::error_code{}, 0))
      co_await place.async_send(asio::error_code{}, 0, use_task);
    place.try_receive([](asio::error_code, int) {});
  }
  s.done("lock", n);
}

static void run(task<void> t) {
  asio::co_spawn(context.get_executor(), std::move(t),
                 [](std::exception_ptr e) {
                   if (e)
                     std::rethrow_exception(e);
                 });
  context.run();
}

int main(int count, char **arguments) {
  const std::string bench = measure::bench(count, arguments);
  if (bench == "await_visible")
    run(await(measure::times(10'000'000), true));
  else if (bench == "await_opaque")
    run(await(measure::times(10'000'000), false));
  else if (bench == "fib")
    run(fib(measure::times(10)));
  else if (bench == "spawn")
    run(spawn(measure::times(1'000'000)));
  else if (bench == "ping_pong")
    run(ping_pong(measure::times(500'000)));
  else if (bench == "lock")
    run(lock(measure::times(10'000'000)));
  else if (bench == "sleep_100k")
    run(sleepers(measure::times(100'000)));
  else if (bench == "sleep_1m")
    run(sleepers(measure::times(1'000'000)));
}

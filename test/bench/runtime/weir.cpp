// The micro benchmarks on weir.

#include "measure.hpp"

#include <weir/weir.hpp>

#include <string>
#include <vector>

using weir::task;

static task<int> leaf(int x) { co_return x + 1; }
static task<int> (*volatile opaque_leaf)(int) = leaf;

static task<> await_visible(std::size_t n) {
  measure::span s;
  std::int64_t x = 0;
  for (std::size_t i = 0; i < n; ++i)
    x += co_await leaf(static_cast<int>(i));
  measure::sink(x);
  s.done("await_visible", n);
}
static task<> await_opaque(std::size_t n) {
  measure::span s;
  std::int64_t x = 0;
  for (std::size_t i = 0; i < n; ++i)
    x += co_await opaque_leaf(static_cast<int>(i));
  measure::sink(x);
  s.done("await_opaque", n);
}

static task<int> fibonacci(int n) {
  if (n < 2)
    co_return n;
  int a = co_await fibonacci(n - 1);
  int b = co_await fibonacci(n - 2);
  co_return a + b;
}
static task<> fib(std::size_t rounds) {
  measure::span s;
  for (std::size_t i = 0; i < rounds; ++i)
    measure::sink(co_await fibonacci(25));
  s.done("fib", 242785.0 * rounds);
}

static task<int> yields_once(int i) {
  co_await weir::yield();
  co_return i;
}
static task<> spawn(std::size_t n) {
  measure::span s;
  std::vector<task<int>> tasks;
  tasks.reserve(n);
  for (std::size_t i = 0; i < n; ++i)
    tasks.push_back(yields_once(static_cast<int>(i)));
  auto results = co_await weir::gather(std::move(tasks));
  measure::sink(results[n / 2]);
  s.done("spawn", n);
}

static task<> pong(weir::queue<int> &in, weir::queue<int> &out, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) {
    int v = co_await in.get();
    co_await out.put(v);
  }
}
static task<> ping_pong(std::size_t n) {
  weir::queue<int> there(1), back(1);
  auto other = weir::create_task(pong(there, back, n));
  measure::span s;
  for (std::size_t i = 0; i < n; ++i) {
    co_await there.put(static_cast<int>(i));
    measure::sink(co_await back.get());
  }
  s.done("ping_pong", 2.0 * n);
  co_await other;
}

static task<int> sleeper(double seconds) {
  co_await weir::sleep(std::chrono::duration<double>(seconds));
  co_return 0;
}
static task<> sleepers(std::size_t n) {
  measure::random random;
  measure::span s;
  std::vector<task<int>> tasks;
  tasks.reserve(n);
  for (std::size_t i = 0; i < n; ++i)
    tasks.push_back(sleeper(random()));
  co_await weir::gather(std::move(tasks));
  s.done("sleepers", n);
}

static task<> lock(std::size_t n) {
  weir::lock l;
  measure::span s;
  for (std::size_t i = 0; i < n; ++i) {
    co_await l.acquire();
    l.release();
  }
  s.done("lock", n);
}

int main(int count, char **arguments) {
  const std::string bench = measure::bench(count, arguments);
  if (bench == "await_visible")
    weir::run(await_visible(measure::times(10'000'000)));
  else if (bench == "await_opaque")
    weir::run(await_opaque(measure::times(10'000'000)));
  else if (bench == "fib")
    weir::run(fib(measure::times(10)));
  else if (bench == "spawn")
    weir::run(spawn(measure::times(1'000'000)));
  else if (bench == "ping_pong")
    weir::run(ping_pong(measure::times(1'000'000)));
  else if (bench == "sleep_100k")
    weir::run(sleepers(measure::times(100'000)));
  else if (bench == "sleep_1m")
    weir::run(sleepers(measure::times(1'000'000)));
  else if (bench == "lock")
    weir::run(lock(measure::times(10'000'000)));
}

// The sleepers on libuv, in plain callbacks: it has no tasks, so a timer is all
// there is of each.

#include "measure.hpp"

#include <uv.h>

#include <cstddef>
#include <string>
#include <vector>

static std::size_t left;
static void on_timer(uv_timer_t *) { --left; }

static void sleepers(std::size_t n) {
  measure::random random;
  measure::span s;
  std::vector<uv_timer_t> timers(n);
  left = n;
  for (auto &t : timers) {
    uv_timer_init(uv_default_loop(), &t);
    uv_timer_start(&t, on_timer, static_cast<std::uint64_t>(random() * 1000), 0);
  }
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  measure::sink(static_cast<std::int64_t>(left));
  s.done("sleepers", static_cast<double>(n));
}

int main(int count, char **arguments) {
  const std::string bench = measure::bench(count, arguments);
  if (bench == "sleep_100k")
    sleepers(measure::times(100'000));
  else if (bench == "sleep_1m")
    sleepers(measure::times(1'000'000));
}

// RUN: %cxx -Wall -Wextra -Werror -O1 -rdynamic -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O0 -rdynamic %s -o %t.g && %t.g && env WEIR_DEBUG=1 %t.g by-environment

#include "support/check.hpp"

#include <weir/debug_locks.hpp>
#include <weir/weir.hpp>

#include <mutex>
#include <string>
#include <thread>

using namespace std::chrono_literals;

static const weir::run_options debug{.debug = true, .slow = 50ms};

static bool has(const std::string &text, const std::string &part) {
  return text.find(part) != std::string::npos;
}

[[gnu::noinline]] void blocks_here() {
  std::this_thread::sleep_for(300ms);
  asm volatile(""); // or the call above would be a jump, and not on the stack
}
static weir::task<> inner() {
  co_await weir::yield();
  blocks_here();
}
static weir::task<> outer() { co_await inner(); }

// The loop blocked longer than a threshold is reported while it is blocked.
static void blocking_call_with_stack_and_await_chain(weir::run_options options) {
  reports seen;
  weir::run(outer(), options);
  CHECK(seen.count("weir-blocking-call") == 1);
  const auto &r = seen.all[0];
  CHECK(has(r.message, " ms"));
  CHECK(has(r.details, "inner") && has(r.details, "outer"));
  CHECK(has(r.details, "debug.cpp:"));
  CHECK(has(r.details, "blocks_here"));
  CHECK(r.where.line() != 0);
}

// What the step has entered since it was resumed is in the chain, with the line
// of each await, and first of all who blocks.
static weir::task<int> innermost() {
  blocks_here();
  co_return 1;
}
static weir::task<int> middle() {
  const int n = co_await innermost();
  co_return n;
}
static weir::task<int> (*volatile opaque)() = middle;
static weir::task<> resumed() {
  co_await weir::yield();
  co_await opaque();
}
static void coroutines_entered_inside_the_step() {
  reports seen;
  weir::run(resumed(), debug);
  CHECK(seen.count("weir-blocking-call") == 1);
  const std::string &text = seen.all[0].details;
  const auto first = text.find("innermost"), second = text.find("middle"),
             third = text.find("resumed()");
  CHECK(first < second && second < third && third != text.npos);
  CHECK(has(seen.all[0].where.function_name(), "innermost"));
}

static void short_steps_are_not_reported() {
  reports seen;
  auto quick = []() -> weir::task<> {
    for (int i = 0; i < 20; ++i)
      co_await weir::sleep(10ms);
  };
  weir::run(quick(), debug);
  CHECK(seen.all.empty());
}

static void options_at_the_ends_of_time() {
  using std::chrono::milliseconds;
  reports seen;
  auto waits = []() -> weir::task<> { co_await weir::sleep(2ms); };
  weir::run(waits(), {.debug = true,
                      .slow = milliseconds::max(),
                      .join_timeout = milliseconds::max()});
  weir::run(waits(), {.join_timeout = milliseconds::min()});
  weir::run(waits(), {.virtual_time = true, .patience = milliseconds::max()});
  CHECK(seen.all.empty());
}

static std::mutex mutex;
static weir::task<> holds_a_mutex() {
  std::lock_guard hold(mutex);
  co_await weir::sleep(1ms);
}
static void lock_held_across_a_suspension() {
  reports seen;
  weir::run(holds_a_mutex(), debug);
  CHECK(seen.count("weir-lock-across-await") == 1);
  CHECK(has(seen.all[0].details, "holds_a_mutex"));
}

static weir::task<> releases_the_mutex() {
  { std::lock_guard hold(mutex); }
  co_await weir::sleep(1ms);
}
static void lock_released_before_the_suspension() {
  reports seen;
  weir::run(releases_the_mutex(), debug);
  CHECK(seen.all.empty());
}

static weir::task<> calls_from_another_thread() {
  auto &loop = weir::loop::current();
  bool refused = false;
  std::thread([&] {
    try {
      loop.call_soon([] {});
    } catch (const weir::usage_error &) {
      refused = true;
    }
  }).join();
  CHECK(refused);
  co_return;
}

int main(int count, char **) {
  if (count > 1) {
    blocking_call_with_stack_and_await_chain({.slow = 50ms});
    return 0;
  }
  blocking_call_with_stack_and_await_chain(debug);
  coroutines_entered_inside_the_step();
  short_steps_are_not_reported();
  options_at_the_ends_of_time();
  if (!WEIR_THREAD_SANITIZER) // which stands where debug_locks.hpp would
    lock_held_across_a_suspension();
  lock_released_before_the_suspension();
  weir::run(calls_from_another_thread(), debug);
}

// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"

#include <weir/testing.hpp>
#include <weir/weir.hpp>

#include <string>

using namespace std::chrono_literals;

static bool has(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

static weir::task<> inner(weir::event &e) { co_await e.wait(); }
static weir::task<> outer(weir::event &e) { co_await inner(e); }

static weir::task<> says_where_tasks_wait() {
  weir::event e;
  auto t = weir::create_task(outer(e), "waiter");
  CHECK(has(weir::call_graph(t), "'waiter' is ready"));
  co_await weir::yield();
  const auto text = weir::call_graph();
  CHECK(has(text, "'main' runs"));
  CHECK(has(text, "'waiter' waits for event"));
  CHECK(has(text, "inner") && has(text, "awaited by") && has(text, "outer"));
  CHECK(has(text, "call_graph.cpp:"));
  e.set();
  co_await t;
  CHECK(has(weir::call_graph(t), "is done"));
  CHECK_THROWS(weir::usage_error, weir::call_graph(weir::task_ref()));
}

// Two tasks that wait for each other.
static weir::task<> waits_for(weir::task_handle<> &other) { co_await other; }
static weir::task<> deadlock() {
  weir::task_handle<> a, b;
  a = weir::create_task(waits_for(b), "hen");
  b = weir::create_task(waits_for(a), "egg");
  weir::event never;
  co_await never.wait();
}
static weir::task<> refuses_to_end() {
  weir::event never;
  for (;;)
    try {
      co_await never.wait();
    } catch (const weir::cancelled &) {
    }
}
static void refusal_fails_a_test_instead_of_hanging() {
  bool failed = false;
  try {
    weir::testing::run_test(refuses_to_end(), {.patience = 20ms});
  } catch (const weir::testing::failure &) {
    failed = true;
  }
  CHECK(failed);
}

static void deadlock_fails_a_test_instead_of_hanging() {
  try {
    weir::testing::run_test(deadlock(), {.patience = 50ms});
    CHECK(false);
  } catch (const weir::testing::failure &f) {
    CHECK(has(f.what(), "weir-deadlock"));
    CHECK(has(f.what(), "'hen' waits for") && has(f.what(), "'egg' waits for"));
  }
}

static weir::task<> waits_for_another_thread() {
  weir::event called;
  auto &loop = weir::loop::current();
  std::thread t([&] {
    std::this_thread::sleep_for(50ms);
    loop.call_soon_threadsafe([&] { called.set(); });
  });
  co_await called.wait();
  t.join();
}

int main() {
  RUN(says_where_tasks_wait);
  deadlock_fails_a_test_instead_of_hanging();
  refusal_fails_a_test_instead_of_hanging();
  weir::testing::run_test(waits_for_another_thread());
}

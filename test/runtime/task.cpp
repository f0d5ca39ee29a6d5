// RUN: %cxx -Wall -Wextra -Werror -O1 -g -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O2 %s -o %t.g && %t.g

#include "support/check.hpp"

#include <weir/weir.hpp>

#include <memory>
#include <string>

using namespace std::chrono_literals;

static int begun = 0;
static weir::task<int> number(int n) {
  ++begun;
  co_return n;
}
static weir::task<> fails() {
  throw std::runtime_error("as it should");
  co_return;
}

// A task is lazy: the await starts it.
static weir::task<> body_begins_with_the_await() {
  begun = 0;
  auto t = number(1);
  CHECK(begun == 0);
  CHECK(co_await t == 1);
  CHECK(begun == 1);
}

static weir::task<> result_moves_out() {
  auto make = []() -> weir::task<std::unique_ptr<int>> {
    co_return std::make_unique<int>(7);
  };
  std::unique_ptr<int> p = co_await make();
  CHECK(*p == 7);
}

static weir::task<> result_may_be_a_reference() {
  int n = 0;
  auto ref = [](int &n) -> weir::task<int &> { co_return n; };
  int &r = co_await ref(n);
  CHECK(&r == &n);
}

static weir::task<> exception_reaches_the_awaiter() {
  CHECK_THROWS(std::runtime_error, co_await fails());
}

// Bad use gets a clear error.
static weir::task<> await_of_an_empty_task() {
  weir::task<int> empty;
  CHECK_THROWS(weir::usage_error, co_await empty);
}

static weir::task<> await_same_coroutine_twice() {
  auto t = number(2);
  co_await t;
  try {
    co_await t;
    CHECK(false);
  } catch (const weir::usage_error &e) {
    CHECK(std::string(e.what()).find("weir-awaited-twice") !=
          std::string::npos);
  }
}

static weir::task<> task_destroyed_unawaited_is_reported() {
  reports seen;
  { auto t = number(3); }
  CHECK(seen.count("weir-unawaited-task") == 1);
  CHECK(seen.all[0].message.find("number") != std::string::npos);
  CHECK(seen.all[0].where.line() != 0);
  co_return;
}

static weir::task<> no_report_while_an_exception_unwinds() {
  reports seen;
  try {
    auto t = number(3);
    throw 1;
  } catch (int) {
  }
  CHECK(seen.all.empty());
  co_return;
}

static weir::task<> nested_run_refused() {
  auto t = number(1);
  CHECK_THROWS(weir::usage_error, weir::run(std::move(t)));
  co_return;
}

static void no_loop_on_this_thread() {
  CHECK_THROWS(weir::usage_error, weir::loop::current());
  CHECK(!weir::loop::is_running());
}

static weir::task<int> deep(int n) {
  if (n == 0) {
    co_await weir::sleep(0s);
    co_return 0;
  }
  co_return 1 + co_await deep(n - 1);
}

int main() {
  RUN(body_begins_with_the_await);
  RUN(result_moves_out);
  RUN(result_may_be_a_reference);
  RUN(exception_reaches_the_awaiter);
  RUN(await_of_an_empty_task);
  RUN(await_same_coroutine_twice);
  RUN(task_destroyed_unawaited_is_reported);
  RUN(no_report_while_an_exception_unwinds);
  RUN(nested_run_refused);
  no_loop_on_this_thread();
  CHECK(weir::run(number(42)) == 42);
  CHECK_THROWS(std::runtime_error, weir::run(fails()));
  CHECK(weir::run(deep(2000)) == 2000);
}

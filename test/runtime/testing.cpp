// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=thread %s -o %t.g && %t.g

#include "support/check.hpp"

#include <weir/async_mock.hpp>
#include <weir/testing.hpp>
#include <weir/weir.hpp>

#include <set>

using namespace std::chrono_literals;

static std::string failure_of(weir::task<> test, weir::testing::test_options options = {}) {
  try {
    weir::testing::run_test(std::move(test), options);
    return "";
  } catch (const weir::testing::failure &f) {
    return f.what();
  }
}

static weir::task<> clean() { co_await weir::sleep(1ms); }
static weir::task<> leaves_a_task_running() {
  weir::create_task(weir::sleep(1h), "poller");
  co_return;
}
static weir::task<> never_awaits() {
  { auto t = clean(); }
  co_return;
}
static weir::task<> loses_an_exception() {
  weir::create_task([]() -> weir::task<> {
    throw std::runtime_error("lost");
    co_return;
  }());
  co_await weir::sleep(1ms);
}

static void broken_rules_fail_the_test() {
  CHECK(failure_of(clean()) == "");
  CHECK(failure_of(leaves_a_task_running()).find("poller") != std::string::npos);
  CHECK(failure_of(leaves_a_task_running(), {.allow_leftovers = true}) == "");
  CHECK(failure_of(never_awaits()).find("weir-unawaited-task") !=
        std::string::npos);
  CHECK(failure_of(loses_an_exception())
            .find("weir-unhandled-task-exception") != std::string::npos);
}

static weir::task<> a_long_day() {
  const auto begin = weir::loop::current().now();
  co_await weir::sleep(24h);
  CHECK(weir::loop::current().now() - begin == 24h);
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout(1h, weir::sleep(2h)));
}
static void virtual_time_jumps_to_the_next_deadline() {
  const auto begin = std::chrono::steady_clock::now();
  weir::testing::run_test(a_long_day());
  CHECK(std::chrono::steady_clock::now() - begin < 10s);
}

static weir::task<> waits_for_a_thread() {
  const auto begin = weir::loop::current().now();
  co_await weir::gather(weir::sleep(1h), weir::to_thread([] {
    std::this_thread::sleep_for(20ms);
  }));
  CHECK(weir::loop::current().now() - begin == 1h);
}

static std::string order;
static weir::task<> notes_the_order() {
  std::vector<weir::task<>> tasks;
  for (char c : std::string("abcdef"))
    tasks.push_back([](char c) -> weir::task<> {
      order += c;
      co_return;
    }(c));
  co_await weir::gather(std::move(tasks));
}
static std::string order_with(unsigned seed) {
  order.clear();
  weir::testing::run_test(notes_the_order(), {.shuffle_seed = seed});
  return order;
}
static void a_seed_shuffles_ready_tasks_the_same_way_each_time() {
  std::set<std::string> seen;
  for (unsigned seed = 0; seed < 10; ++seed) {
    CHECK(order_with(seed) == order_with(seed));
    seen.insert(order);
  }
  CHECK(seen.size() > 5);
}

static weir::task<> mock_outcomes_are_used_up_in_order() {
  weir::async_mock<int(std::string)> load;
  load.returns(1).throws(std::runtime_error("gone")).does(
      [](std::string s) -> weir::task<int> {
        co_return static_cast<int>(s.size());
      });
  CHECK(co_await load("a") == 1);
  CHECK_THROWS(std::runtime_error, co_await load("b"));
  CHECK(co_await load("four") == 4);
  CHECK(load.is_exhausted());
  CHECK_THROWS(std::logic_error, co_await load("none left"));
  load.otherwise([](std::string) -> weir::task<int> { co_return 9; });
  CHECK(co_await load("x") == 9);
  CHECK(load.await_count() == 5 && load.awaited_with("four"));
  CHECK(!load.awaited_with("never"));
}

static weir::task<> mock_counts_calls_and_awaits_separately() {
  weir::async_mock<void()> f;
  f.returns();
  reports quiet;
  { auto dropped = f(); }
  CHECK(f.call_count() == 1 && f.await_count() == 0);
  co_await f();
  CHECK(f.call_count() == 2 && f.await_count() == 1);
}

static weir::task<> mock_blocks_until_released() {
  weir::async_mock<int()> f;
  f.blocks().returns(3);
  auto t = weir::create_task(f());
  co_await weir::sleep(1ms);
  CHECK(!t.done());
  f.release();
  CHECK(co_await t == 3);
}

static weir::task<> mock_blocks_each_call_with_its_own_outcome() {
  weir::async_mock<int()> f;
  f.blocks().returns(1).blocks().returns(2);
  auto first = weir::create_task(f()), second = weir::create_task(f());
  co_await weir::sleep(1ms);
  CHECK(!first.done() && !second.done());
  f.release();
  CHECK(co_await first == 1 && co_await second == 2);
  f.blocks();
  auto late = weir::create_task(f());
  co_await weir::sleep(1ms);
  f.returns(3).release();
  CHECK(co_await late == 3);
}

int main() {
  broken_rules_fail_the_test();
  virtual_time_jumps_to_the_next_deadline();
  weir::testing::run_test(waits_for_a_thread());
  a_seed_shuffles_ready_tasks_the_same_way_each_time();
  weir::testing::run_test(mock_outcomes_are_used_up_in_order());
  weir::testing::run_test(mock_counts_calls_and_awaits_separately());
  weir::testing::run_test(mock_blocks_until_released());
  weir::testing::run_test(mock_blocks_each_call_with_its_own_outcome());
}

// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

#include <memory>
#include <stdexcept>
#include <variant>

static weir::task<int> number(int n, std::chrono::milliseconds after) {
  co_await weir::sleep(after);
  co_return n;
}
static weir::task<> nothing(std::chrono::milliseconds after) {
  co_await weir::sleep(after);
}

static weir::task<> first_to_end_wins_and_the_others_are_waited_for() {
  auto won = co_await weir::race(slow("a", 1s), number(7, 10ms));
  CHECK(won.index() == 1 && std::get<1>(won) == 7);
  CHECK(events == strings{"a cancelled"});
}

static weir::task<> same_types_are_told_apart() {
  auto won = co_await weir::race(number(1, 20ms), number(2, 10ms), nothing(1s));
  CHECK(won.index() == 1 && std::get<1>(won) == 2);
  auto first = co_await weir::race(nothing(1ms), number(1, 1s));
  CHECK(first.index() == 0);
}

static weir::task<> loser_that_cleans_up_is_waited_for() {
  auto cleans_up = []() -> weir::task<> {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
    }
    co_await weir::sleep(20ms);
    events.push_back("clean");
  };
  co_await weir::race(cleans_up(), nothing(1ms));
  CHECK(events == strings{"clean"});
}

static weir::task<> failure_of_the_first_is_thrown() {
  CHECK_THROWS(std::runtime_error,
               co_await weir::race(slow("a", 10ms, true), slow("b", 1s)));
  CHECK(events == strings{"b cancelled"});
}

static weir::task<> failure_of_a_loser_is_dropped() {
  reports seen;
  auto fails_when_cancelled = []() -> weir::task<int> {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
      throw std::runtime_error("too late");
    }
    co_return 0;
  };
  auto won = co_await weir::race(fails_when_cancelled(), number(1, 1ms));
  CHECK(won.index() == 1 && seen.all.empty());
}

static weir::task<> two_in_one_turn_the_first_wins() {
  weir::event go;
  auto waits = [&](int n) -> weir::task<int> {
    co_await go.wait();
    co_return n;
  };
  weir::loop::current().call_later(1ms, [&] { go.set(); });
  auto won = co_await weir::race(waits(1), waits(2));
  CHECK(won.index() == 0 && std::get<0>(won) == 1);
}

static weir::task<> handle_that_loses_is_left_running() {
  auto a = weir::create_task(slow("a", 30ms));
  auto won = co_await weir::race(a, number(1, 10ms));
  CHECK(won.index() == 1);
  CHECK(co_await a == "a");
}

static weir::task<> cancelling_the_waiter_cancels_every_child() {
  auto races = []() -> weir::task<> {
    co_await weir::race(slow("a", 1s), slow("b", 1s));
  };
  auto t = weir::create_task(races());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == (strings{"a cancelled", "b cancelled"}));
}

static weir::task<> cancelled_while_a_loser_cleans_up() {
  auto cleans_up = []() -> weir::task<> {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
    }
    co_await weir::sleep(20ms);
  };
  auto races = [&]() -> weir::task<> {
    co_await weir::race(cleans_up(), nothing(10ms));
  };
  auto t = weir::create_task(races());
  co_await weir::sleep(15ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t); // the result is dropped
}

static weir::task<> range() {
  std::vector<weir::task<int>> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(number(i, i == 3 ? 1ms : 1s));
  auto [index, value] = co_await weir::race(std::move(tasks));
  CHECK(index == 3 && value == 3);
  CHECK_THROWS(std::invalid_argument,
               co_await weir::race(std::vector<weir::task<int>>{}));
}

static weir::task<> move_only_results() {
  auto make = []() -> weir::task<std::unique_ptr<int>> {
    co_return std::make_unique<int>(1);
  };
  auto won = co_await weir::race(make(), nothing(1s));
  CHECK(*std::get<0>(won) == 1);
}

static weir::task<> empty_task_is_refused() {
  CHECK_THROWS(weir::usage_error,
               co_await weir::race(weir::task<int>(), number(1, 1s)));
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(first_to_end_wins_and_the_others_are_waited_for);
  CASE(same_types_are_told_apart);
  CASE(loser_that_cleans_up_is_waited_for);
  CASE(failure_of_the_first_is_thrown);
  CASE(failure_of_a_loser_is_dropped);
  CASE(two_in_one_turn_the_first_wins);
  CASE(handle_that_loses_is_left_running);
  CASE(cancelling_the_waiter_cancels_every_child);
  CASE(cancelled_while_a_loser_cleans_up);
  CASE(range);
  CASE(move_only_results);
  CASE(empty_task_is_refused);
}

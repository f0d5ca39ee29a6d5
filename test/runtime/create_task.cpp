// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

#include <stdexcept>

static weir::task<> notes(std::string text) {
  events.push_back(text);
  co_await weir::yield();
  events.push_back(text + " again");
}
static weir::task<int> cached(int n) { co_return n; }

static weir::task<> starts_later_in_order() {
  for (int i = 0; i < 3; ++i)
    weir::create_task(notes(std::to_string(i)));
  events.push_back("main");
  co_await weir::yield();
  CHECK(events == (strings{"main", "0", "1", "2"}));
}

static weir::task<> eager_task_begins_at_once() {
  auto t = weir::create_task(weir::eager, notes("task"), "named");
  events.push_back("main");
  CHECK(events == (strings{"task", "main"}));
  CHECK(!t.done() && t.name() == "named");
  co_await t;
  CHECK(events == (strings{"task", "main", "task again"}));
}

static weir::task<> eager_task_that_need_not_wait_is_done() {
  auto t = weir::create_task(weir::eager, cached(3));
  CHECK(t.done() && t.result() == 3);
  CHECK(co_await t == 3);
}

static weir::task<> eager_task_is_the_current_one_while_it_runs() {
  const auto me = weir::current_task();
  weir::task_ref seen;
  auto looks = [&]() -> weir::task<> {
    seen = weir::current_task();
    co_return;
  };
  auto t = weir::create_task(weir::eager, looks());
  CHECK(seen == t && weir::current_task() == me);
  co_return;
}

static weir::task<> eager_tasks_may_nest() {
  auto outer = []() -> weir::task<> {
    auto t = weir::create_task(weir::eager, notes("inner"));
    events.push_back("outer");
    co_await t;
  };
  co_await weir::create_task(weir::eager, outer());
  CHECK(events == (strings{"inner", "outer", "inner again"}));
}

static weir::task<> eager_failure_is_for_the_handle() {
  reports seen;
  auto fails = []() -> weir::task<> {
    throw std::runtime_error("at once");
    co_return;
  };
  auto t = weir::create_task(weir::eager, fails());
  CHECK(t.done() && seen.all.empty());
  CHECK_THROWS(std::runtime_error, co_await t);
  weir::create_task(weir::eager, fails());
  CHECK(seen.count("weir-lost-exception") == 1); // the handle died unread
}

static weir::task<> eager_task_of_a_group() {
  co_await weir::with_task_group([](weir::task_group &group) -> weir::task<> {
    group.create_task(weir::eager, notes("child"));
    events.push_back("body");
    co_return;
  });
  CHECK(events == (strings{"child", "body", "child again"}));
}

static weir::task<> eager_from_a_callback() {
  weir::loop::current().call_soon(
      [] { weir::create_task(weir::eager, notes("task")); });
  co_await weir::yield();
  CHECK(events == strings{"task"});
  co_await weir::yield();
  CHECK(events.back() == "task again");
}

static weir::task<> empty_task_is_refused() {
  CHECK_THROWS(weir::usage_error, weir::create_task(weir::task<int>()));
  co_return;
}

static void without_a_loop_it_is_refused() {
  CHECK_THROWS(weir::usage_error, weir::create_task(cached(1)));
}

static weir::task<> report_says_what_was_thrown() {
  reports seen;
  weir::create_task([]() -> weir::task<> {
    co_await weir::yield();
    throw std::runtime_error("the reason");
  }());
  co_await weir::sleep(1ms);
  CHECK(seen.count("weir-unhandled-task-exception") == 1);
  CHECK(seen.all.front().message.find("the reason") != std::string::npos);
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(starts_later_in_order);
  CASE(eager_task_begins_at_once);
  CASE(eager_task_that_need_not_wait_is_done);
  CASE(eager_task_is_the_current_one_while_it_runs);
  CASE(eager_tasks_may_nest);
  CASE(eager_failure_is_for_the_handle);
  CASE(eager_task_of_a_group);
  CASE(eager_from_a_callback);
  CASE(empty_task_is_refused);
  CASE(report_says_what_was_thrown);
  weir::run(report_says_what_was_thrown(), {.debug = true});
  without_a_loop_it_is_refused();
  events.clear();
  weir::run(eager_tasks_may_nest(), {.debug = true, .shuffle_seed = 7});
}

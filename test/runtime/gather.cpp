// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=address %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

#include <memory>

static weir::task<> nothing() { co_return; }
static weir::task<int> failing(std::chrono::milliseconds after) {
  co_await weir::sleep(after);
  throw std::runtime_error("first");
}

// Results come in the order of the arguments, not of completion.
static weir::task<> results_in_argument_order() {
  auto [a, b] = co_await weir::gather(slow("a", 30ms), slow("b", 10ms));
  CHECK(a == "a" && b == "b");
  CHECK(events == strings{"b done", "a done"});
}

static weir::task<> children_run_at_the_same_time() {
  const auto begin = weir::loop::current().now();
  co_await weir::gather(slow("a", 30ms), slow("b", 30ms), weir::sleep(30ms));
  const auto took = weir::loop::current().now() - begin;
  CHECK(took >= 30ms && took < 40ms);
}

static weir::task<> void_is_monostate() {
  auto [v, n] = co_await weir::gather(nothing(), slow("a", 1ms));
  static_assert(std::is_same_v<decltype(v), std::monostate>);
  CHECK(n == "a");
}

static weir::task<> range_gives_a_vector() {
  std::vector<weir::task<std::string>> tasks;
  for (int i = 0; i < 5; ++i)
    tasks.push_back(slow(std::to_string(i), 1ms * (5 - i)));
  auto results = co_await weir::gather(std::move(tasks));
  CHECK(results == strings{"0", "1", "2", "3", "4"});
}

static weir::task<> of_nothing() {
  auto results = co_await weir::gather(std::vector<weir::task<int>>{});
  CHECK(results.empty());
  co_await weir::gather();
  co_await weir::gather(weir::return_exceptions);
  co_await weir::gather(weir::keep_running);
}

static weir::task<> move_only_results() {
  auto make = []() -> weir::task<std::unique_ptr<int>> {
    co_return std::make_unique<int>(1);
  };
  auto [a, b] = co_await weir::gather(make(), make());
  CHECK(*a == 1 && *b == 1);
}

static weir::task<> references_stay_references() {
  static int n = 1;
  auto refers = []() -> weir::task<int &> { co_return n; };
  auto number = []() -> weir::task<const int> { co_return 2; };
  auto [a, b] = co_await weir::gather(refers(), number());
  static_assert(std::is_same_v<decltype(b), int>);
  CHECK(&a == &n && b == 2);
  auto [c, d] = co_await weir::gather(weir::keep_running, refers(), refers());
  CHECK(&c == &n && &d == &n);
}

// The deliberate difference: siblings are cancelled and waited for.
static weir::task<> first_failure_cancels_and_waits_for_siblings() {
  CHECK_THROWS(std::runtime_error,
               co_await weir::gather(slow("a", 1s), failing(10ms)));
  CHECK(events == strings{"a cancelled"});
}

static weir::task<> first_of_several_failures_is_thrown() {
  try {
    co_await weir::gather(slow("late", 20ms, true), slow("early", 10ms, true));
    CHECK(false);
  } catch (const std::runtime_error &e) {
    CHECK(std::string(e.what()) == "early");
  }
}

static weir::task<> keep_running_leaves_siblings_running() {
  CHECK_THROWS(std::runtime_error,
               co_await weir::gather(weir::keep_running, slow("a", 30ms),
                                     failing(10ms)));
  CHECK(events.empty());
  co_await weir::sleep(50ms);
  CHECK(events == strings{"a done"});
}

// Those it leaves behind are tasks of the loop like others, and no news to who
// asked for it.
static weir::task<> keep_running_returns_while_children_run() {
  reports seen;
  CHECK_THROWS(std::runtime_error,
               co_await weir::gather(weir::keep_running, slow("a", 30ms),
                                     failing(10ms), slow("b", 20ms)));
  CHECK(weir::all_tasks().size() == 3); // with this one
  for (auto &t : weir::all_tasks())
    CHECK(t.cancelling() == 0 && !t.done());
  co_await weir::sleep(50ms);
  CHECK(weir::all_tasks().size() == 1);
  CHECK(events == (strings{"b done", "a done"}));
  CHECK(seen.all.empty());
}

static weir::task<> keep_running_drops_later_failures() {
  reports seen;
  CHECK_THROWS(std::runtime_error,
               co_await weir::gather(weir::keep_running, failing(10ms),
                                     failing(20ms)));
  co_await weir::sleep(50ms);
  CHECK(seen.all.empty());
}

static weir::task<> keep_running_range() {
  std::vector<weir::task<std::string>> tasks;
  tasks.push_back(slow("a", 20ms));
  tasks.push_back(slow("b", 10ms));
  const auto names =
      co_await weir::gather(weir::keep_running, std::move(tasks));
  CHECK(names == (strings{"a", "b"}));
  CHECK((co_await weir::gather(weir::keep_running,
                               std::vector<weir::task<>>{})).empty());
}

static weir::task<> cancelling_after_keep_running_failed_leaves_the_rest() {
  auto gathers = []() -> weir::task<> {
    try {
      co_await weir::gather(weir::keep_running, slow("a", 50ms), failing(10ms));
    } catch (const std::runtime_error &) {
    }
    co_await weir::sleep(1s);
  };
  auto t = weir::create_task(gathers());
  co_await weir::sleep(20ms);
  t.cancel();
  co_await weir::sleep(50ms);
  CHECK(t.was_cancelled());
  CHECK(events == strings{"a done"});
}

static weir::task<> keep_running_cancelled_cancels_and_waits() {
  auto gathers = []() -> weir::task<> {
    co_await weir::gather(weir::keep_running, slow("a", 1s), slow("b", 1s));
  };
  auto t = weir::create_task(gathers());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == (strings{"a cancelled", "b cancelled"}));
}

static weir::task<> return_exceptions() {
  auto [a, b] = co_await weir::gather(weir::return_exceptions,
                                      slow("a", 20ms), failing(10ms));
  CHECK(a.value() == "a");
  CHECK(!b.has_value());
  CHECK_THROWS(std::runtime_error, b.value());
}

// A child cancelled by somebody else counts as one that threw `cancelled`.
static weir::task<> child_cancelled_by_somebody_else() {
  auto a = weir::create_task(slow("a", 50ms));
  auto b = weir::create_task(slow("b", 30ms));
  weir::loop::current().call_later(10ms, [a] { a.cancel(); });
  CHECK_THROWS(weir::cancelled, co_await weir::gather(a, b));
  CHECK(weir::current_task().cancelling() == 0);
  CHECK(co_await b == "b"); // a handle is somebody else's: left running
}

static weir::task<> child_cancelled_with_return_exceptions() {
  auto a = weir::create_task(slow("a", 50ms));
  weir::loop::current().call_later(10ms, [a] { a.cancel(); });
  auto [ra, rb] =
      co_await weir::gather(weir::return_exceptions, a, slow("b", 20ms));
  CHECK(ra.was_cancelled());
  CHECK(rb.value() == "b");
}

static weir::task<> cancelling_the_waiter_cancels_every_child() {
  auto gathers = []() -> weir::task<> {
    co_await weir::gather(slow("a", 1s), slow("b", 1s));
  };
  auto t = weir::create_task(gathers());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == (strings{"a cancelled", "b cancelled"}));
}

// One request is delivered once, also when a sibling has ended meanwhile.
static weir::task<> children_clean_up_undisturbed() {
  auto cleans_up = []() -> weir::task<> {
    bool stopped = false;
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
      stopped = true;
    }
    co_await weir::sleep(20ms);
    events.push_back("clean");
    if (stopped)
      throw weir::cancelled{};
  };
  auto gathers = [&]() -> weir::task<> {
    co_await weir::gather(cleans_up(), slow("a", 1s), cleans_up());
  };
  auto t = weir::create_task(gathers());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == (strings{"a cancelled", "clean", "clean"}));
}

static weir::task<>
outer_cancelled_while_children_swallow_with_return_exceptions() {
  auto gathers = []() -> weir::task<> {
    co_await weir::gather(weir::return_exceptions,
                          slow("a", 50ms, false, true), slow("b", 50ms));
  };
  auto t = weir::create_task(gathers());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(t.was_cancelled());
}

/// Cancels a task while its gather, which fails, waits for its children.
static weir::task<> fails_and_is_cancelled(auto gather) {
  auto goes_on = [&]() -> weir::task<> {
    CHECK_THROWS(std::runtime_error, co_await gather());
    events.push_back("failed");
    co_await weir::sleep(1s);
    events.push_back("went on");
  };
  auto t = weir::create_task(goes_on());
  co_await weir::sleep(5ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == strings{"failed"});
}
static weir::task<> outer_cancelled_after_a_failure() {
  auto cleans_up = []() -> weir::task<> {
    try {
      co_await weir::sleep(1s);
    } catch (const weir::cancelled &) {
    }
    co_await weir::sleep(10ms);
  };
  co_await fails_and_is_cancelled(
      [&] { return weir::gather(failing(1ms), cleans_up()); });
}
static weir::task<> failure_after_the_outer_was_cancelled() {
  auto fails_to_clean_up = []() -> weir::task<> {
    try {
      co_await weir::sleep(1s);
    } catch (const weir::cancelled &) {
      throw std::runtime_error("no clean-up");
    }
  };
  co_await fails_and_is_cancelled(
      [&] { return weir::gather(fails_to_clean_up()); });
}

static weir::task<> outer_cancelled_reaches_a_handle() {
  auto inner = weir::create_task(slow("in", 1s));
  auto gathers = [](auto inner) -> weir::task<> { co_await weir::gather(inner); };
  auto t = weir::create_task(gathers(inner));
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(inner.was_cancelled());
}

static weir::task<> same_handle_twice() {
  auto t = weir::create_task(slow("a", 10ms));
  auto [x, y] = co_await weir::gather(t, t);
  CHECK(x == "a" && y == "a");
  CHECK(events == strings{"a done"});
}

static weir::task<> empty_task_is_refused() {
  weir::task<int> empty;
  CHECK_THROWS(weir::usage_error, co_await weir::gather(std::move(empty)));
}

static weir::task<> under_a_timeout() {
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout(
                   10ms, weir::gather(slow("a", 1s), slow("b", 1s))));
  CHECK(events == (strings{"a cancelled", "b cancelled"}));
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(results_in_argument_order);
  CASE(children_run_at_the_same_time);
  CASE(void_is_monostate);
  CASE(range_gives_a_vector);
  CASE(of_nothing);
  CASE(move_only_results);
  CASE(references_stay_references);
  CASE(first_failure_cancels_and_waits_for_siblings);
  CASE(first_of_several_failures_is_thrown);
  CASE(keep_running_leaves_siblings_running);
  CASE(keep_running_returns_while_children_run);
  CASE(keep_running_drops_later_failures);
  CASE(keep_running_range);
  CASE(cancelling_after_keep_running_failed_leaves_the_rest);
  CASE(keep_running_cancelled_cancels_and_waits);
  CASE(return_exceptions);
  CASE(child_cancelled_by_somebody_else);
  CASE(child_cancelled_with_return_exceptions);
  CASE(cancelling_the_waiter_cancels_every_child);
  CASE(children_clean_up_undisturbed);
  CASE(outer_cancelled_while_children_swallow_with_return_exceptions);
  CASE(outer_cancelled_after_a_failure);
  CASE(failure_after_the_outer_was_cancelled);
  CASE(outer_cancelled_reaches_a_handle);
  CASE(same_handle_twice);
  CASE(empty_task_is_refused);
  CASE(under_a_timeout);
}

// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=address %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

static weir::task<> waits_for_every_child() {
  co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
    g.create_task(slow("a", 10ms));
    g.create_task(slow("b", 20ms));
    co_return;
  });
  CHECK(events == (strings{"a done", "b done"}));
}

static weir::task<> body_has_a_result() {
  int n = co_await weir::with_task_group(
      [](weir::task_group &g) -> weir::task<int> {
        auto t = g.create_task(slow("a", 10ms));
        co_await t;
        co_return 7;
      });
  CHECK(n == 7);
}

static weir::task<> failing_child_cancels_siblings_and_body() {
  try {
    co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
      g.create_task(slow("a", 50ms));
      g.create_task(slow("b", 10ms, true));
      co_await slow("body", 1s);
    });
    CHECK(false);
  } catch (const weir::exception_group &e) {
    CHECK(e.errors().size() == 1);
    CHECK(e.contains<std::runtime_error>());
  }
  CHECK(events == (strings{"a cancelled", "body cancelled"}));
  CHECK(weir::current_task().cancelling() == 0);
  co_await weir::sleep(1ms); // no request left over
}

static weir::task<> cancelled_child_is_no_failure() {
  co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
    auto t = g.create_task(slow("a", 50ms));
    auto u = g.create_task(slow("b", 20ms));
    co_await weir::sleep(10ms);
    t.cancel();
    co_await u;
    CHECK(t.was_cancelled());
  });
}

static weir::task<> cancelling_the_parent_cancels_the_children() {
  auto groups = []() -> weir::task<> {
    co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
      g.create_task(slow("a", 1s));
      co_return;
    });
  };
  auto t = weir::create_task(groups());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == strings{"a cancelled"});
}

static weir::task<> two_errors_in_one_group() {
  try {
    co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
      g.create_task(slow("a", 10ms, true));
      g.create_task(slow("b", 10ms, true));
      co_return;
    });
    CHECK(false);
  } catch (const weir::exception_group &e) {
    CHECK(e.errors().size() == 2);
  }
}

static weir::task<> body_error_cancels_children_and_joins_the_group() {
  try {
    co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
      g.create_task(slow("a", 1s));
      co_await weir::yield();
      throw std::logic_error("body");
    });
    CHECK(false);
  } catch (const weir::exception_group &e) {
    CHECK(e.contains<std::logic_error>());
  }
  CHECK(events == strings{"a cancelled"});
}

static weir::task<> create_task_while_aborting_is_refused() {
  reports seen;
  bool refused = false;
  auto late = [&](weir::task_group &g) -> weir::task<> {
    try {
      co_await weir::sleep(1s);
    } catch (const weir::cancelled &) {
      try {
        g.create_task(slow("late", 0ms));
      } catch (const weir::usage_error &) {
        refused = true;
      }
      throw;
    }
  };
  CHECK_THROWS(weir::exception_group,
               co_await weir::with_task_group(
                   [&](weir::task_group &g) -> weir::task<> {
                     g.create_task(late(g));
                     g.create_task(slow("b", 10ms, true));
                     co_return;
                   }));
  CHECK(refused);
  CHECK(seen.all.empty()); // the refused task is not called unawaited
}

static weir::task<> create_task_after_the_end_is_refused() {
  auto starts_late = [](weir::task_group &g, bool &refused) -> weir::task<> {
    try {
      g.create_task(slow("late", 0ms));
    } catch (const weir::usage_error &) {
      refused = true;
    }
    co_return;
  };
  bool refused = false;
  weir::task_group *after = nullptr;
  auto body = [&](weir::task_group &g) -> weir::task<> {
    after = &g;
    g.cancel();
    co_await starts_late(g, refused);
  };
  co_await weir::with_task_group(body);
  CHECK(after && refused);
}

// While children clean up, further requests to the parent wait with it.
static weir::task<> further_cancels_are_absorbed_until_children_end() {
  auto cleans_up = []() -> weir::task<> {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
    }
    co_await weir::sleep(30ms);
    events.push_back("clean");
  };
  auto groups = [&]() -> weir::task<> {
    co_await weir::with_task_group([&](weir::task_group &g) -> weir::task<> {
      g.create_task(cleans_up());
      co_return;
    });
  };
  auto t = weir::create_task(groups());
  for (int i = 0; i < 3; ++i) {
    co_await weir::sleep(5ms);
    t.cancel();
  }
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == strings{"clean"});
  CHECK(t.cancelling() == 3);
}

static weir::task<> child_may_start_siblings_while_the_group_waits() {
  auto starts = [](weir::task_group &g) -> weir::task<> {
    co_await weir::sleep(1ms);
    g.create_task(slow("sibling", 10ms));
  };
  co_await weir::with_task_group([&](weir::task_group &g) -> weir::task<> {
    g.create_task(starts(g));
    co_return;
  });
  CHECK(events == strings{"sibling done"});
}

static weir::task<> outside_cancel_and_an_error_during_cleanup() {
  auto bad = []() -> weir::task<> {
    try {
      co_await weir::sleep(1s);
    } catch (const weir::cancelled &) {
      throw std::runtime_error("cleanup");
    }
  };
  auto groups = [&]() -> weir::task<> {
    co_await weir::with_task_group([&](weir::task_group &g) -> weir::task<> {
      g.create_task(bad());
      co_return;
    });
  };
  auto t = weir::create_task(groups());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::exception_group, co_await t);
  CHECK(t.cancelling() == 1);
}

static weir::task<> nested_groups_stay_nested() {
  auto inner = []() -> weir::task<> {
    co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
      g.create_task(slow("x", 10ms, true));
      co_return;
    });
  };
  try {
    co_await weir::with_task_group([&](weir::task_group &g) -> weir::task<> {
      g.create_task(inner());
      g.create_task(slow("y", 1s));
      co_return;
    });
    CHECK(false);
  } catch (const weir::exception_group &e) {
    CHECK(e.errors().size() == 1);
    CHECK_THROWS(weir::exception_group, std::rethrow_exception(e.errors()[0]));
    CHECK(e.contains<std::runtime_error>());
  }
}

static weir::task<> cancel_ends_the_group_without_an_error() {
  co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
    g.create_task(slow("a", 1s));
    co_await weir::sleep(10ms);
    g.cancel();
    g.cancel(); // once more changes nothing
    co_await weir::sleep(1s);
    events.push_back("never");
  });
  CHECK(events == strings{"a cancelled"});
  CHECK(weir::current_task().cancelling() == 0);
}

static weir::task<> cancel_as_the_last_thing_in_the_body() {
  co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
    g.create_task(slow("a", 1s));
    co_await weir::sleep(10ms);
    g.cancel();
  });
  CHECK(events == strings{"a cancelled"});
  CHECK(weir::current_task().cancelling() == 0);
  co_await weir::sleep(1ms); // no request left over
}

// cpython#155433: it was swallowed.
static weir::task<> outside_cancel_after_the_groups_own() {
  auto lingers = []() -> weir::task<> {
    bool was_cancelled = false;
    try {
      co_await weir::sleep(1s);
    } catch (const weir::cancelled &) {
      was_cancelled = true;
    }
    if (was_cancelled)
      co_await weir::sleep(50ms);
  };
  auto groups = [&]() -> weir::task<> {
    co_await weir::with_task_group([&](weir::task_group &g) -> weir::task<> {
      g.create_task(lingers());
      co_await weir::sleep(10ms);
      g.cancel();
    });
    events.push_back("never");
  };
  auto t = weir::create_task(groups());
  co_await weir::sleep(30ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events.empty());
}

static weir::task<> supervised_children_fail_alone() {
  reports seen;
  co_await weir::with_task_group(
      weir::supervised, [](weir::task_group &g) -> weir::task<> {
        auto t = g.create_task(slow("a", 10ms, true));
        g.create_task(slow("b", 20ms));
        CHECK_THROWS(std::runtime_error, co_await t);
      });
  CHECK(events == strings{"b done"});
  CHECK(seen.all.empty());
}

// The handle of a child keeps its result when the group is gone.
static weir::task<> handle_outlives_the_group() {
  weir::task_handle<std::string> child;
  co_await weir::with_task_group([&](weir::task_group &g) -> weir::task<> {
    child = g.create_task(slow("a", 10ms));
    co_return;
  });
  bool was_told = false;
  child.add_done_callback([&](const weir::task_ref &) { was_told = true; });
  CHECK(co_await child == "a");
  co_await weir::yield();
  auto both = co_await weir::wait(std::vector(1, child));
  CHECK(both.done.size() == 1);
  CHECK(was_told && !child.cancel());
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(waits_for_every_child);
  CASE(body_has_a_result);
  CASE(failing_child_cancels_siblings_and_body);
  CASE(cancelled_child_is_no_failure);
  CASE(cancelling_the_parent_cancels_the_children);
  CASE(two_errors_in_one_group);
  CASE(body_error_cancels_children_and_joins_the_group);
  CASE(create_task_while_aborting_is_refused);
  CASE(create_task_after_the_end_is_refused);
  CASE(further_cancels_are_absorbed_until_children_end);
  CASE(child_may_start_siblings_while_the_group_waits);
  CASE(outside_cancel_and_an_error_during_cleanup);
  CASE(nested_groups_stay_nested);
  CASE(cancel_ends_the_group_without_an_error);
  CASE(cancel_as_the_last_thing_in_the_body);
  CASE(outside_cancel_after_the_groups_own);
  CASE(supervised_children_fail_alone);
  CASE(handle_outlives_the_group);
}

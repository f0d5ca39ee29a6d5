// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

using handles = std::vector<weir::task_handle<std::string>>;

// wait: for tasks that run already; a coroutine does not compile
template <class T>
concept can_be_waited_for =
    requires(std::vector<T> v) { weir::wait(std::move(v)); };
static_assert(can_be_waited_for<weir::task_handle<int>> &&
              can_be_waited_for<weir::task_ref> &&
              !can_be_waited_for<weir::task<int>>);

static weir::task<> wait_first_completed() {
  handles h{weir::create_task(slow("a", 10ms)),
            weir::create_task(slow("b", 50ms))};
  auto [done, pending] = co_await weir::wait(
      h, {.return_when = weir::return_when::first_completed});
  CHECK(done.size() == 1 && pending.size() == 1);
  CHECK(done[0] == h[0]);
}

static weir::task<> wait_first_exception_ignores_cancelled() {
  handles h{weir::create_task(slow("a", 50ms)),
            weir::create_task(slow("b", 80ms))};
  weir::loop::current().call_later(10ms, [a = h[0]] { a.cancel(); });
  auto [done, pending] = co_await weir::wait(
      h, {.return_when = weir::return_when::first_exception});
  CHECK(done.size() == 2 && pending.empty());
}

static weir::task<> wait_first_exception() {
  handles h{weir::create_task(slow("a", 10ms, true)),
            weir::create_task(slow("b", 80ms))};
  auto [done, pending] = co_await weir::wait(
      h, {.return_when = weir::return_when::first_exception});
  CHECK(done.size() == 1 && pending.size() == 1);
  CHECK(done[0].exception() != nullptr); // nothing was thrown here
}

static weir::task<> wait_timeout_neither_cancels_nor_throws() {
  handles h{weir::create_task(slow("a", 50ms))};
  auto [done, pending] = co_await weir::wait(h, {.timeout = 10ms});
  CHECK(done.empty() && pending.size() == 1);
  CHECK(co_await h[0] == "a");
}

static weir::task<> wait_cancelled_leaves_children_alone() {
  handles h{weir::create_task(slow("a", 30ms))};
  auto waits = [](handles h) -> weir::task<> { co_await weir::wait(h); };
  auto t = weir::create_task(waits(h));
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(co_await h[0] == "a");
}

static weir::task<> wait_for_nothing_is_refused() {
  CHECK_THROWS(std::invalid_argument, co_await weir::wait(handles{}));
}

// as_completed
static weir::task<> as_completed_in_completion_order() {
  std::vector<weir::task<std::string>> tasks;
  tasks.push_back(slow("a", 30ms));
  tasks.push_back(slow("b", 10ms));
  auto completed = weir::as_completed(std::move(tasks));
  strings seen;
  while (auto t = co_await completed.next())
    seen.push_back(co_await *t);
  CHECK(seen == (strings{"b", "a"}));
}

// A failure comes when it is its turn, and stops nobody.
static weir::task<> as_completed_with_a_failing_task() {
  reports seen;
  std::vector<weir::task<std::string>> tasks;
  tasks.push_back(slow("a", 30ms));
  tasks.push_back(slow("b", 10ms, true));
  tasks.push_back(slow("c", 20ms));
  auto completed = weir::as_completed(std::move(tasks));
  strings came;
  while (auto t = co_await completed.next()) {
    try {
      came.push_back(co_await *t);
    } catch (const std::runtime_error &e) {
      came.push_back(std::string("failed: ") + e.what());
    }
  }
  CHECK(came == (strings{"failed: b", "c", "a"}));
  CHECK(seen.all.empty());
}

static weir::task<> as_completed_failure_nobody_looks_at() {
  reports seen;
  {
    std::vector<weir::task<std::string>> tasks;
    tasks.push_back(slow("b", 10ms, true));
    auto completed = weir::as_completed(std::move(tasks));
    auto t = co_await completed.next();
    CHECK(t && seen.all.empty()); // somebody may
  }
  CHECK(seen.count("weir-lost-exception") == 1);
}

static weir::task<> as_completed_timeout_does_not_cancel_the_rest() {
  handles h{weir::create_task(slow("c", 50ms))};
  auto completed = weir::as_completed(h, 10ms);
  CHECK_THROWS(weir::timeout_error, co_await completed.next());
  CHECK(co_await h[0] == "c");
}

static weir::task<> cancelled_next_loses_nothing() {
  std::vector<weir::task<std::string>> tasks;
  tasks.push_back(slow("a", 10ms));
  auto completed = weir::as_completed(std::move(tasks));
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout(1ms, completed.next()));
  auto next = co_await completed.next();
  CHECK(next && co_await *next == "a");
}

// future
static weir::task<> done_callbacks_run_later_in_order() {
  weir::future<int> f;
  f.add_done_callback([](auto) { events.push_back("1"); });
  f.add_done_callback([](auto) { events.push_back("2"); });
  f.set_result(1);
  events.push_back("after set_result");
  co_await weir::yield();
  CHECK(events == (strings{"after set_result", "1", "2"}));
  f.add_done_callback([](auto) { events.push_back("late"); });
  CHECK(events.size() == 3);
  co_await weir::yield();
  CHECK(events.back() == "late");
}

static weir::task<> future_states() {
  weir::future<int> f;
  CHECK_THROWS(weir::invalid_state, f.result());
  f.set_result(1);
  CHECK(co_await f == 1 && co_await f == 1);
  CHECK_THROWS(weir::invalid_state, (f.set_result(2), 0));
  CHECK(!f.cancel());
  weir::future<> g;
  CHECK(g.cancel());
  CHECK_THROWS(weir::cancelled, co_await g);
}

static weir::task<> future_that_fails_with_nothing_is_refused() {
  weir::future<int> f;
  CHECK_THROWS(std::invalid_argument, (f.set_exception(nullptr), 0));
  CHECK(!f.done());
  co_return;
}

static weir::task<> cancelling_a_waiter_cancels_the_future() {
  weir::future<> f;
  auto waits = [](auto f) -> weir::task<> { co_await f; };
  auto a = weir::create_task(waits(f)), b = weir::create_task(waits(f));
  co_await weir::yield();
  a.cancel();
  CHECK_THROWS(weir::cancelled, co_await a);
  CHECK_THROWS(weir::cancelled, co_await b);
  CHECK(f.was_cancelled());
}

static weir::task<> exception_of_a_future_never_retrieved() {
  reports seen;
  {
    weir::future<> f;
    f.set_exception(std::make_exception_ptr(std::runtime_error("x")));
  }
  CHECK(seen.count("weir-lost-exception") == 1);
  co_return;
}

static weir::task<> result_of_a_cancelled_future() {
  weir::future<int> f;
  f.cancel();
  CHECK_THROWS(weir::cancelled, f.result());
  CHECK_THROWS(weir::cancelled, f.exception());
  CHECK_THROWS(weir::invalid_state, (f.set_exception(nullptr), 0));
  co_return;
}

static weir::task<> cancel_of_a_failed_future_counts_as_looked_at() {
  reports seen;
  {
    weir::future<> f;
    f.set_exception(std::make_exception_ptr(std::runtime_error("x")));
    CHECK(!f.cancel());
  }
  CHECK(seen.all.empty());
  co_return;
}

// cancel_scope
static weir::task<> scope_cancels_again_and_again() {
  int caught = 0;
  bool finished =
      co_await weir::with_cancel_scope([&](auto &scope) -> weir::task<> {
        scope.cancel();
        for (int i = 0; i < 3; ++i) {
          try {
            co_await weir::sleep(1h);
          } catch (const weir::cancelled &) {
            ++caught; // swallowing does not help
          }
        }
        co_await weir::yield();
        events.push_back("never");
      });
  CHECK(!finished && caught == 3 && events.empty());
  co_await weir::sleep(1ms); // over
}

static weir::task<> scope_deadline() {
  auto r = co_await weir::with_cancel_scope(
      {.deadline = weir::loop::current().now() + 10ms},
      [](auto &) -> weir::task<std::string> { co_return co_await slow("a", 1s); });
  CHECK(!r.has_value());
  CHECK(events == strings{"a cancelled"});
}

static weir::task<> scope_shield_protects_cleaning_up() {
  co_await weir::with_cancel_scope([](auto &scope) -> weir::task<> {
    scope.cancel();
    co_await weir::with_cancel_scope({.shield = true}, [](auto &)
                                                           -> weir::task<> {
      co_await weir::sleep(10ms);
      events.push_back("cleaned up");
    });
    co_await weir::sleep(1ms);
    events.push_back("never");
  });
  CHECK(events == strings{"cleaned up"});
}

static weir::task<> scope_reaches_a_group_inside() {
  bool finished =
      co_await weir::with_cancel_scope([](auto &scope) -> weir::task<> {
        weir::loop::current().call_later(10ms, [&] { scope.cancel(); });
        co_await weir::with_task_group([](weir::task_group &g) -> weir::task<> {
          g.create_task(slow("a", 1s));
          co_return;
        });
      });
  CHECK(!finished);
  CHECK(events == strings{"a cancelled"});
}

static weir::task<> outside_cancel_passes_through_a_scope() {
  auto scoped = []() -> weir::task<> {
    co_await weir::with_cancel_scope(
        [](auto &) -> weir::task<> { co_await weir::sleep(1s); });
  };
  auto t = weir::create_task(scoped());
  co_await weir::yield();
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(wait_first_completed);
  CASE(wait_first_exception_ignores_cancelled);
  CASE(wait_first_exception);
  CASE(wait_timeout_neither_cancels_nor_throws);
  CASE(wait_cancelled_leaves_children_alone);
  CASE(wait_for_nothing_is_refused);
  CASE(as_completed_in_completion_order);
  CASE(as_completed_with_a_failing_task);
  CASE(as_completed_failure_nobody_looks_at);
  CASE(as_completed_timeout_does_not_cancel_the_rest);
  CASE(cancelled_next_loses_nothing);
  CASE(done_callbacks_run_later_in_order);
  CASE(future_states);
  CASE(future_that_fails_with_nothing_is_refused);
  CASE(cancelling_a_waiter_cancels_the_future);
  CASE(exception_of_a_future_never_retrieved);
  CASE(result_of_a_cancelled_future);
  CASE(cancel_of_a_failed_future_counts_as_looked_at);
  CASE(scope_cancels_again_and_again);
  CASE(scope_deadline);
  CASE(scope_shield_protects_cleaning_up);
  CASE(scope_reaches_a_group_inside);
  CASE(outside_cancel_passes_through_a_scope);
}

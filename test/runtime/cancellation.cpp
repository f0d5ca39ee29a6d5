// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=address %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

static weir::task<> cancelled_before_the_first_step() {
  auto t = weir::create_task(slow("a", 10ms));
  CHECK(t.cancel());
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events.empty()); // the body never began
  CHECK(t.was_cancelled());
}

static weir::task<> swallowed_cancellation_is_a_normal_end() {
  auto t = weir::create_task(slow("a", 50ms, false, true));
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK(co_await t == "a swallowed");
  CHECK(!t.was_cancelled());
  CHECK(t.cancelling() == 1);
}

static weir::task<> cancels_on_separate_turns_are_delivered_separately() {
  auto stubborn = []() -> weir::task<> {
    for (int i = 0; i < 3; ++i) {
      try {
        co_await weir::sleep(1s);
      } catch (const weir::cancelled &) {
        events.push_back(std::to_string(i));
      }
    }
  };
  auto t = weir::create_task(stubborn());
  for (int i = 0; i < 3; ++i) {
    co_await weir::sleep(10ms);
    t.cancel();
  }
  co_await t;
  CHECK(events == (strings{"0", "1", "2"}));
  CHECK(t.cancelling() == 3);
}

static weir::task<> two_cancels_before_delivery_are_one() {
  auto counts = []() -> weir::task<int> {
    int n = 0;
    for (int i = 0; i < 2; ++i) {
      try {
        co_await weir::sleep(10ms);
      } catch (const weir::cancelled &) {
        ++n;
      }
    }
    co_return n;
  };
  auto t = weir::create_task(counts());
  co_await weir::yield();
  t.cancel();
  t.cancel();
  CHECK(co_await t == 1);
  CHECK(t.cancelling() == 2);
}

static weir::task<> cancelling_the_waiter_cancels_the_awaited_task() {
  auto inner = weir::create_task(slow("in", 50ms));
  auto waits = [](auto t) -> weir::task<> { co_await t; };
  auto outer = weir::create_task(waits(inner));
  co_await weir::sleep(10ms);
  outer.cancel();
  co_await weir::sleep(10ms);
  CHECK(inner.was_cancelled());
  CHECK(outer.was_cancelled());
}

// What a request says reaches the task that is asked in the end.
static weir::task<> reason_of_a_cancel_travels_along() {
  auto notes_why = []() -> weir::task<> {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
      events.push_back(std::string(weir::current_task().cancel_reason()));
      throw;
    }
  };
  auto gathers = [&]() -> weir::task<> {
    co_await weir::gather(notes_why(), notes_why());
  };
  auto inner = weir::create_task(gathers());
  auto outer = weir::create_task([](auto t) -> weir::task<> {
    co_await t;
  }(inner));
  co_await weir::yield();
  co_await weir::yield();
  CHECK(outer.cancel_reason().empty());
  outer.cancel("the shop closes");
  CHECK_THROWS(weir::cancelled, co_await outer);
  CHECK(events == (strings{"the shop closes", "the shop closes"}));
  CHECK(inner.cancel_reason() == "the shop closes");
}

static weir::task<> latest_reason_of_several_cancels_counts() {
  auto t = weir::create_task(weir::sleep(1h));
  t.cancel("first");
  t.cancel("second");
  CHECK(t.cancel_reason() == "second");
  t.cancel();
  CHECK(t.cancel_reason().empty());
  CHECK_THROWS(weir::cancelled, co_await t);
}

static weir::task<> waiter_goes_on_if_the_awaited_task_swallows() {
  auto inner = weir::create_task(slow("in", 50ms, false, true));
  auto waits = [](auto t) -> weir::task<std::string> { co_return co_await t; };
  auto outer = weir::create_task(waits(inner));
  co_await weir::sleep(10ms);
  outer.cancel();
  CHECK(co_await outer == "in swallowed");
}

static weir::task<> cancel_after_result_ready_but_before_resume() {
  weir::future<int> f;
  auto waits = [](auto f) -> weir::task<int> { co_return co_await f; };
  auto t = weir::create_task(waits(f));
  co_await weir::yield();
  f.set_result(1);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t); // the result is dropped
}

static weir::task<> throwing_cancelled_itself_ends_as_cancelled() {
  auto throws = []() -> weir::task<> {
    throw weir::cancelled{};
    co_return;
  };
  auto t = weir::create_task(throws());
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(t.was_cancelled());
  CHECK(t.cancelling() == 0);
}

static weir::task<> cancel_of_a_done_task_is_refused() {
  auto t = weir::create_task(slow("a", 0ms));
  co_await t;
  CHECK(!t.cancel());
}

static weir::task<> self_cancel_is_delivered_at_the_next_suspension() {
  auto cancels = []() -> weir::task<> {
    weir::current_task().cancel();
    events.push_back("still running");
    weir::lock free;
    co_await free.acquire(); // does not suspend
    events.push_back("still running");
    co_await weir::sleep(1s);
    events.push_back("never");
  };
  auto t = weir::create_task(cancels());
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == (strings{"still running", "still running"}));
}

static weir::task<> uncancel_clears_an_undelivered_request() {
  auto changes_its_mind = []() -> weir::task<int> {
    weir::current_task().cancel();
    CHECK(weir::current_task().uncancel() == 0);
    co_await weir::sleep(1ms);
    co_return 1;
  };
  CHECK(co_await weir::create_task(changes_its_mind()) == 1);
}

static weir::task<> uncancel_cannot_resume_an_interrupted_wait() {
  auto t = weir::create_task(slow("waits", 10s));
  co_await weir::yield();
  t.cancel();
  CHECK(t.uncancel() == 0);
  CHECK_THROWS(weir::cancelled, co_await t);
}

static weir::task<> self_await_is_refused() {
  weir::task_handle<> self;
  auto awaits_itself = [&]() -> weir::task<> { co_await self; };
  self = weir::create_task(awaits_itself());
  CHECK_THROWS(weir::usage_error, co_await self);
}

static weir::task<> result_of_a_pending_task_is_refused() {
  auto t = weir::create_task(slow("a", 10ms));
  CHECK_THROWS(weir::invalid_state, t.result());
  CHECK_THROWS(weir::invalid_state, t.exception());
  co_await t;
  CHECK(t.result() == "a");
  CHECK(t.exception() == nullptr);
}

static weir::task<> catching_std_exception_lets_cancelled_pass() {
  auto catches = []() -> weir::task<> {
    try {
      co_await weir::sleep(1s);
    } catch (const std::exception &) {
      events.push_back("caught");
    }
  };
  auto t = weir::create_task(catches());
  co_await weir::yield();
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events.empty());
}

static weir::task<> detached_task_goes_on() {
  weir::create_task(slow("a", 10ms)); // the handle is dropped
  co_await weir::sleep(20ms);
  CHECK(events == strings{"a done"});
}

static weir::task<> detached_failure_is_reported_at_once() {
  reports seen;
  weir::create_task(slow("a", 10ms, true));
  co_await weir::sleep(20ms);
  CHECK(seen.count("weir-unhandled-task-exception") == 1);
}

static weir::task<> exception_never_retrieved_is_reported() {
  reports seen;
  {
    auto t = weir::create_task(slow("a", 10ms, true));
    co_await weir::sleep(20ms);
    CHECK(seen.all.empty());
  }
  CHECK(seen.count("weir-lost-exception") == 1);
}

static weir::task<> retrieved_exception_is_not_reported() {
  reports seen;
  {
    auto t = weir::create_task(slow("a", 10ms, true));
    co_await weir::sleep(20ms);
    CHECK(t.exception() != nullptr);
  }
  CHECK(seen.all.empty());
}

static weir::task<> run_cancels_leftovers() {
  weir::create_task(slow("background", 10s));
  co_await weir::yield();
}

static weir::task<> run_cancels_leftovers_that_were_cancelled_before() {
  auto t = weir::create_task([]() -> weir::task<> {
    co_await slow("first", 10s, false, true);
    co_await slow("then", 10s);
  }());
  co_await weir::yield();
  t.cancel();
  co_await weir::yield();
}

static weir::task<> refuses_to_end() {
  try {
    co_await weir::sleep(10s);
  } catch (const weir::cancelled &) {
  }
  weir::event never;
  co_await never.wait();
}
static weir::task<> leaves_a_task_that_refuses_to_end() {
  weir::create_task(refuses_to_end());
  co_await weir::yield();
}

static weir::event never;
static weir::task<> always_refuses_to_end() {
  for (;;)
    try {
      co_await never.wait();
    } catch (const weir::cancelled &) {
    }
}
static weir::task<> leaves_parents_of_tasks_that_refuse_to_end() {
  auto ends = [](weir::task<> waits) -> weir::task<> {
    try {
      co_await std::move(waits);
    } catch (const weir::cancelled &) {
      events.push_back("ended");
      throw;
    }
  };
  auto in_gather = []() -> weir::task<> {
    co_await weir::gather(always_refuses_to_end(), always_refuses_to_end());
  };
  auto in_group = []() -> weir::task<> {
    co_await weir::with_task_group([](weir::task_group &group) -> weir::task<> {
      group.create_task(always_refuses_to_end());
      co_return;
    });
  };
  weir::create_task(ends(in_gather()));
  weir::create_task(ends(in_group()));
  weir::create_task(ends(weir::with_task_group(
      [=](weir::task_group &) -> weir::task<> { co_await in_gather(); })));
  co_await weir::sleep(1ms);
}
static weir::task<> wakes_whoever_is_left() {
  never.set(); // nobody is: what was destroyed waits for nothing
  never.clear();
  co_return;
}

static weir::task<> shield_of_a_move_only_result() {
  auto made = []() -> weir::task<std::unique_ptr<int>> {
    co_await weir::yield();
    co_return std::make_unique<int>(1);
  };
  const std::unique_ptr<int> result = co_await weir::shield(made());
  CHECK(*result == 1);
}

static weir::task<> shield_keeps_the_inner_task() {
  auto inner = weir::create_task(slow("in", 30ms));
  auto waits = [](auto t) -> weir::task<> { co_await weir::shield(t); };
  auto outer = weir::create_task(waits(inner));
  co_await weir::sleep(10ms);
  outer.cancel();
  co_await weir::sleep(50ms);
  CHECK(outer.was_cancelled());
  CHECK(inner.result() == "in");
}

static weir::task<> cancelling_the_inner_task_cancels_the_shield() {
  auto inner = weir::create_task(slow("in", 30ms));
  weir::loop::current().call_later(10ms, [inner] { inner.cancel(); });
  CHECK_THROWS(weir::cancelled, co_await weir::shield(inner));
}

static weir::task<> move_only_result_goes_to_the_first_reader() {
  auto make = []() -> weir::task<std::unique_ptr<int>> {
    co_return std::make_unique<int>(1);
  };
  auto t = weir::create_task(make());
  auto copy = t;
  CHECK(*co_await std::move(t) == 1);
  CHECK_THROWS(weir::invalid_state, co_await copy);
}

static weir::task<> wake_up_is_one_turn_after_completion() {
  weir::future<> f;
  auto waits = [&]() -> weir::task<> {
    co_await f;
    events.push_back("woken");
  };
  auto t = weir::create_task(waits());
  co_await weir::yield();
  f.set_result();
  CHECK(events.empty()); // not at once
  co_await weir::yield();
  CHECK(events == strings{"woken"});
}

static weir::task<> uncancel_never_goes_below_zero() {
  const auto me = weir::current_task();
  CHECK(me.uncancel() == 0 && me.cancelling() == 0);
  me.cancel();
  me.cancel();
  CHECK(me.uncancel() == 1); // one request is left, and is delivered
  CHECK_THROWS(weir::cancelled, (co_await weir::sleep(1ms), 0));
  CHECK(me.uncancel() == 0);
}

static weir::task<> cancel_of_a_failed_task_counts_as_seen() {
  reports seen;
  {
    auto t = weir::create_task(slow("a", 1ms, true));
    co_await weir::sleep(10ms);
    CHECK(!t.cancel());
  }
  CHECK(seen.all.empty());
}

static weir::task<> failure_after_the_shield_was_left_is_nobodys() {
  reports seen;
  auto waits = []() -> weir::task<> {
    co_await weir::shield(slow("in", 30ms, true));
  };
  auto t = weir::create_task(waits());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  co_await weir::sleep(50ms);
  CHECK(seen.all.empty());
}

// The request goes to the end of the chain, however long it is.
static weir::task<> waits_for(weir::task_handle<> next) { co_await next; }
static weir::task<> cancel_travels_down_a_long_chain() {
  auto last = weir::create_task(weir::sleep(1h));
  auto first = last;
  for (int i = 0; i < 100'000; ++i)
    first = weir::create_task(waits_for(first));
  co_await weir::sleep(1ms);
  first.cancel();
  CHECK_THROWS(weir::cancelled, co_await first);
  CHECK(last.was_cancelled());
}

static weir::task<> waits_for_later(weir::task_handle<> &other) {
  co_await other;
}
static weir::task<> tasks_that_wait_for_each_other_can_be_cancelled() {
  weir::task_handle<> a, b, c;
  a = weir::create_task(waits_for_later(b));
  b = weir::create_task(waits_for_later(c));
  c = weir::create_task(waits_for_later(b));
  co_await weir::sleep(1ms);
  a.cancel();
  CHECK_THROWS(weir::cancelled, co_await a);
  CHECK(b.was_cancelled() && c.was_cancelled());
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(cancelled_before_the_first_step);
  CASE(swallowed_cancellation_is_a_normal_end);
  CASE(cancels_on_separate_turns_are_delivered_separately);
  CASE(two_cancels_before_delivery_are_one);
  CASE(cancelling_the_waiter_cancels_the_awaited_task);
  CASE(reason_of_a_cancel_travels_along);
  CASE(latest_reason_of_several_cancels_counts);
  CASE(waiter_goes_on_if_the_awaited_task_swallows);
  CASE(cancel_after_result_ready_but_before_resume);
  CASE(throwing_cancelled_itself_ends_as_cancelled);
  CASE(cancel_of_a_done_task_is_refused);
  CASE(self_cancel_is_delivered_at_the_next_suspension);
  CASE(uncancel_clears_an_undelivered_request);
  CASE(uncancel_cannot_resume_an_interrupted_wait);
  CASE(self_await_is_refused);
  CASE(result_of_a_pending_task_is_refused);
  CASE(catching_std_exception_lets_cancelled_pass);
  CASE(detached_task_goes_on);
  CASE(detached_failure_is_reported_at_once);
  CASE(exception_never_retrieved_is_reported);
  CASE(retrieved_exception_is_not_reported);
  CASE(shield_of_a_move_only_result);
  CASE(shield_keeps_the_inner_task);
  CASE(cancelling_the_inner_task_cancels_the_shield);
  CASE(move_only_result_goes_to_the_first_reader);
  CASE(wake_up_is_one_turn_after_completion);
  CASE(uncancel_never_goes_below_zero);
  CASE(cancel_of_a_failed_task_counts_as_seen);
  CASE(failure_after_the_shield_was_left_is_nobodys);
  CASE(cancel_travels_down_a_long_chain);
  CASE(tasks_that_wait_for_each_other_can_be_cancelled);
  CASE(run_cancels_leftovers);
  CHECK(events == strings{"background cancelled"});
  CASE(run_cancels_leftovers_that_were_cancelled_before);
  CHECK(events == (strings{"first cancelled", "then cancelled"}));
  reports seen;
  CASE(leaves_a_task_that_refuses_to_end);
  CHECK(seen.count("weir-unfinished-task") == 1);
  CASE(leaves_parents_of_tasks_that_refuse_to_end);
  CHECK(events == (strings{"ended", "ended", "ended"}));
  CHECK(seen.count("weir-unfinished-task") == 6);
  CASE(wakes_whoever_is_left);
  events.clear();
  weir::run(leaves_parents_of_tasks_that_refuse_to_end()); // in real time
  CHECK(events == (strings{"ended", "ended", "ended"}));
  weir::run(leaves_a_task_that_refuses_to_end());
}

// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

#include <limits>
#include <memory>
#include <optional>
#include <thread>

static weir::task<> timeout_turns_cancelled_into_timeout_error() {
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout(10ms, slow("a", 1s)));
  CHECK(events == strings{"a cancelled"});
  CHECK(weir::current_task().cancelling() == 0);
}

static weir::task<> result_within_the_time() {
  CHECK(co_await weir::timeout(1s, slow("a", 10ms)) == "a");
  CHECK(co_await weir::timeout_at(weir::loop::current().now() + 1s,
                                  slow("b", 10ms)) == "b");
}

static weir::task<> timeout_or_gives_the_fallback() {
  CHECK(co_await weir::timeout_or(10ms, slow("a", 1s), "too slow") ==
        "too slow");
  CHECK(events == strings{"a cancelled"});
  CHECK(weir::current_task().cancelling() == 0);
  CHECK(co_await weir::timeout_or(1s, slow("b", 1ms), "too slow") == "b");
}

static weir::task<> timeout_or_hides_no_other_end() {
  auto throws = []() -> weir::task<int> {
    co_await weir::yield();
    throw weir::timeout_error();
  };
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout_or(1s, throws(), 0));
  auto waits = weir::create_task(
      weir::timeout_or(1s, slow("c", 1s), std::string("fallback")));
  co_await weir::yield();
  waits.cancel();
  CHECK_THROWS(weir::cancelled, co_await waits);
}

static weir::task<> wait_for_cancels_the_handle() {
  auto t = weir::create_task(slow("in", 1s));
  CHECK_THROWS(weir::timeout_error, co_await weir::wait_for(t, 10ms));
  CHECK(t.was_cancelled());
}

static weir::task<> wait_for_zero_of_a_handle() {
  auto done = weir::create_task(slow("a", 0ms));
  co_await done;
  CHECK(co_await weir::wait_for(done, 0s) == "a");
  auto runs = weir::create_task(slow("b", 1s));
  co_await weir::yield();
  CHECK_THROWS(weir::timeout_error, co_await weir::wait_for(runs, 0s));
  CHECK(runs.was_cancelled());
}

static weir::task<> body_that_swallows_the_cancellation_has_its_value() {
  CHECK(co_await weir::wait_for(slow("in", 1s, false, true), 10ms) ==
        "in swallowed");
  CHECK(weir::current_task().cancelling() == 0);
}

static weir::task<> wait_for_zero_cancels_once() {
  auto cleans_up = []() -> weir::task<> {
    try {
      co_await weir::sleep(1s);
    } catch (const weir::cancelled &) {
      events.push_back(std::to_string(weir::current_task().cancelling()));
    }
    co_await weir::sleep(10ms);
    events.push_back("cleaned up");
    throw weir::cancelled{};
  };
  auto t = weir::create_task(cleans_up());
  co_await weir::yield();
  CHECK_THROWS(weir::timeout_error, co_await weir::wait_for(t, 0s));
  CHECK(events == (strings{"1", "cleaned up"}));
}

static weir::task<> wait_for_zero_cancelled_from_outside() {
  auto inner = weir::create_task(slow("in", 1s));
  auto waits = [](auto inner) -> weir::task<std::string> {
    co_return co_await weir::wait_for(inner, 0s);
  };
  co_await weir::yield();
  auto t = weir::create_task(waits(inner));
  co_await weir::yield(); // it waits for the end of what it has cancelled
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
}

static weir::task<> time_limit_of_a_future_nobody_else_holds() {
  auto made = [](std::string text) {
    weir::future<std::string> f;
    weir::loop::current().call_soon([=] { f.set_result(text); });
    return f;
  };
  const std::string text(100, 'x');
  CHECK(co_await weir::timeout(1s, made(text)) == text);
  CHECK(co_await weir::shield(made(text)) == text);
  auto [a, b] = co_await weir::gather(made(text), made(text));
  CHECK(a == text && b == text);
}

static weir::task<> wait_for_zero_never_starts_a_coroutine() {
  reports seen;
  CHECK_THROWS(weir::timeout_error, co_await weir::wait_for(slow("in", 1s), 0s));
  CHECK(events.empty());
  CHECK(seen.all.empty());
}

static weir::task<> wait_for_zero_of_a_task() {
  auto ready = weir::create_task(slow("ready", 0ms));
  auto pending = weir::create_task(slow("pending", 1s));
  co_await weir::sleep(1ms);
  CHECK(co_await weir::wait_for(ready, 0s) == "ready");
  CHECK_THROWS(weir::timeout_error, co_await weir::wait_for(pending, 0s));
  CHECK(pending.was_cancelled());
}

static weir::task<> only_the_expired_of_nested_timeouts_converts() {
  bool inner_expired = true;
  CHECK_THROWS(
      weir::timeout_error,
      co_await weir::with_timeout(10ms, [&](auto &) -> weir::task<> {
        co_await weir::with_timeout(1s, [&](auto &inner) -> weir::task<> {
          try {
            co_await weir::sleep(2s);
          } catch (const weir::cancelled &) {
            inner_expired = inner.expired();
            throw;
          }
        });
      }));
  CHECK(!inner_expired);
}

// Each takes its own request back; the inner one sees that another is there.
static weir::task<> nested_timeouts_that_expire_together() {
  const auto deadline = weir::loop::current().now() + 10ms;
  bool inner_converted = false;
  auto inner = [&]() -> weir::task<> {
    try {
      co_await weir::timeout_at(deadline, slow("a", 1s));
    } catch (const weir::timeout_error &) {
      inner_converted = true;
      throw;
    }
  };
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout_at(deadline, inner()));
  CHECK(!inner_converted && events == strings{"a cancelled"});
  CHECK(weir::current_task().cancelling() == 0);
  co_await weir::sleep(20ms); // nothing is left of either
}

static weir::task<> outer_cancel_wins() {
  auto limited = []() -> weir::task<> {
    co_await weir::timeout(10ms, weir::sleep(1s));
  };
  auto t = weir::create_task(limited());
  co_await weir::yield();
  weir::loop::current().call_later(10ms, [t] { t.cancel(); });
  CHECK_THROWS(weir::cancelled, co_await t);
}

static weir::task<> other_exception_passes() {
  auto cleans_up_badly = []() -> weir::task<> {
    try {
      co_await weir::sleep(1s);
    } catch (const weir::cancelled &) {
      throw std::runtime_error("cleanup");
    }
  };
  CHECK_THROWS(std::runtime_error,
               co_await weir::timeout(10ms, cleans_up_badly()));
  CHECK(weir::current_task().cancelling() == 0);
}

static weir::task<> timeout_zero_fires_at_the_next_suspension() {
  CHECK_THROWS(weir::timeout_error,
               co_await weir::with_timeout(0s, [](auto &) -> weir::task<> {
                 events.push_back("body runs");
                 co_await weir::yield();
                 events.push_back("after the suspension");
               }));
  CHECK(events == strings{"body runs"});
}

static weir::task<> body_that_never_suspends_is_not_timed_out() {
  auto quick = []() -> weir::task<int> { co_return 1; };
  CHECK(co_await weir::timeout(0s, quick()) == 1);
  CHECK(weir::current_task().cancelling() == 0);
  co_await weir::sleep(1ms); // nothing left over
}

static weir::task<> deadline_can_be_moved() {
  co_await weir::with_timeout(10ms, [](auto &limit) -> weir::task<> {
    limit.reschedule(weir::loop::current().now() + 100ms);
    co_await weir::sleep(50ms);
    limit.reschedule(std::nullopt);
    co_await weir::sleep(500ms);
  });
}

static weir::task<> expired_scope_cannot_be_moved() {
  CHECK_THROWS(weir::timeout_error,
               co_await weir::with_timeout(10ms, [](auto &limit)
                                                     -> weir::task<> {
                 try {
                   co_await weir::sleep(1s);
                 } catch (const weir::cancelled &) {
                   CHECK(limit.expired());
                   CHECK_THROWS(weir::invalid_state,
                                (limit.reschedule(std::nullopt), 0));
                   throw;
                 }
               }));
}

// sleep
static weir::task<> sleep_zero_yields_once() {
  auto other = []() -> weir::task<> {
    events.push_back("other");
    co_return;
  };
  weir::create_task(other());
  co_await weir::sleep(-1s);
  CHECK(events == strings{"other"});
}

static weir::task<> sleep_gives_its_result() {
  const auto begin = weir::loop::current().now();
  auto given = co_await weir::sleep(10ms, std::make_unique<int>(7));
  CHECK(*given == 7 && weir::loop::current().now() - begin >= 10ms);
  CHECK(co_await weir::timeout(1s, weir::sleep(0s, std::string("now"))) ==
        "now");
  auto t = weir::create_task(weir::sleep(1h, 1));
  co_await weir::yield();
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
}

static weir::task<> sleep_not_a_number_is_refused() {
  std::chrono::duration<double> nan(
      std::numeric_limits<double>::quiet_NaN());
  CHECK_THROWS(std::invalid_argument, weir::sleep(nan));
  co_return;
}

static weir::task<> sleep_for_ever_can_be_cancelled() {
  auto t = weir::create_task([]() -> weir::task<> {
    co_await weir::sleep(std::chrono::hours::max());
  }());
  co_await weir::yield();
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
}

static weir::task<> cancelled_sleep_leaves_no_timer() {
  auto t = weir::create_task(slow("a", 1h));
  co_await weir::yield();
  t.cancel();
  co_await weir::yield();
  CHECK(weir::detail::current_scheduler().timers.empty());
}

static weir::task<> sleepers_wake_in_order() {
  std::vector<weir::task<std::string>> tasks;
  for (int i : {5, 3, 9, 1, 7, 2, 8, 4, 6})
    tasks.push_back(slow(std::to_string(i), 1ms * i));
  co_await weir::gather(std::move(tasks));
  strings expected;
  for (int i = 1; i < 10; ++i)
    expected.push_back(std::to_string(i) + " done");
  CHECK(events == expected);
}

// The deadline passes while the body is on its last step: no error, and the
// request does not stay behind.
static weir::task<> body_that_ends_at_the_deadline() {
  auto takes_too_long = []() -> weir::task<> {
    co_await weir::yield();
    std::this_thread::sleep_for(20ms);
  };
  co_await weir::timeout(10ms, takes_too_long());
  CHECK(weir::current_task().cancelling() == 0);
  co_await weir::sleep(1ms);
}

static weir::task<> no_deadline() {
  co_await weir::with_timeout(10ms, [](auto &limit) -> weir::task<> {
    limit.reschedule(std::nullopt);
    CHECK(!limit.deadline());
    co_await weir::sleep(1h);
    CHECK(!limit.expired());
  });
}

// As a way to say 'never', and 'long ago'.
static weir::task<> deadlines_at_the_ends_of_time() {
  using point = weir::loop::time_point;
  auto &loop = weir::loop::current();
  bool was_called = false;
  loop.call_at(point::min(), [&] { was_called = true; });
  auto never = loop.call_at(point::max(), [] { CHECK(false); });
  co_await weir::sleep(1ms);
  CHECK(was_called);
  never.cancel();
  CHECK(co_await weir::timeout_at(point::max(), slow("a", 1ms)) == "a");
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout_at(point::min(), slow("b", 1ms)));
  auto waits = [](weir::cancel_scope &) -> weir::task<> {
    co_await weir::sleep(1s);
  };
  CHECK(!co_await weir::with_cancel_scope({.deadline = point::min()}, waits));
  CHECK(co_await weir::with_cancel_scope({.deadline = point::max()}, waits));
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(timeout_turns_cancelled_into_timeout_error);
  CASE(result_within_the_time);
  CASE(timeout_or_gives_the_fallback);
  CASE(timeout_or_hides_no_other_end);
  CASE(wait_for_cancels_the_handle);
  CASE(wait_for_zero_of_a_handle);
  CASE(body_that_swallows_the_cancellation_has_its_value);
  CASE(wait_for_zero_cancels_once);
  CASE(wait_for_zero_cancelled_from_outside);
  CASE(time_limit_of_a_future_nobody_else_holds);
  CASE(wait_for_zero_never_starts_a_coroutine);
  CASE(wait_for_zero_of_a_task);
  CASE(only_the_expired_of_nested_timeouts_converts);
  CASE(nested_timeouts_that_expire_together);
  CASE(outer_cancel_wins);
  CASE(other_exception_passes);
  CASE(timeout_zero_fires_at_the_next_suspension);
  CASE(body_that_never_suspends_is_not_timed_out);
  CASE(body_that_ends_at_the_deadline);
  CASE(no_deadline);
  CASE(deadline_can_be_moved);
  CASE(expired_scope_cannot_be_moved);
  CASE(sleep_zero_yields_once);
  CASE(sleep_gives_its_result);
  CASE(sleep_not_a_number_is_refused);
  CASE(sleep_for_ever_can_be_cancelled);
  CASE(cancelled_sleep_leaves_no_timer);
  CASE(sleepers_wake_in_order);
  CASE(deadlines_at_the_ends_of_time);
}

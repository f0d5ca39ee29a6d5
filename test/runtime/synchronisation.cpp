// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

// lock
static weir::task<> enters(weir::lock &l, std::string name) {
  auto held = co_await l.scoped();
  events.push_back(name);
}

static weir::task<> lock_is_fair_and_skips_a_cancelled_waiter() {
  weir::lock l;
  co_await l.acquire();
  std::vector<weir::task_handle<>> tasks;
  for (int i = 0; i < 4; ++i)
    tasks.push_back(weir::create_task(enters(l, std::to_string(i))));
  co_await weir::yield();
  tasks[1].cancel();
  l.release();
  for (int i : {0, 2, 3})
    co_await tasks[i];
  CHECK(events == (strings{"0", "2", "3"}));
  CHECK(!l.locked());
}

static weir::task<> lock_no_barging_between_release_and_wakeup() {
  weir::lock l;
  co_await l.acquire();
  auto t = weir::create_task(enters(l, "waiter"));
  co_await weir::yield();
  l.release();
  co_await enters(l, "releaser again");
  co_await t;
  CHECK(events == (strings{"waiter", "releaser again"}));
}

static weir::task<> lock_handed_to_a_cancelled_waiter_goes_on() {
  weir::lock l;
  co_await l.acquire();
  auto a = weir::create_task(enters(l, "a"));
  auto b = weir::create_task(enters(l, "b"));
  co_await weir::yield();
  l.release(); // to a
  a.cancel();
  co_await b;
  CHECK(events == strings{"b"});
  CHECK(!l.locked());
}

static weir::task<> lock_release_when_free_is_refused() {
  weir::lock l;
  CHECK_THROWS(weir::invalid_state, (l.release(), 0));
  co_return;
}

// semaphore
static weir::task<> semaphore_is_fifo_without_barging() {
  weir::semaphore s(1);
  auto enter = [&](std::string name) -> weir::task<> {
    auto unit = co_await s.scoped();
    events.push_back(name);
    co_await weir::yield();
  };
  co_await s.acquire();
  std::vector<weir::task_handle<>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(weir::create_task(enter(std::to_string(i))));
  co_await weir::yield();
  s.release();
  CHECK(s.locked()); // handed over already
  co_await enter("barge");
  CHECK(events == (strings{"0", "1", "2", "barge"}));
}

static weir::task<> semaphore_unit_of_a_cancelled_waiter_goes_on() {
  weir::semaphore s(0);
  auto take = [&](std::string name) -> weir::task<> {
    co_await s.acquire();
    events.push_back(name);
  };
  auto a = weir::create_task(take("a"));
  auto b = weir::create_task(take("b"));
  co_await weir::yield();
  s.release();
  a.cancel();
  co_await b;
  CHECK(events == strings{"b"});
  CHECK(s.locked());
}

static weir::task<> bounded_semaphore_over_release_is_refused() {
  weir::bounded_semaphore s(1);
  CHECK_THROWS(weir::invalid_state, (s.release(), 0));
  {
    auto unit = co_await s.scoped();
    CHECK(s.locked());
  }
  CHECK(!s.locked());
}

// event
static weir::task<> event_set_and_clear_still_wakes_the_waiters() {
  weir::event e;
  auto waits = [&]() -> weir::task<> {
    co_await e.wait();
    events.push_back("woke");
  };
  auto t = weir::create_task(waits());
  co_await weir::yield();
  e.set();
  e.clear();
  co_await weir::wait_for(t, 100ms);
  CHECK(events == strings{"woke"});
  CHECK(!e.is_set());
}

static weir::task<> event_that_is_set_does_not_suspend() {
  weir::event e;
  e.set();
  co_await e.wait();
}

// condition
static weir::task<> condition_notify_wakes_in_order_under_the_lock() {
  weir::condition c;
  auto waits = [&](std::string name) -> weir::task<> {
    auto held = co_await c.mutex().scoped();
    co_await c.wait();
    CHECK(c.mutex().locked());
    events.push_back(name);
  };
  auto a = weir::create_task(waits("a"));
  auto b = weir::create_task(waits("b"));
  co_await weir::yield();
  {
    auto held = co_await c.mutex().scoped();
    c.notify();
    co_await weir::sleep(1ms);
    CHECK(events.empty()); // the lock is still held here
  }
  co_await a;
  CHECK(events == strings{"a"});
  {
    auto held = co_await c.mutex().scoped();
    c.notify_all();
  }
  co_await b;
}

static weir::task<> condition_takes_the_lock_again_when_cancelled() {
  weir::condition c;
  auto waits = [&]() -> weir::task<> {
    co_await c.mutex().acquire();
    try {
      co_await c.wait();
    } catch (const weir::cancelled &) {
      events.push_back(c.mutex().locked() ? "held" : "lost");
      c.mutex().release();
      throw;
    }
  };
  auto t = weir::create_task(waits());
  co_await weir::yield();
  co_await c.mutex().acquire();
  t.cancel();
  co_await weir::sleep(1ms);
  t.cancel(); // also while it waits for the lock
  co_await weir::sleep(1ms);
  CHECK(events.empty());
  c.mutex().release();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == strings{"held"});
}

static weir::task<> condition_notification_of_a_cancelled_waiter_goes_on() {
  weir::condition c;
  auto waits = [&](std::string name) -> weir::task<> {
    auto held = co_await c.mutex().scoped();
    co_await c.wait();
    events.push_back(name);
  };
  auto a = weir::create_task(waits("a"));
  auto b = weir::create_task(waits("b"));
  co_await weir::yield();
  co_await c.mutex().acquire();
  c.notify(); // a
  a.cancel();
  c.mutex().release();
  co_await b;
  CHECK(events == strings{"b"});
}

static weir::task<> condition_without_the_lock_is_refused() {
  weir::condition c;
  CHECK_THROWS(weir::invalid_state, co_await c.wait());
  CHECK_THROWS(weir::invalid_state, (c.notify(), 0));
}

static weir::task<> condition_waits_for_a_predicate() {
  weir::condition c;
  int n = 0;
  auto counts = [&]() -> weir::task<> {
    for (int i = 0; i < 3; ++i) {
      co_await weir::sleep(1ms);
      auto held = co_await c.mutex().scoped();
      ++n;
      c.notify();
    }
  };
  auto t = weir::create_task(counts());
  auto held = co_await c.mutex().scoped();
  co_await c.wait([&] { return n == 3; });
  CHECK(n == 3);
}

// barrier
static weir::task<> barrier_lets_a_full_group_pass() {
  weir::barrier b(3);
  auto arrives = [&]() -> weir::task<std::size_t> { co_return co_await b.wait(); };
  auto first = weir::create_task(arrives());
  auto second = weir::create_task(arrives());
  co_await weir::sleep(1ms);
  CHECK(b.waiting() == 2 && !first.done());
  CHECK(co_await b.wait() == 2);
  CHECK(co_await first == 0 && co_await second == 1);
  CHECK(b.waiting() == 0);
  auto [x, y, z] = co_await weir::gather(arrives(), arrives(), arrives());
  CHECK(x + y + z == 3); // it can be used again
}

// Who comes while a group is leaving belongs to the next.
static weir::task<> barrier_newcomer_waits_while_a_group_leaves() {
  weir::barrier b(2);
  auto enters = [&](std::string name) -> weir::task<> {
    co_await b.wait();
    events.push_back(name);
  };
  auto first = weir::create_task(enters("a"));
  co_await weir::yield();
  auto second = weir::create_task(enters("b")); // completes the group
  auto third = weir::create_task(enters("c"));  // finds it leaving
  co_await weir::gather(first, second);
  co_await weir::sleep(1ms);
  CHECK(events.size() == 2 && b.waiting() == 1);
  co_await weir::gather(third, enters("d"));
  CHECK(events.size() == 4);
}

static weir::task<> barrier_abort_and_reset() {
  weir::barrier b(2);
  auto arrives = [&]() -> weir::task<> { co_await b.wait(); };
  auto t = weir::create_task(arrives());
  co_await weir::yield();
  b.abort();
  CHECK_THROWS(weir::broken_barrier, co_await t);
  CHECK(b.broken());
  CHECK_THROWS(weir::broken_barrier, co_await b.wait());
  b.reset();
  CHECK(!b.broken());
  co_await weir::gather(arrives(), arrives());
}

// Who comes while they are sent away begins the next group.
static weir::task<> barrier_reset_with_waiters() {
  weir::barrier b(3);
  auto arrives = [&]() -> weir::task<std::size_t> {
    co_return co_await b.wait();
  };
  auto first = weir::create_task(arrives());
  auto second = weir::create_task(arrives());
  co_await weir::yield();
  b.reset();
  CHECK(!b.broken() && b.waiting() == 0);
  auto late = weir::create_task(arrives());
  CHECK_THROWS(weir::broken_barrier, co_await first);
  CHECK_THROWS(weir::broken_barrier, co_await second);
  co_await weir::sleep(1ms);
  CHECK(!late.done() && b.waiting() == 1);
  auto [x, y, z] = co_await weir::gather(late, arrives(), arrives());
  CHECK(x == 0 && y == 1 && z == 2);
  b.reset(); // nobody waits
  CHECK(!b.broken() && b.waiting() == 0);
}

static weir::task<> barrier_cancelled_waiter_leaves_the_group() {
  weir::barrier b(2);
  auto arrives = [&]() -> weir::task<> { co_await b.wait(); };
  auto t = weir::create_task(arrives());
  co_await weir::yield();
  t.cancel();
  co_await weir::sleep(1ms);
  CHECK(b.waiting() == 0 && !b.broken());
  co_await weir::gather(arrives(), arrives());
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(lock_is_fair_and_skips_a_cancelled_waiter);
  CASE(lock_no_barging_between_release_and_wakeup);
  CASE(lock_handed_to_a_cancelled_waiter_goes_on);
  CASE(lock_release_when_free_is_refused);
  CASE(semaphore_is_fifo_without_barging);
  CASE(semaphore_unit_of_a_cancelled_waiter_goes_on);
  CASE(bounded_semaphore_over_release_is_refused);
  CASE(event_set_and_clear_still_wakes_the_waiters);
  CASE(event_that_is_set_does_not_suspend);
  CASE(condition_notify_wakes_in_order_under_the_lock);
  CASE(condition_takes_the_lock_again_when_cancelled);
  CASE(condition_notification_of_a_cancelled_waiter_goes_on);
  CASE(condition_without_the_lock_is_refused);
  CASE(condition_waits_for_a_predicate);
  CASE(barrier_lets_a_full_group_pass);
  CASE(barrier_newcomer_waits_while_a_group_leaves);
  CASE(barrier_abort_and_reset);
  CASE(barrier_reset_with_waiters);
  CASE(barrier_cancelled_waiter_leaves_the_group);
}

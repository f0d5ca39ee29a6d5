// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

static weir::task<int> gets(weir::queue<int> &q) { co_return co_await q.get(); }
static weir::task<> puts_one(weir::queue<int> &q, int n) { co_await q.put(n); }

static weir::task<> first_in_first_out() {
  weir::queue<int> q;
  for (int i = 0; i < 3; ++i)
    co_await q.put(i);
  for (int i = 0; i < 3; ++i)
    CHECK(co_await q.get() == i);
}

static weir::task<> getters_are_served_in_order() {
  weir::queue<int> q;
  auto a = weir::create_task(gets(q)), b = weir::create_task(gets(q));
  co_await weir::yield();
  q.put_nowait(1);
  q.put_nowait(2);
  CHECK(co_await a == 1 && co_await b == 2);
}

// Where asyncio lets a third party steal what wakes a getter.
static weir::task<> value_promised_to_a_getter_cannot_be_stolen() {
  weir::queue<int> q;
  auto t = weir::create_task(gets(q));
  co_await weir::yield();
  q.put_nowait(1);
  CHECK_THROWS(weir::queue_empty, q.get_nowait());
  CHECK(co_await t == 1);
}

static weir::task<> task_done_too_often_is_refused() {
  weir::queue<int> q;
  q.put_nowait(1);
  co_await q.get();
  q.task_done();
  CHECK_THROWS(weir::invalid_state, (q.task_done(), 0));
}

static weir::task<> put_waits_for_room() {
  weir::queue<int> q(1);
  co_await q.put(1);
  auto t = weir::create_task(puts_one(q, 2));
  co_await weir::yield();
  CHECK(!t.done() && q.full());
  CHECK(q.get_nowait() == 1);
  co_await t;
  CHECK(q.get_nowait() == 2);
}

static weir::task<> nowait_throws_instead() {
  weir::queue<int> q(1);
  CHECK_THROWS(weir::queue_empty, q.get_nowait());
  q.put_nowait(1);
  CHECK_THROWS(weir::queue_full, (q.put_nowait(2), 0));
  co_return;
}

static weir::task<> item_not_lost_if_getter_is_cancelled_after_wake() {
  weir::queue<int> q;
  auto t = weir::create_task(gets(q));
  co_await weir::yield();
  q.put_nowait(1);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(q.size() == 1);
}

static weir::task<> item_of_a_cancelled_getter_goes_to_the_next() {
  weir::queue<int> q;
  auto a = weir::create_task(gets(q)), b = weir::create_task(gets(q));
  co_await weir::yield();
  q.put_nowait(1);
  a.cancel();
  CHECK(co_await b == 1);
}

static weir::task<> room_of_a_cancelled_putter_goes_to_the_next() {
  weir::queue<int> q(1);
  q.put_nowait(0);
  auto a = weir::create_task(puts_one(q, 1)), b = weir::create_task(puts_one(q, 2));
  co_await weir::yield();
  (void)q.get_nowait();
  a.cancel();
  co_await b;
  CHECK(q.get_nowait() == 2 && q.empty());
}

static weir::task<> join_waits_for_task_done() {
  weir::queue<int> q;
  q.put_nowait(1);
  q.put_nowait(2);
  auto waits = [&]() -> weir::task<> { co_await q.join(); };
  auto t = weir::create_task(waits());
  (void)q.get_nowait();
  (void)q.get_nowait();
  q.task_done();
  co_await weir::sleep(1ms);
  CHECK(!t.done());
  q.task_done();
  co_await t;
  CHECK_THROWS(weir::invalid_state, (q.task_done(), 0));
}

static weir::task<> shutdown_drains() {
  weir::queue<int> q(1);
  q.put_nowait(1);
  auto putter = weir::create_task(puts_one(q, 2));
  co_await weir::yield();
  q.shutdown();
  CHECK_THROWS(weir::queue_shutdown, co_await putter);
  CHECK_THROWS(weir::queue_shutdown, (q.put_nowait(3), 0));
  CHECK(co_await q.get() == 1);
  CHECK_THROWS(weir::queue_shutdown, co_await q.get());
}

static weir::task<> shutdown_wakes_getters() {
  weir::queue<int> q;
  auto t = weir::create_task(gets(q));
  co_await weir::yield();
  q.shutdown();
  CHECK_THROWS(weir::queue_shutdown, co_await t);
}

static weir::task<> immediate_shutdown_drops_what_is_in_it() {
  weir::queue<int> q;
  q.put_nowait(1);
  auto waits = [&]() -> weir::task<> { co_await q.join(); };
  auto t = weir::create_task(waits());
  co_await weir::yield();
  q.shutdown(true);
  co_await t; // the unfinished count is settled
  CHECK_THROWS(weir::queue_shutdown, co_await q.get());
}

static weir::task<> immediate_shutdown_after_the_wake_of_a_getter() {
  weir::queue<int> q;
  auto t = weir::create_task(gets(q));
  co_await weir::yield();
  q.put_nowait(1);
  q.shutdown(true);
  CHECK_THROWS(weir::queue_shutdown, co_await t);
}

static weir::task<> priority_queue_gives_the_least() {
  weir::priority_queue<int> q;
  for (int n : {3, 1, 2})
    q.put_nowait(n);
  CHECK(co_await q.get() == 1 && co_await q.get() == 2 &&
        co_await q.get() == 3);
}

static weir::task<> lifo_queue_gives_the_newest() {
  weir::lifo_queue<int> q;
  for (int n : {3, 1, 2})
    q.put_nowait(n);
  CHECK(co_await q.get() == 2 && co_await q.get() == 1 &&
        co_await q.get() == 3);
}

static weir::task<> ping_pong() {
  weir::queue<int> there(1), back(1);
  auto echoes = [&]() -> weir::task<> {
    for (int i = 0; i < 10000; ++i)
      co_await back.put(co_await there.get());
  };
  auto t = weir::create_task(echoes());
  for (int i = 0; i < 10000; ++i) {
    co_await there.put(i);
    CHECK(co_await back.get() == i);
  }
  co_await t;
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(first_in_first_out);
  CASE(getters_are_served_in_order);
  CASE(value_promised_to_a_getter_cannot_be_stolen);
  CASE(task_done_too_often_is_refused);
  CASE(put_waits_for_room);
  CASE(nowait_throws_instead);
  CASE(item_not_lost_if_getter_is_cancelled_after_wake);
  CASE(item_of_a_cancelled_getter_goes_to_the_next);
  CASE(room_of_a_cancelled_putter_goes_to_the_next);
  CASE(join_waits_for_task_done);
  CASE(shutdown_drains);
  CASE(shutdown_wakes_getters);
  CASE(immediate_shutdown_drops_what_is_in_it);
  CASE(immediate_shutdown_after_the_wake_of_a_getter);
  CASE(priority_queue_gives_the_least);
  CASE(lifo_queue_gives_the_newest);
  CASE(ping_pong);
}

// Bad use gets a clear error.
//
// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=thread %s -o %t.g && %t.g
// RUN: not %cxx -fsyntax-only -DTASK_AS_CALLBACK %s 2>&1 | FileCheck %s
// CHECK: [weir-task-lost-in-callback]
// CHECK: [weir-task-lost-in-callback]
// CHECK: [weir-task-lost-in-callback]

#include "support/check.hpp"

#include <weir/weir.hpp>

#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;

/// The usage_error of a call on another thread; the test ends without one.
template <class F> static std::string refusal_elsewhere(F f) {
  std::string text;
  std::thread([&] {
    try {
      f();
    } catch (const weir::usage_error &e) {
      text = e.what();
    }
  }).join();
  CHECK(!text.empty());
  return text;
}
static bool has(const std::string &text, const char *part) {
  return text.find(part) != std::string::npos;
}

static weir::task<int> number(int n) { co_return n; }

static weir::task<> nested_run_is_refused() {
  auto t = number(1);
  try {
    weir::run(std::move(t));
    CHECK(false);
  } catch (const weir::usage_error &e) {
    CHECK(has(e.what(), "weir::run") && has(e.what(), "await"));
  }
  co_return;
}

static weir::task<> empty_task_is_refused_everywhere() {
  weir::task<int> none;
  CHECK_THROWS(weir::usage_error, co_await none);
  CHECK_THROWS(weir::usage_error, co_await weir::gather(weir::task<int>()));
  CHECK_THROWS(weir::usage_error, co_await weir::race(weir::task<int>()));
  CHECK_THROWS(weir::usage_error, weir::create_task(weir::task<int>()));
  weir::task_handle<int> no_handle;
  CHECK_THROWS(weir::usage_error, co_await no_handle);
  CHECK_THROWS(weir::usage_error, no_handle.done());
}

static weir::task<> result_of_a_pending_future_is_refused() {
  weir::future<int> f;
  CHECK_THROWS(weir::invalid_state, f.result());
  CHECK_THROWS(weir::invalid_state, f.exception());
  co_return;
}

static weir::task<> loop_is_for_its_own_thread() {
  auto &loop = weir::loop::current();
  auto t = weir::create_task(weir::sleep(10ms));
  co_await weir::yield();
  for (auto &text :
       {refusal_elsewhere([&] { loop.call_soon([] {}); }),
        refusal_elsewhere([&] { loop.call_later(1ms, [] {}); }),
        refusal_elsewhere([&] { t.cancel(); })})
    CHECK(has(text, "weir-wrong-thread"));
  CHECK(has(refusal_elsewhere([] { weir::create_task(number(1)); }),
            "weir::run"));
  co_await t;
}

static weir::task<> task_of_another_loop_is_refused() {
  auto &here = weir::loop::current();
  weir::task_handle<> foreign;
  std::atomic<bool> is_there{false}, may_end{false};
  std::thread other([&] {
    weir::run([](auto &foreign, auto &is_there, auto &may_end) -> weir::task<> {
      foreign = weir::create_task(weir::sleep(1h));
      is_there = true;
      while (!may_end)
        co_await weir::sleep(1ms);
      foreign.cancel();
      foreign = {};
    }(foreign, is_there, may_end));
  });
  while (!is_there)
    co_await weir::sleep(1ms);
  CHECK_THROWS(weir::usage_error, co_await foreign);
  CHECK_THROWS(weir::usage_error, co_await weir::gather(foreign));
  CHECK_THROWS(weir::usage_error, co_await weir::wait(std::vector(1, foreign)));
  CHECK_THROWS(weir::usage_error, foreign.cancel());
  may_end = true;
  other.join();
  CHECK(&here == &weir::loop::current());
}

// What a loop has done may be looked at in the next one; what is not done, not.
static void task_of_another_loop_of_the_thread() {
  weir::task_handle<int> done;
  weir::task_handle<> waits;
  auto begin = [&]() -> weir::task<> {
    done = weir::create_task(number(7));
    waits = weir::create_task(weir::sleep(1h));
    co_await done;
  };
  auto look = [&]() -> weir::task<> {
    CHECK(co_await done == 7);
    CHECK_THROWS(weir::usage_error, co_await waits);
    CHECK_THROWS(weir::usage_error, co_await weir::wait(std::vector(1, waits)));
  };
  weir::runner first;
  first.run(begin());
  weir::run(look());
}

static weir::task<> task_cannot_wait_for_itself() {
  auto self = std::make_shared<weir::task_handle<>>();
  *self = weir::create_task([](auto self) -> weir::task<> {
    co_await weir::yield();
    CHECK_THROWS(weir::usage_error, co_await weir::wait(std::vector(1, *self)));
    CHECK_THROWS(weir::usage_error, co_await *self);
  }(self));
  co_await *self;
  *self = {};
}

// What cannot be undone ends the program, with a word why.
static weir::event for_all;
static weir::task<> waits_for_all() { co_await for_all.wait(); }
static weir::task<> sets_it_elsewhere() {
  weir::create_task(waits_for_all());
  co_await weir::yield();
  std::thread([] { for_all.set(); }).join();
}
static void waking_from_another_thread_ends_the_program() {
  int text[2];
  CHECK(::pipe(text) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGABRT, SIG_DFL);
    ::dup2(text[1], 2);
    weir::run(sets_it_elsewhere());
    ::_exit(0);
  }
  ::close(text[1]);
  std::string said;
  char part[256];
  for (ssize_t n; (n = ::read(text[0], part, sizeof part)) > 0;)
    said.append(part, static_cast<std::size_t>(n));
  ::close(text[0]);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status != 0);
  CHECK(has(said, "weir-wrong-thread") && has(said, "call_soon_threadsafe"));
}

// In debug mode also where nobody waits in that moment, who would have been woken.
static weir::task<> uses_what_a_loop_waits_for(reports &seen) {
  weir::event e;
  weir::queue<int> q;
  weir::semaphore s(0);
  weir::lock l;
  auto waits = [&]() -> weir::task<> {
    co_await e.wait();
    co_await q.get();
    co_await s.acquire();
    auto held = co_await l.scoped();
  };
  co_await l.acquire();
  auto t = weir::create_task(waits());
  co_await weir::yield();
  e.set();
  co_await weir::yield();
  q.put_nowait(1);
  co_await weir::yield();
  s.release();
  co_await weir::yield();
  l.release();
  co_await t;
  co_await l.acquire();
  CHECK(seen.all.empty());
  std::thread([&] {
    e.clear();
    e.set();
    q.put_nowait(2);
    s.release();
    l.release();
  }).join();
  CHECK(seen.all.size() == 5u && seen.count("weir-wrong-thread") == 5);
  CHECK(has(seen.all[2].message, "queue.put_nowait"));
}
static void no_waiter_tells_of_the_wrong_thread() {
  reports seen;
  weir::run(uses_what_a_loop_waits_for(seen), {.debug = true, .slow = 10s});
}

// Between two runs of a runner its tasks may be used on its thread.
static void between_two_runs() {
  weir::runner r;
  std::optional<weir::event> e;
  weir::future<int> f;
  weir::task_handle<> sleeps, waits;
  auto begin = [&]() -> weir::task<> {
    e.emplace();
    sleeps = weir::create_task(weir::sleep(1h));
    waits = weir::create_task([](weir::event &e) -> weir::task<> {
      co_await e.wait();
    }(*e));
    co_await weir::yield();
  };
  auto end = [&]() -> weir::task<> {
    CHECK_THROWS(weir::cancelled, co_await sleeps);
    co_await waits;
  };
  r.run(begin());
  CHECK(sleeps.cancel());
  e->set();
  f.add_done_callback([](auto) {});
  CHECK_THROWS(weir::usage_error, (f.set_result(1), 0)); // who would call back?
  r.run(end());
}

#ifdef TASK_AS_CALLBACK
static void callback_that_is_a_coroutine(weir::loop &loop) {
  loop.call_soon([] { return number(1); });
  weir::task_ref().add_done_callback([](auto) { return number(2); });
  weir::future<int>().add_done_callback([](auto) { return number(3); });
}
#endif

int main() {
  RUN(nested_run_is_refused);
  RUN(empty_task_is_refused_everywhere);
  RUN(result_of_a_pending_future_is_refused);
  weir::run(loop_is_for_its_own_thread());
  weir::run(task_of_another_loop_is_refused());
  task_of_another_loop_of_the_thread();
  RUN(task_cannot_wait_for_itself);
  waking_from_another_thread_ends_the_program();
  no_waiter_tells_of_the_wrong_thread();
  between_two_runs();
}

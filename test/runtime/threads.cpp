// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=thread %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=thread %s -o %t.g && %t.g

#include "support/check.hpp"

#include <weir/resolve.hpp>
#include <weir/weir.hpp>

#include <atomic>
#include <thread>

using namespace std::chrono_literals;

static weir::task<> to_thread_gives_result_and_exception() {
  const auto here = std::this_thread::get_id();
  auto [sum, other] = co_await weir::gather(
      weir::to_thread([](int a, int b) { return a + b; }, 1, 2),
      weir::to_thread([] { return std::this_thread::get_id(); }));
  CHECK(sum == 3 && other != here);
  CHECK_THROWS(std::runtime_error, co_await weir::to_thread([] {
                 throw std::runtime_error("there");
               }));
}

/// Blocks its thread until \p holds, or so long that it never will.
static bool comes_true(auto holds) {
  for (int left = 10'000; left > 0 && !holds(); --left)
    std::this_thread::sleep_for(1ms);
  return holds();
}

static weir::task<> loop_goes_on_while_a_thread_blocks() {
  std::atomic<int> turns = 0;
  auto counts = [&]() -> weir::task<> {
    for (;; ++turns)
      co_await weir::sleep(1ms);
  };
  auto t = weir::create_task(counts());
  CHECK(co_await weir::to_thread([&] { return comes_true([&] { return turns >= 5; }); }));
  t.cancel();
}

static std::atomic<bool> thread_may_end{false}, thread_ended{false};
static weir::task<> to_thread_cancel_returns_at_once_thread_goes_on() {
  auto t = weir::create_task(weir::to_thread([] {
    comes_true([] { return thread_may_end.load(); });
    thread_ended = true;
  }));
  co_await weir::sleep(20ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(!thread_ended);
  thread_may_end = true;
}

static weir::task<> sleeps_long() { co_await weir::sleep(1h); }

// At the end of the loop the threads are waited for, and heard: one may wait for
// an answer.
static weir::task<> leaves_a_thread_that_asks(weir::loop &loop,
                                              std::string &got) {
  weir::create_task(weir::to_thread([&] {
    comes_true([] { return thread_may_end.load(); });
    auto asked = weir::run_threadsafe(loop, sleeps_long());
    try {
      asked.get();
    } catch (const weir::cancelled &) {
      got = "cancelled";
    }
    std::promise<int> seven;
    loop.call_soon_threadsafe([&] { seven.set_value(7); });
    got += std::to_string(seven.get_future().get());
  }));
  co_await weir::yield();
  thread_may_end = true;
}
static void threads_are_heard_until_they_end() {
  thread_may_end = false;
  std::string got;
  auto main = [&]() -> weir::task<> {
    co_await leaves_a_thread_that_asks(weir::loop::current(), got);
  };
  weir::run(main());
  CHECK(got == "cancelled7");
}

// But not for ever.
static void thread_that_does_not_end() {
  thread_may_end = thread_ended = false;
  reports seen;
  auto main = [&]() -> weir::task<> {
    weir::create_task(weir::to_thread([] {
      comes_true([] { return thread_may_end.load(); });
      thread_ended = true;
    }));
    weir::create_task(weir::resolve("localhost", 80));
    co_await weir::yield();
  };
  weir::run(main(), {.join_timeout = 30ms});
  CHECK(!thread_ended);
  CHECK(seen.all.size() == 1 && seen.count("weir-unfinished-task") == 1);
  CHECK(seen.all[0].message.find("1 call") == 0);
  thread_may_end = true;
  CHECK(comes_true([] { return thread_ended.load(); }));
}

static weir::task<> more_work_than_threads() {
  std::atomic<int> done{0};
  std::vector<weir::task<>> work;
  for (int i = 0; i < 200; ++i)
    work.push_back(weir::to_thread([&] { ++done; }));
  co_await weir::gather(std::move(work));
  CHECK(done == 200);
}

static weir::task<> call_soon_threadsafe_wakes_the_loop() {
  auto &loop = weir::loop::current();
  weir::event called;
  std::thread t([&] {
    std::this_thread::sleep_for(20ms);
    loop.call_soon_threadsafe([&] { called.set(); });
  });
  co_await weir::timeout(10s, called.wait());
  t.join();
}

static weir::task<> calls_from_many_threads_arrive_in_their_order() {
  auto &loop = weir::loop::current();
  constexpr int threads = 4, calls = 1000;
  std::vector<int> seen[threads];
  int total = 0;
  weir::event all;
  std::vector<std::thread> senders;
  for (int i = 0; i < threads; ++i)
    senders.emplace_back([&, i] {
      for (int n = 0; n < calls; ++n)
        loop.call_soon_threadsafe([&, i, n] {
          seen[i].push_back(n);
          if (++total == threads * calls)
            all.set();
        });
    });
  co_await weir::timeout(30s, all.wait());
  for (auto &t : senders)
    t.join();
  for (auto &list : seen)
    for (int n = 0; n < calls; ++n)
      CHECK(list[n] == n);
}

static weir::task<int> twice(int n) {
  co_await weir::sleep(1ms);
  co_return 2 * n;
}
static weir::task<> run_threadsafe_gives_a_future() {
  auto &loop = weir::loop::current();
  int result = co_await weir::to_thread([&] {
    return weir::run_threadsafe(loop, twice(21)).get();
  });
  CHECK(result == 42);
}

// Cancellation goes both ways.
static weir::task<> future_of_another_thread_can_cancel() {
  auto &loop = weir::loop::current();
  bool stopped = false;
  auto waits = [&]() -> weir::task<> {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
      stopped = true;
      throw;
    }
  };
  for (const auto delay : {0ms, 20ms}) { // also before it has begun
    bool thrown = false;
    co_await weir::to_thread([&] {
      auto f = weir::run_threadsafe(loop, waits());
      std::this_thread::sleep_for(delay);
      f.cancel();
      try {
        f.get();
      } catch (const weir::cancelled &) {
        thrown = true;
      }
    });
    CHECK(thrown && stopped);
    stopped = false;
  }
}

static weir::task<> task_cancelled_on_the_loop_reaches_the_future() {
  auto &loop = weir::loop::current();
  auto t = weir::create_task(weir::sleep(1h));
  weir::loop::current().call_later(10ms, [t] { t.cancel(); });
  const bool thrown = co_await weir::to_thread([&] {
    auto waits = [](auto &t) -> weir::task<> { co_await t; };
    try {
      weir::run_threadsafe(loop, waits(t)).get(); // no copy: not our thread
    } catch (const weir::cancelled &) {
      return true;
    }
    return false;
  });
  CHECK(thrown);
}

static void each_thread_may_run_a_loop() {
  std::vector<std::thread> threads;
  std::atomic<int> sum{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, i] { sum += weir::run(twice(i)); });
  for (auto &t : threads)
    t.join();
  CHECK(sum == 12);
}

static weir::context_var<int> request{0};
static weir::task<> context_goes_along_to_a_thread() {
  request.set(7);
  CHECK(co_await weir::to_thread([] { return request.get(); }) == 7);
}

// What a task of another loop waits for is not for this one's. It is looked at from
// this thread only while the other stands still.
static weir::task<> waits_for(weir::event &e) { co_await e.wait(); }
static weir::task<> is_refused(weir::event &e) {
  CHECK_THROWS(weir::usage_error, co_await e.wait());
}
static void event_belongs_to_the_loop_that_waits() {
  weir::event never;
  weir::runner here;
  weir::task_handle<> waiting;
  auto start = [&]() -> weir::task<> {
    waiting = weir::create_task(waits_for(never));
    co_await weir::yield();
  };
  here.run(start());
  std::thread([&] { weir::run(is_refused(never)); }).join();
  waiting.cancel();
}

int main() {
#define REAL(NAME) (std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  REAL(to_thread_gives_result_and_exception);
  REAL(loop_goes_on_while_a_thread_blocks);
  REAL(to_thread_cancel_returns_at_once_thread_goes_on);
  CHECK(thread_ended); // run waited for it
  threads_are_heard_until_they_end();
  thread_that_does_not_end();
  REAL(more_work_than_threads);
  REAL(call_soon_threadsafe_wakes_the_loop);
  REAL(calls_from_many_threads_arrive_in_their_order);
  REAL(run_threadsafe_gives_a_future);
  REAL(future_of_another_thread_can_cancel);
  REAL(task_cancelled_on_the_loop_reaches_the_future);
  REAL(context_goes_along_to_a_thread);
  each_thread_may_run_a_loop();
  event_belongs_to_the_loop_that_waits();
}

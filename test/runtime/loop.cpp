// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

#include <algorithm>
#include <csignal>
#include <chrono>
#include <memory>
#include <thread>

#include <unistd.h>

static weir::task<> callbacks_run_in_order_next_turn() {
  auto &loop = weir::loop::current();
  loop.call_soon([&] {
    events.push_back("1");
    loop.call_soon([] { events.push_back("3"); });
  });
  loop.call_soon([] { events.push_back("2"); });
  CHECK(events.empty());
  co_await weir::yield();
  CHECK(events == (strings{"1", "2"}));
  co_await weir::yield();
  CHECK(events == (strings{"1", "2", "3"}));
}

static weir::task<> callbacks_can_be_cancelled() {
  auto &loop = weir::loop::current();
  auto soon = loop.call_soon([] { events.push_back("soon"); });
  auto later = loop.call_later(10ms, [] { events.push_back("later"); });
  soon.cancel();
  later.cancel();
  co_await weir::sleep(20ms);
  CHECK(events.empty() && soon.is_cancelled());
}

static weir::task<> exception_of_a_callback_goes_to_the_handler() {
  auto &loop = weir::loop::current();
  loop.set_exception_handler(
      [](const std::string &where, std::exception_ptr) {
        events.push_back(where);
      });
  loop.call_soon([] { throw std::runtime_error("in a callback"); });
  auto t = weir::create_task(slow("a", 0ms));
  t.add_done_callback(
      [](const weir::task_ref &) { throw std::runtime_error("done"); });
  co_await weir::sleep(1ms);
  CHECK(events == (strings{"a done", "exception in a callback",
                           "exception in a callback"}) ||
        events == (strings{"exception in a callback", "a done",
                           "exception in a callback"}));
}

static weir::task<> unused_callbacks_are_released() {
  auto owned = std::make_shared<int>(1);
  weir::loop::current().call_later(1h, [owned] {});
  weir::loop::current().call_soon([owned] {});
  co_return;
}

static weir::task<> names_and_lists_of_tasks() {
  auto t = weir::create_task(slow("a", 10ms), "worker");
  CHECK(t.name() == "worker");
  auto u = weir::create_task(slow("b", 10ms));
  // Not Task-2: the coroutine says more.
  CHECK(std::string(u.name()).find("slow") != std::string::npos);
  u.set_name("another");
  CHECK(u.name() == "another");
  CHECK(weir::all_tasks().size() == 3);
  CHECK(weir::current_task().name() == "main");
  co_await weir::gather(t, u);
  CHECK(weir::all_tasks().size() == 1);
}

static void runner_keeps_its_loop() {
  weir::runner r;
  weir::event *e = nullptr;
  auto sets_up = [&]() -> weir::task<> {
    static weir::event made;
    e = &made;
    weir::create_task([](weir::event &e) -> weir::task<> {
      co_await e.wait();
      events.push_back("from the first run");
    }(made));
    co_return;
  };
  auto uses = [&]() -> weir::task<> {
    e->set();
    co_await weir::sleep(1ms);
  };
  r.run(sets_up());
  r.run(uses());
  CHECK(events == strings{"from the first run"});
  r.close();
  auto late = uses();
  CHECK_THROWS(weir::usage_error, r.run(std::move(late)));
}

// Callbacks that keep the loop busy starve neither timers nor other threads.
static void goes_on_for_ever(weir::loop &loop, const bool &stop) {
  if (!stop)
    loop.call_soon([&] { goes_on_for_ever(loop, stop); });
}
static weir::task<> busy_callbacks_starve_nobody() {
  auto &loop = weir::loop::current();
  bool stop = false;
  goes_on_for_ever(loop, stop);
  co_await weir::sleep(5ms);
  CHECK(co_await weir::to_thread([] { return 7; }) == 7);
  stop = true;
  co_await weir::yield();
}

static weir::task<> sleep_counts_from_its_own_beginning() {
  const auto begin = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(20ms); // the loop's last look at the clock is old
  co_await weir::sleep(20ms);
  CHECK(std::chrono::steady_clock::now() - begin >= 40ms);
}

static weir::task<> cancels_itself() {
  weir::current_task().cancel();
  co_await weir::yield();
}
static void main_cancelled_from_inside() {
  CHECK_THROWS(weir::cancelled, (weir::run(cancels_itself()), 0));
}

static weir::task<> leaves_a_task_that_fails_at_the_end() {
  weir::create_task([]() -> weir::task<> {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
      throw std::runtime_error("while the loop shuts down");
    }
  }());
  co_await weir::yield();
}
static void failure_at_shutdown_is_reported() {
  reports seen;
  weir::run(leaves_a_task_that_fails_at_the_end());
  CHECK(seen.count("weir-unhandled-task-exception") == 1);
}

// generators
static weir::generator<int> up_to(int n) {
  for (int i = 0; i < n; ++i)
    co_yield i;
}
static weir::async_generator<int> slowly_up_to(int n) {
  for (int i = 0; i < n; ++i) {
    co_await weir::sleep(1ms);
    co_yield i;
  }
}
static weir::async_generator<int> fails_after_one() {
  co_yield 1;
  throw std::runtime_error("generator");
}
static weir::async_generator<int> never_waits(int n) {
  for (int i = 0; i < n; ++i)
    co_yield i;
}

static weir::generator<std::string> each_of(const strings &all) {
  for (const std::string &one : all)
    co_yield one;
}
static weir::task<> generator_of_what_must_not_be_changed() {
  const strings words{"a", std::string(100, 'b')};
  strings seen;
  for (std::string &word : each_of(words)) {
    seen.push_back(word);
    word = "changed";
  }
  CHECK(seen == words);
  co_return;
}

static weir::task<> generators() {
  int sum = 0;
  for (int n : up_to(5))
    sum += n;
  auto values = slowly_up_to(5);
  while (auto n = co_await values.next())
    sum += *n;
  CHECK(sum == 20);
  auto failing = fails_after_one();
  CHECK(*co_await failing.next() == 1);
  CHECK_THROWS(std::runtime_error, co_await failing.next());
  CHECK(!co_await failing.next());
  auto many = never_waits(300'000);
  long count = 0;
  while (auto n = co_await many.next())
    ++count;
  CHECK(count == 300'000);
}

static weir::task<> cancelling_reaches_into_a_generator() {
  auto reads = []() -> weir::task<> {
    auto values = slowly_up_to(1'000'000);
    while (auto n = co_await values.next())
      ;
  };
  auto t = weir::create_task(reads());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
}

// context variables
static weir::context_var<std::string> request{"none"};
static weir::task<> note_request() {
  co_await weir::yield();
  events.push_back(request.get());
}
static weir::task<> context_is_inherited_and_private() {
  request.set("parent");
  auto child = weir::create_task(note_request());
  request.set("changed later");
  auto sets_its_own = []() -> weir::task<> {
    request.set("child");
    co_await note_request();
  };
  co_await weir::gather(sets_its_own(), note_request());
  co_await child;
  CHECK(request.get() == "changed later");
  std::sort(events.begin(), events.end());
  CHECK(events == (strings{"changed later", "child", "parent"}));
}

// A task that sets one again and again keeps the last value only.
static weir::task<> context_keeps_one_value_of_each() {
  static weir::context_var<std::shared_ptr<int>> first, second;
  const auto a = std::make_shared<int>(1), b = std::make_shared<int>(2);
  request.set("r");
  for (int i = 0; i < 100'000; ++i) {
    first.set(a);
    second.set(b);
  }
  CHECK(a.use_count() == 2 && b.use_count() == 2);
  auto child = weir::create_task([](auto a, auto b) -> weir::task<> {
    first.set(b);
    co_await weir::yield();
    CHECK(first.get() == b && second.get() == b && request.get() == "r");
    first.set(a);
    CHECK(first.get() == a);
  }(a, b));
  co_await weir::yield();
  CHECK(first.get() == a && second.get() == b);
  co_await child;
}

static weir::task<> notes_and_sets(std::string value) {
  events.push_back(request.get());
  request.set(value);
  co_return;
}
static void main_tasks_share_a_context() {
  request.set("of the thread");
  weir::runner r;
  r.run(notes_and_sets("of the runner"));
  r.run(notes_and_sets("unseen"));
  CHECK(events == (strings{"of the thread", "of the runner"}));
  CHECK(request.get() == "of the thread");
}

static void variables_of_other_runs_are_others() {
  weir::runner r;
  {
    weir::context_var<std::string> text{"none"};
    r.run([](auto &v) -> weir::task<> {
      v.set(std::string(100, 'x'));
      co_return;
    }(text));
  }
  weir::context_var<long> number{1}; // perhaps where the other was
  r.run([](auto &v) -> weir::task<> {
    CHECK(v.get() == 1);
    co_return;
  }(number));
}

static weir::task<> never_is_never() {
  constexpr auto never = weir::loop::duration::max();
  weir::loop::current().call_later(never, [] { events.push_back("later"); });
  weir::loop::current().call_at(weir::loop::time_point::max(),
                                [] { events.push_back("at"); });
  std::vector<weir::task<std::string>> tasks;
  tasks.push_back(slow("a", 5ms));
  auto completed = weir::as_completed(std::move(tasks), never);
  CHECK(co_await *co_await completed.next() == "a");
  CHECK(events == strings{"a done"});
}

static weir::future<> between_runs;
static weir::task_handle<> left_waiting;
static weir::task<> leaves_a_waiter() {
  between_runs.add_done_callback([](auto) { events.push_back("called back"); });
  left_waiting = weir::create_task(
      []() -> weir::task<> { co_await between_runs; }());
  co_await weir::yield();
}
static weir::task<> awaits_the_waiter() {
  CHECK_THROWS(weir::cancelled, co_await left_waiting);
  CHECK(events == strings{"called back"});
}
static void waiter_of_a_future_is_cancelled_between_runs() {
  events.clear();
  weir::runner r;
  r.run(leaves_a_waiter());
  left_waiting.cancel();
  r.run(awaits_the_waiter());
  left_waiting = {};
}

static weir::task<> waits_for_a_signal() {
  auto t = weir::create_task(weir::next_signal(SIGUSR1, SIGUSR2));
  co_await weir::yield();
  ::raise(SIGUSR2);
  CHECK(co_await t == SIGUSR2);
  CHECK_THROWS(std::system_error, co_await weir::next_signal(SIGKILL));
}

// Two loops would take each other's signals: the second is told so, and takes
// nothing from the first when it ends.
static weir::task<> waits_for_a_signal_of_its_own() {
  co_await weir::next_signal(SIGUSR2);
}
static weir::task<> one_loop_at_a_time_waits_for_signals() {
  auto t = weir::create_task(weir::next_signal(SIGUSR1));
  co_await weir::yield();
  bool refused = false;
  std::thread([&] {
    try {
      weir::run(waits_for_a_signal_of_its_own());
    } catch (const weir::usage_error &) {
      refused = true;
    }
  }).join();
  CHECK(refused);
  ::kill(::getpid(), SIGUSR1);
  CHECK(co_await t == SIGUSR1);
  std::thread([] {
    auto main = []() -> weir::task<> {
      auto other = weir::create_task(waits_for_a_signal_of_its_own());
      co_await weir::yield();
      ::kill(::getpid(), SIGUSR2);
      co_await other;
    };
    weir::run(main());
  }).join();
}

int main() {
#define CASE(NAME)                                                             \
  (events.clear(), std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  CASE(callbacks_run_in_order_next_turn);
  CASE(callbacks_can_be_cancelled);
  CASE(exception_of_a_callback_goes_to_the_handler);
  CASE(unused_callbacks_are_released);
  CASE(names_and_lists_of_tasks);
  events.clear();
  runner_keeps_its_loop();
  main_cancelled_from_inside();
  failure_at_shutdown_is_reported();
  events.clear();
  main_tasks_share_a_context();
  variables_of_other_runs_are_others();
  waiter_of_a_future_is_cancelled_between_runs();
  CASE(never_is_never);
  CASE(busy_callbacks_starve_nobody);
  CASE(sleep_counts_from_its_own_beginning);
  CASE(cancelling_reaches_into_a_generator);
  CASE(context_is_inherited_and_private);
  CASE(context_keeps_one_value_of_each);
  CASE(waits_for_a_signal);
  CASE(one_loop_at_a_time_waits_for_signals);
  CASE(generator_of_what_must_not_be_changed);
  CASE(generators);
}

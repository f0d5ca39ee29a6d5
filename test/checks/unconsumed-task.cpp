// RUN: %verify=unconsumed-task -Wno-everything %s
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-unconsumed-task \
// RUN:   --config='{CheckOptions: {weir-unconsumed-task.SomePath: true}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include 2>&1 | FileCheck %s --check-prefix=SOME

#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>
#include <weir/run.hpp>
#include <weir/create_task.hpp>
#include <weir/event.hpp>
#include <weir/gather.hpp>
#include <weir/lock.hpp>
#include <weir/queue.hpp>
#include <weir/sleep.hpp>
#include <weir/task.hpp>

using weir::task;
task<int> f();
task<int> f(int);
void log(const char *);
void spawn(task<int>);
void keep(task<int> *);

task<> never(bool b) {
  auto t = f(); // expected-warning {{the task 't' is never awaited, so it never runs}} expected-note {{await it}}
  [[maybe_unused]] auto u = f(); // expected-warning {{'u' is never awaited}} expected-note {{}}
  auto chosen = b ? f() : f(1); // expected-warning {{'chosen'}} expected-note {{}}
  if (auto inner = f(); b) // expected-warning {{'inner'}} expected-note {{}}
    log("");
  auto looked_at = f(); // expected-warning {{'looked_at'}} expected-note {{}}
  if (looked_at)
    log("");
  co_return;
}
task<> on_some_path(bool b) {
  auto t = f();
  // SOME: :[[@LINE-1]]:8: warning: some path leaves the task 't' without awaiting it
  // SOME: after this it is destroyed
  if (b)
    co_await std::move(t);
}
task<> awaited() {
  auto t = f();
  log("");
  co_await std::move(t);
}
task<> in_either_arm(bool b) {
  auto t = f();
  if (b)
    co_await std::move(t);
  else
    spawn(std::move(t));
}
task<int> *later;
task<> escapes(std::vector<task<int>> &tasks) {
  auto a = f();
  tasks.push_back(std::move(a));
  auto b = f();
  later = &b;
  auto c = f();
  keep(&c);
  auto d = f();
  auto lambda = [d = std::move(d)] {};
  auto e = f();
  auto by_reference = [&] { return std::move(e); };
  auto g = f();
  (void)g;
  auto h = f();
  auto &alias = h;
  auto i = std::move(alias), j = std::move(i); // expected-warning {{'j' is never awaited}} expected-note {{}}
  co_return;
}
task<int> returned() {
  auto t = f();
  return t;
}
void thrown_away() {
  auto t = f(); // expected-warning {{'t' is never awaited}} expected-note {{}}
}
task<> overwritten() {
  auto t = f(); // expected-note {{'t' is declared here}}
  t = f(1); // expected-warning {{the task in 't' is overwritten before it was awaited; it never runs}}
  co_await std::move(t);
}
task<> assigned_later(bool b) {
  task<int> t;
  if (b)
    t = f();
  else
    t = f(1);
  co_await std::move(t);
  t = f();
  co_await std::move(t);
}
task<> used_after_an_exception() {
  auto t = f();
  try {
    log("");
    co_return;
  } catch (...) {
    spawn(std::move(t));
  }
}
task<> in_a_loop(int n) {
  for (int i = 0; i < n; ++i) {
    auto t = f(i); // expected-warning {{'t'}} expected-note {{}}
    if (i == 3)
      continue;
  }
  for (int i = 0; i < n; ++i) {
    auto t = f(i);
    co_await std::move(t);
  }
}

// Several at once.
std::tuple<task<int>, task<int>> make_both();
task<> several() {
  std::vector<task<int>> forgotten; // expected-warning {{the tasks in 'forgotten' are never awaited, so they never run}} expected-note {{}}
  forgotten.reserve(2);
  forgotten.push_back(f());
  log(forgotten.empty() ? "" : "some");
  std::vector<task<int>> awaited;
  awaited.push_back(f());
  for (auto &t : awaited)
    co_await std::move(t);
  auto [a, b] = make_both(); // expected-warning {{the tasks in 'a' are never awaited}} expected-note {{}}
  auto [c, d] = make_both();
  co_await std::move(c);
  std::vector<task<int>> empty;
}

// Nobody expects them to run.
task<> types_only() {
  auto t = f();
  static_assert(std::is_same_v<decltype(t), task<int>>);
  co_return;
}
struct eager { // runs by itself
  struct promise_type {
    eager get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
eager start();
weir::lock lock;
task<> not_ours() {
  auto running = start();
  auto guard = lock.scoped(); // weir-task-as-value
  static task<int> for_ever = f();
  co_return;
}

template <class T> struct own_task { // nobody's library
  struct promise_type {
    own_task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
own_task<int> own() { co_return 1; }
void in_a_function() {
  auto t = own(); // expected-warning {{'t'}} expected-note {{}}
}
template <class T> void in_a_template() {
  auto t = own(); // expected-warning {{'t'}} expected-note {{}}
}
template void in_a_template<int>();

// However it is written.
#include <array>
#include <map>
#include <memory>
task<> written_otherwise() {
  task<int> braces{f()}; // expected-warning {{'braces' is never awaited}} expected-note {{}}
  auto &&bound = f(); // expected-warning {{'bound' is never awaited}} expected-note {{}}
  std::array<task<int>, 2> both{f(), f(1)}; // expected-warning {{the tasks in 'both' are never awaited}} expected-note {{}}
  std::pair<task<int>, int> paired{f(), 1}; // expected-warning {{'paired'}} expected-note {{}}
  auto owned = std::make_unique<task<int>>(f()); // expected-warning {{'owned'}} expected-note {{}}
  std::optional<task<int>> perhaps; // expected-warning {{'perhaps'}} expected-note {{}}
  perhaps.emplace(f());
  std::map<int, task<int>> by_key; // expected-warning {{'by_key'}} expected-note {{}}
  by_key.emplace(1, f());
  auto &&awaited = f();
  co_await std::move(awaited);
}
// Filled on some path only, and used on none.
task<> nobody_uses_them(int n) {
  std::vector<task<int>> made; // expected-warning {{the tasks in 'made' are never awaited}} expected-note {{}}
  for (int i = 0; i < n; ++i)
    made.push_back(f(i));
  co_return;
}
// Of an endless coroutine nothing is ever destroyed.
task<> endless() {
  auto t = f(); // expected-warning {{'t' is never awaited}} expected-note {{}}
  auto used = f();
  for (;;) {
    co_await f();
    if (used)
      spawn(std::move(used));
  }
}
// An exception ends the loop: what it awaited is awaited.
task<> until_cancelled() {
  auto lost = f(); // expected-warning {{'lost' is never awaited}} expected-note {{}}
  auto started = f();
  try {
    co_await std::move(started);
    for (;;)
      co_await f();
  } catch (const int &) {
  }
  co_await f();
}
// What is moved is what was there.
void moved_from_nothing() {
  task<int> empty, other;
  other = std::move(empty);
  auto third = std::move(other);
}
void moved_on() {
  task<int> first, second = f(); // expected-warning {{'first' is never awaited}} expected-note {{}}
  first = std::move(second);
}

// A test of the task itself: it is looked at, or destroyed on purpose.
#define TEST(suite, name) void suite##_##name()
#define EXPECT_FALSE(condition) (void)!(condition)
bool has_started();
TEST(task, is_lazy) {
  {
    auto t = f();
    EXPECT_FALSE(has_started());
  }
  auto other = f();
  auto moved = std::move(other);
  EXPECT_FALSE(other);
  EXPECT_FALSE(moved);
}
TEST(task, does_not_start) {
  bool called = false, other = false;
  auto lambda = [&]() -> task<> { called = true; co_return; };
  auto t = lambda();
  EXPECT_FALSE(called);
  auto u = [&other]() -> task<> { other = true; co_return; }(); // expected-warning {{'u' is never awaited}} expected-note {{}}
}
#define ADD_FAILURE() log("failed")
template <class F> auto invoked(F f) { return f(); }
TEST(task, fails_if_it_runs) {
  auto t = invoked([]() -> task<> {
    ADD_FAILURE();
    co_return;
  });
}
TEST(task, forgotten) {
  auto t = f(); // expected-warning {{'t' is never awaited}} expected-note {{}}
  EXPECT_FALSE(has_started());
}
// SOME-NOT: some path leaves{{.*}}'in_a_test'
TEST(task, only_assertions_branch) {
  auto in_a_test = f();
  if (has_started())
    spawn(std::move(in_a_test));
}

// Asking whether it is done, or valid, does not run it.
template <class T> struct asked_task : own_task<T> {
  struct promise_type : own_task<T>::promise_type {
    asked_task get_return_object();
  };
  bool done() const;
  bool valid() const;
};
asked_task<int> ask() { co_return 1; }
void only_observed() {
  auto q = ask(); // expected-warning {{'q' is never awaited}} expected-note {{}}
  if (q.done() || !q.valid())
    log("");
}
task<> overwritten_and_forgotten() {
  auto z = f(); // expected-warning {{'z' is never awaited}} expected-note 2 {{}}
  z = f(1); // expected-warning {{overwritten before it was awaited}}
  co_return;
}
task<> shadowed_in_both_arms(bool b) {
  task<int> t;
  if (b) {
    task<int> t = f(); // expected-warning {{'t' is never awaited}} expected-note {{}}
  } else {
    task<int> t = f(1); // expected-warning {{'t' is never awaited}} expected-note {{}}
  }
  t = f();
  co_await std::move(t);
}
task<int> kept_globally, kept_elements[2];
struct keeps_in_a_member {
  task<int> kept;
  void keep() {
    kept = f();
    kept_globally = f();
    kept_elements[1] = f();
    task<int> t;
    t = kept_globally ? f() : f(1); // expected-warning 0-1 {{}} expected-note 0+ {{}}
    kept = std::move(t);
  }
};
task<> awaited_at_the_end_if_it_is_there(bool b) {
  task<int> t;
  if (b)
    t = f();
  log("");
  if (t)
    co_await std::move(t);
}
// What is no task, and waits for its await all the same.
task<> forgotten_operations(weir::event &done, weir::queue<int> &q) {
  auto both = weir::gather(f(), f(1)); // expected-warning {{'both' is never awaited, so it never runs}} expected-note {{await it, return it}}
  auto pause = weir::sleep(std::chrono::seconds(1)); // expected-warning {{'pause' is never awaited}} expected-note {{}}
  auto wait = done.wait(); // expected-warning {{'wait' is never awaited}} expected-note {{}}
  auto later = weir::sleep(std::chrono::seconds(1));
  co_await std::move(later);
  auto handle = weir::create_task(f());
  co_await f();
}

// Wrong on purpose, and not.
#define ON_EXIT(statement) statement
void leaves() {
  ON_EXIT(weir::run([]() -> weir::task<> { // expected-warning {{never awaited}} expected-note 0+ {{}}
            auto forgotten = weir::sleep(std::chrono::seconds(1));
            co_return;
          }()));
}
#define EXPECT_DEATH(statement, why) statement
void dies() {
  EXPECT_DEATH(weir::run([]() -> weir::task<> {
                 auto forgotten = weir::sleep(std::chrono::seconds(1));
                 co_return;
               }()),
               "");
}

// What shares the promise of a lazy type was begun when that was given up.
struct shared_promise;
struct begun {
  using promise_type = shared_promise;
  ~begun();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct not_begun {
  using promise_type = shared_promise;
  begun start() &&;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct shared_promise {
  not_begun get_return_object();
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void return_void();
  void unhandled_exception();
};
not_begun shares();
not_begun begins_and_leaves() {
  auto running = shares().start();
  auto waiting = shares(); // expected-warning {{the task 'waiting' is never awaited}} expected-note {{}}
  co_await shares();
}

// A task that an await gives.
task<task<int>> prepared();
task<std::vector<task<int>>> batch();
task<> given_by_an_await() {
  auto inner = co_await prepared(); // expected-warning {{the task 'inner' is never awaited}} expected-note {{}}
  auto all = co_await batch(); // expected-warning {{the tasks in 'all' are never awaited}} expected-note {{}}
  auto awaited = co_await prepared();
  co_await std::move(awaited);
}

// What was put into a map is reached by the iterator that comes back.
#include <map>
task<> by_an_iterator() {
  std::map<int, task<int>> all;
  auto [it, is_new] = all.try_emplace(1, f());
  co_await std::move(it->second);
  std::map<int, task<int>> lost; // expected-warning {{the tasks in 'lost' are never awaited}} expected-note {{}}
  lost.emplace(1, f());
}

// RUN: %verify=blocking-call,weir-sync-wait,weir-unawaited-task,weir-dangling-capture,weir-unconsumed-task,weir-task-lost-in-callback -Wno-everything %s
//
// A function's role can be said where it is declared, in the models' words.
// Each role here changes what is reported; without its annotation the test
// fails.

#include <thread>
#include <weir/task.hpp>

using namespace std::chrono_literals;

weir::task<int> work();
void print(int);

[[clang::annotate("weir::spawn")]] void spawn(weir::task<>);
[[clang::annotate("weir::scope_add")]] void add(weir::task<>);
[[clang::annotate("weir::detach")]] void detach(weir::task<>);
[[clang::annotate("weir::start")]] void start(weir::task<>);
[[clang::annotate("weir::spawn_joinable")]] int launch(weir::task<>);
void other(weir::task<>);
void started(int x) {
  spawn([x]() -> weir::task<> { co_await work(); print(x); }()); // expected-warning {{uses its capture 'x' when its closure is gone}} expected-note 1+ {{}}
  add([x]() -> weir::task<> { co_await work(); print(x); }()); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  detach([x]() -> weir::task<> { co_await work(); print(x); }()); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  start([x]() -> weir::task<> { co_await work(); print(x); }()); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  launch([x]() -> weir::task<> { co_await work(); print(x); }()); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  other([x]() -> weir::task<> { co_await work(); print(x); }());
}

[[clang::annotate("weir::sync_wait")]] int wait_for(weir::task<int>);
int other_wait(weir::task<int>);
weir::task<> waits() {
  wait_for(work()); // expected-warning {{'wait_for' blocks the thread}} expected-note {{write 'co_await work()'}}
  other_wait(work());
  co_return;
}

[[clang::annotate("weir::switch_context")]] weir::task<> to_a_thread();
weir::task<> elsewhere();
weir::task<> switches() {
  co_await elsewhere();
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{write}}
  co_await to_a_thread();
  std::this_thread::sleep_for(1s);
}

[[clang::annotate("weir::non_blocking")]] inline void quick() { std::this_thread::sleep_for(1s); }
weir::task<> trusts() {
  quick();
  co_return;
}

[[clang::annotate("weir::droppable")]] weir::task<int> optional_work();
void drops() {
  optional_work();
  work(); // expected-warning {{is dropped, not awaited}}
}

struct executor {
  template <class F> [[clang::annotate("weir::post")]] void post(F) {}
  template <class F> void keep(F) {}
};
void posts(executor &e) {
  e.post([] { return work(); }); // expected-warning {{the 'weir::task<int>' of this coroutine is lost}} expected-note 1+ {{}}
  e.keep([] { return work(); });
}

// RUN: %verify=blocking-call,weir-sync-wait,weir-unawaited-task,weir-dangling-capture,weir-dangling-task,weir-unconsumed-task,weir-task-lost-in-callback,weir-busy-wait,weir-await-inside-gather,weir-task-as-value,weir-unknown-annotation -Wno-everything %s
//
// A function's role can be said where it is declared, in the models' words.
// Each role here changes what is reported; without its annotation the test
// fails.

#include <atomic>
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

// What only hands a task on: a lambda's closure dies all the same.
struct box {};
[[clang::annotate("weir::spawn")]] void spawn(box);
[[clang::annotate("weir::await_adaptor")]] box adapt(weir::task<>);
[[clang::annotate("weir::convert")]] box convert(weir::task<>);
[[clang::annotate("weir::bind_executor")]] box bind(int executor, weir::task<>);
[[clang::annotate("weir::run_on")]] box run_on(int executor, weir::task<>);
[[clang::annotate("weir::timeout")]] box within(std::chrono::seconds, weir::task<>);
[[clang::annotate("weir::all")]] box all(weir::task<>, int);
[[clang::annotate("weir::race")]] box race(weir::task<>, int);
[[clang::annotate("weir::continuation")]] box then(weir::task<>, void (*)());
[[clang::annotate("weir::keepalive_invoke")]] box invoke(weir::task<>);
box unknown(weir::task<>);
void handed_on(int x) {
  spawn(adapt([x]() -> weir::task<> { co_await work(); print(x); }())); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(convert([x]() -> weir::task<> { co_await work(); print(x); }())); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(bind(1, [x]() -> weir::task<> { co_await work(); print(x); }())); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(run_on(1, [x]() -> weir::task<> { co_await work(); print(x); }())); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(within(1s, [x]() -> weir::task<> { co_await work(); print(x); }())); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(all([x]() -> weir::task<> { co_await work(); print(x); }(), 1)); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(race([x]() -> weir::task<> { co_await work(); print(x); }(), 1)); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(then([x]() -> weir::task<> { co_await work(); print(x); }(), nullptr)); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(invoke([x]() -> weir::task<> { co_await work(); print(x); }())); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  spawn(unknown([x]() -> weir::task<> { co_await work(); print(x); }()));
}

[[clang::annotate("weir::sleep")]] weir::task<> nap(std::chrono::seconds);
[[clang::annotate("weir::yield")]] weir::task<> turn();
weir::task<> stop();
weir::task<> polls(std::atomic<bool> &done) {
  while (!done) // expected-warning {{does nothing but wait}} expected-note 1+ {{}}
    co_await nap(1s); // expected-note {{woken up here}}
  while (!done) // expected-warning {{does nothing but wait}} expected-note 1+ {{}}
    co_await turn(); // expected-note {{woken up here}}
  while (!done)
    co_await stop();
}

[[clang::annotate("weir::current")]] weir::task<int> my_id();
weir::task<int> other_id();
[[clang::annotate("weir::all")]] weir::task<> both(int, int);
weir::task<> gathers() {
  co_await both(1, co_await my_id());
  co_await both(1, co_await other_id()); // expected-warning {{this await is over before 'both' begins}} expected-note 0+ {{}}
}

struct operation {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
[[clang::annotate("weir::async_lock")]] operation lock();
operation other_lock();
weir::task<> locks() {
  auto guard = lock(); // expected-warning {{'guard'}} expected-note 0+ {{}}
  auto other = other_lock();
  co_await work();
  co_await other;
}

[[clang::annotate("weir::offload")]] void offload(weir::task<>);
weir::task<> may_block() {
  std::this_thread::sleep_for(1s);
  co_return;
}
weir::task<> may_not() {
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{write}}
  co_return;
}
void offloads() {
  offload(may_block());
  other(may_not());
}

[[clang::annotate("weir::test_run")]] void run_test(weir::task<> (*)());
void other_run(weir::task<> (*)());
void tests() {
  run_test([]() -> weir::task<> { std::this_thread::sleep_for(1s); co_return; });
  other_run([]() -> weir::task<> { std::this_thread::sleep_for(1s); co_return; }); // expected-warning {{puts to sleep}} expected-note {{write}}
}

// An override is what it overrides, a function object what its variable is.
struct executor_base {
  [[clang::annotate("weir::spawn")]] virtual void start(weir::task<>) = 0;
};
struct own_executor final : executor_base {
  void start(weir::task<>) override;
};
struct launch_fn {
  void operator()(weir::task<>) const;
};
[[clang::annotate("weir::spawn")]] inline constexpr launch_fn launch_object{};
inline constexpr launch_fn other_object{};
void by_object(own_executor &e, int x) {
  e.start([x]() -> weir::task<> { co_await work(); print(x); }()); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  launch_object([x]() -> weir::task<> { co_await work(); print(x); }()); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  other_object([x]() -> weir::task<> { co_await work(); print(x); }());
}

// What only a promise can await, is to be awaited all the same.
struct request {};
[[clang::annotate("weir::async_op")]] request read();
[[clang::annotate("weir::async_wait")]] request until_ready();
[[clang::annotate("weir::async_queue")]] request pop();
request other_read();
void awaited_never() {
  read(); // expected-warning {{'request' is dropped, not awaited; nobody waits for it}}
  until_ready(); // expected-warning {{'request' is dropped, not awaited}}
  pop(); // expected-warning {{'request' is dropped, not awaited}}
  other_read();
}

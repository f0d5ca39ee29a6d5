// RUN: %verify=sync-wait -Wno-everything %s
// RUN: %fix=sync-wait %s | FileCheck %s --check-prefix=FIX

#include <future>
#include <thread>
#include <vector>
#include <weir/weir.hpp>

using namespace std::chrono_literals;

weir::task<int> work();
std::future<int> start();
void use(int);

weir::task<> directly(std::future<int> &f) {
  int n = weir::run(work()); // expected-warning {{'weir::run' blocks the thread that runs coroutine 'directly' until asynchronous work is done}} expected-note {{write 'co_await work()'}}
  // FIX: {{^}}  int n = co_await work();
  auto t = work();
  use(weir::run(std::move(t)) + 1); // expected-warning {{'weir::run'}} expected-note {{write}}
  // FIX: {{^}}  use(co_await std::move(t) + 1);
  f.get(); // expected-warning {{'std::future::get' blocks}} expected-note {{write 'co_await weir::to_thread}}
  // FIX: {{^}}  co_await weir::to_thread([&] { return f.get(); });
  start().get(); // expected-warning {{'std::future::get' blocks}} expected-note {{write}}
  start().wait(); // expected-warning {{blocks}} expected-note {{write}}
  co_return;
}

weir::task<std::vector<int>> list();
weir::task<> with_parentheses() {
  use(weir::run(list()).size()); // expected-warning {{'weir::run'}} expected-note {{write '(co_await list())'}}
  // FIX: {{^}}  use((co_await list()).size());
  use(weir::run(list())[0]); // expected-warning {{'weir::run'}} expected-note {{write}}
  // FIX: {{^}}  use((co_await list())[0]);
  try {
    co_await work();
  } catch (...) {
    use(weir::run(work())); // expected-warning {{'weir::run'}}
    // FIX: {{^}}    use(weir::run(work()));
    throw;
  }
}

// Through plain functions, which may wait as long as no coroutine calls them.
int load() { return weir::run(work()); } // expected-note 2 {{'load' calls 'weir::run', which waits for asynchronous work}}
static int configuration() { return load(); } // expected-note {{'configuration' calls 'load'}}
weir::task<> through_a_chain() {
  use(configuration()); // expected-warning {{'configuration' blocks the thread that runs coroutine 'through_a_chain'}} expected-note {{write}}
  configuration();
  auto l = [] { return load(); };
  co_return;
}
weir::task<> through_a_lambda() {
  [] { use(load()); }(); // expected-warning {{'lambda' blocks}} expected-note {{'lambda' calls 'load'}} expected-note {{write}}
  co_return;
}

// What they are for.
int main() {
  use(weir::run(work()));
  start().get();
  auto in_main = [] { start().get(); };
  in_main();
}
namespace testing { struct Test { virtual void TestBody(); }; }
#define TEST(a, b) struct a##_##b : testing::Test { void TestBody() override; }; void a##_##b::TestBody()
TEST(a, b) { use(weir::run(work())); }
#define CO_TEST(a, b) weir::task<> a##_##b()
CO_TEST(a, c) {
  use(weir::run(work()));
  co_return;
}

// That it cannot be done is what is tested.
#define CHECK_THROWS(type, ...) try { (void)(__VA_ARGS__); } catch (const type &) {}
weir::task<> is_refused() {
  CHECK_THROWS(weir::usage_error, weir::run(work()));
  co_return;
}

#define QCOMPARE(a, b) (void)((a) == (b))
weir::task<> compares() {
  QCOMPARE(weir::run(work()), 1);
  co_return;
}

// A thread may wait.
weir::task<> offloads(std::future<int> &f) {
  co_await weir::to_thread([&] { return f.get(); });
  std::thread([&] { f.get(); }).detach();
}

// What is known to be there is not waited for.
weir::task<std::future<int>> resolved();
weir::task<> ready_in_a_lambda(std::future<int> &late) {
  auto f = co_await resolved();
  [&] { f.get(); }();
  [&] { late.get(); }(); // expected-warning {{blocks the thread}} expected-note 1+ {{}}
}
weir::task<> when_ready(std::future<int> f, std::vector<std::future<int>> all) {
  if (f.wait_for(0s) == std::future_status::ready)
    use(f.get());
  for (auto &each : all)
    if (each.wait_for(0s) == std::future_status::ready)
      use(each.get());
  f = start();
  use(f.get()); // expected-warning {{'std::future::get' blocks}} expected-note {{write}}
  co_return;
}

// The tasks of another library, whose futures can be awaited and asked.
struct promise_base {
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
namespace folly {
template <class T> struct Future {
  bool isReady();
  T get();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
namespace coro {
template <class T> struct Task {
  struct promise_type : promise_base {
    Task get_return_object();
    void return_value(T);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class T> T blockingWait(Task<T>);
template <class... T> Task<int> collectAll(T &&...);
} // namespace coro
} // namespace folly
folly::Future<int> begin();
void replace(folly::Future<int> &);
bool is_ready(const folly::Future<int> &);
folly::coro::Task<int> futures(std::vector<folly::Future<int>> all, bool b) {
  auto f = begin();
  f.get(); // expected-warning {{'folly::Future::get' blocks}} expected-note {{write 'co_await std::move(f)'}}
  // FIX: {{^}}  co_await std::move(f);
  auto g = begin();
  co_await folly::coro::collectAll(f, g, all);
  use(f.get() + g.get());
  for (auto &each : all)
    use(each.get());
  use(all[0].get());
  f = begin();
  f.get(); // expected-warning {{'folly::Future::get' blocks}} expected-note {{write}}
  if (g.isReady())
    use(g.get());
  replace(g);
  use(g.get()); // expected-warning {{'folly::Future::get' blocks}} expected-note {{write}}
  co_return 0;
}

// Proofs that are none: a join of others, one that nobody awaited, one that
// comes later.
folly::coro::Task<int> no_proof() {
  auto f = begin(), other = begin();
  co_await folly::coro::collectAll(other);
  f.get(); // expected-warning {{'folly::Future::get' blocks}} expected-note {{write}}
  auto g = begin();
  auto joined = folly::coro::collectAll(g);
  g.get(); // expected-warning {{'folly::Future::get' blocks}} expected-note {{write}}
  auto h = begin();
  h.get(); // expected-warning {{'folly::Future::get' blocks}} expected-note {{write}}
  co_await folly::coro::collectAll(h);
  co_return 0;
}

// A handle's destructor that waits only while it holds something, and holds
// nothing any more.
struct handle {
  handle(std::future<void> done) : done(std::move(done)) {}
  handle(handle &&other) : done(std::move(other.done)), holds(other.holds) { other.holds = false; }
  ~handle() {
    if (holds)
      done.wait(); // expected-note 2 {{'handle::~handle' calls 'std::future::wait'}}
  }
  void release() { holds = false; }
  void look() { ++looks; }
  std::future<void> done;
  bool holds = true;
  int looks = 0;
};
handle hold();
void pass_on(handle);
weir::task<> lets_go() {
  auto released = hold();
  released.release();
  auto given = hold();
  pass_on(std::move(given));
  co_await work();
}
weir::task<> holds_on() {
  auto held = hold(); // expected-warning {{'handle::~handle' blocks the thread}}
  co_await work();
}
weir::task<> looks_only() {
  auto seen = hold(); // expected-warning {{'handle::~handle' blocks the thread}}
  seen.look();
  co_await work();
}

// Nobody may await what a static variable begins with.
weir::task<int> begins_with() {
  static int n = weir::run(work()); // expected-warning {{'weir::run'}}
  // FIX: {{^}}  static int n = weir::run(work());
  co_return n;
}

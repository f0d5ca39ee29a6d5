// RUN: %verify=dangling-capture -Wno-everything %s
// RUN: %verify=dangling-capture -Wno-everything -std=c++23 %s
// RUN: %fix=dangling-capture %s | FileCheck %s --check-prefix=FIX

#include <coroutine>
#include <functional>
#include <memory>
#include <string>
#include <vector>
#include <weir/create_task.hpp>
#include <weir/gather.hpp>
#include <weir/run.hpp>
#include <weir/sleep.hpp>
#include <weir/task.hpp>

weir::task<int> f(int);
void print(int);
using namespace std::chrono_literals;

struct fire_and_forget {
  struct promise_type {
    fire_and_forget get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
};

// Awaited in the expression that calls it: the closure lives that long.
weir::task<> awaited(int x) {
  co_await [&]() -> weir::task<> { co_await f(x); }();
  int y = co_await [x]() -> weir::task<int> { co_return co_await f(x); }();
  auto l = [x]() -> weir::task<> { co_await f(x); };
  co_await l();
  auto [a, b] = co_await weir::gather([x]() -> weir::task<int> { co_return x; }(),
                                      [=]() -> weir::task<int> { co_return x; }());
  weir::task<> t = l();
  co_await std::move(t);
}
void waited_for(int x) {
  weir::run([&]() -> weir::task<> { co_await f(x); }());
}

weir::task<> kept(int x) {
  auto t = [x]() -> weir::task<> { co_await f(x); }(); // expected-warning {{this coroutine lambda uses its capture 'x' when its closure is gone, which dies at the end of the statement}}
  // expected-note@-1 {{the task is kept in 't'}} expected-note@-1 {{'x' is used here, and nothing of a lazy task runs before it is awaited}} expected-note@-1 {{captures live in the closure, parameters in the coroutine: pass 'x' as a parameter}}
  // FIX: {{^}}  auto t = [](auto x) -> weir::task<> { co_await f(x); }(x);
  co_await std::move(t);
}
weir::task<> kept_by_reference(int x) {
  auto t = [&x]() -> weir::task<> { co_await f(x); }(); // expected-warning {{capture 'x'}} expected-note 3 {{}}
  // FIX: {{^}}  auto t = [](auto &x) -> weir::task<> { co_await f(x); }(x);
  co_await std::move(t);
}
weir::task<> renamed(int x) {
  auto t = [y = x + 1]() -> weir::task<> { co_await f(y); }(); // expected-warning {{capture 'y'}} expected-note 3 {{}}
  // FIX: {{^}}  auto t = [](auto y) -> weir::task<> { co_await f(y); }(x + 1);
  co_await std::move(t);
}
weir::task<> in_a_container(int x) {
  std::vector<weir::task<int>> all;
  for (int i = 0; i < 3; ++i)
    all.push_back([x]() -> weir::task<int> { co_return x; }()); // expected-warning {{capture 'x'}} expected-note 3 {{}}
  for (auto &each : all)
    co_await std::move(each);
}
weir::task<> gathered_later(int x) {
  auto both = weir::gather([&]() -> weir::task<int> { co_return x; }(), // expected-warning {{capture 'x'}} expected-note 3 {{}}
                           f(1));
  co_await std::move(both);
}
weir::task<> returned(int x) {
  return [x]() -> weir::task<> { co_await f(x); }(); // expected-warning {{capture 'x'}} expected-note 3 {{}}
}
void started(int x) {
  weir::create_task([x]() -> weir::task<> { co_await f(x); }()); // expected-warning {{capture 'x'}} expected-note@-0 {{the task is started here, and not waited for}} expected-note 2 {{}}
}
struct member {
  int value;
  weir::task<> later;
  void store() {
    later = [this]() -> weir::task<> { co_await f(value); }(); // expected-warning {{capture 'this'}} expected-note 3 {{}}
  }
};

// A lambda with a name dies at the end of its scope.
void named(int x) {
  auto l = [x]() -> weir::task<> { co_await f(x); }; // expected-note {{'x' is used here}}
  weir::create_task(l()); // expected-warning {{this coroutine lambda uses its capture 'x' when 'l' is gone, which dies at the end of its scope}} expected-note 2 {{}}
}
weir::task<> named_and_returned(int x) {
  auto l = [x]() -> weir::task<> { co_await f(x); }; // expected-note {{used here}}
  return l(); // expected-warning {{capture 'x'}} expected-note 2 {{}}
}
weir::task<> named_and_joined(int x) {
  auto l = [x]() -> weir::task<> { co_await f(x); };
  auto running = weir::create_task(l());
  co_await running;
}
weir::task<> gathered_in_its_scope(int x) {
  auto l = [x]() -> weir::task<int> { co_return x; };
  std::vector<weir::task<int>> all;
  all.push_back(l());
  co_await std::move(all.front());
}
weir::task<> keeper_outlives_the_lambda(int x) {
  std::vector<weir::task<int>> all;
  for (int i = 0; i < 3; ++i) {
    auto l = [i]() -> weir::task<int> { co_return i; }; // expected-note {{used here}}
    all.push_back(l()); // expected-warning {{when 'l' is gone}} expected-note 2 {{}}
  }
  for (auto &each : all)
    co_await std::move(each);
}

// An eager coroutine runs up to its first suspension while the closure lives.
void eager(int x) {
  [x]() -> fire_and_forget { // expected-warning {{this coroutine lambda uses its capture 'x' when its closure is gone}} expected-note {{nobody waits for the coroutine}} expected-note {{pass 'x' as a parameter}}
    co_await std::suspend_always(); // expected-note {{the lambda may be suspended here}}
    print(x); // expected-note {{'x' is used here}}
  }();
  // FIX: {{^}}  [](auto x) -> fire_and_forget {
  // FIX: {{^}}  }(x);
  [x]() -> fire_and_forget {
    print(x);
    co_await std::suspend_always();
  }();
  [x]() -> fire_and_forget {
    auto copy = x;
    co_await std::suspend_always();
    print(copy);
  }();
  [x](bool b) -> fire_and_forget {
    if (b) {
      co_await std::suspend_always();
      co_return;
    }
    print(x);
  }(true);
}

// Nothing captured, nothing used, or given as arguments.
void without_captures(int x) {
  weir::create_task([](auto x) -> weir::task<> { co_await f(x); }(x));
  weir::create_task([&]() -> weir::task<> { co_await f(1); }());
  auto plain = [x] { return f(x); }; // no coroutine
  weir::create_task(plain());
}

// Somebody keeps the closure, or may.
struct executor {
  void post(std::function<weir::task<>()>);
};
struct session : std::enable_shared_from_this<session> {
  weir::task<> run();
  void start(executor &e) {
    e.post([self = shared_from_this()]() -> weir::task<> { co_await self->run(); });
  }
};
std::function<weir::task<>()> factory(int x) {
  return [x]() -> weir::task<> { co_await f(x); };
}
void unknown_callee(weir::task<>);
void unknown(int x) {
  unknown_callee([x]() -> weir::task<> { co_await f(x); }());
}

// Ends by itself: a task that nobody awaits never runs (weir-unconsumed-task).
void never_runs(int x) {
  auto t = [x]() -> weir::task<> { co_await f(x); }();
}

#if __cplusplus >= 202302L
void deducing_this(int x) {
  weir::create_task([x](this auto) -> weir::task<> { co_await f(x); }());
  weir::create_task([x](this auto &&) -> weir::task<> { co_await f(x); }()); // expected-warning {{capture 'x'}} expected-note 3 {{}}
}
#endif

// A scope that keeps the closure does not keep what that refers to.
namespace corral {
struct BasicNursery {
  template <class F> void start(F) {}
};
} // namespace corral
void kept_by_a_nursery(corral::BasicNursery &nursery, int x, int &lent) {
  int y = 1;
  nursery.start([x, &y]() -> weir::task<> { co_await f(y); }); // expected-warning {{this coroutine lambda refers to 'y', which dies at the end of its scope}} expected-note {{the coroutine is started here, and not waited for}} expected-note {{'y' is used here}} expected-note {{capture 'y' by value, or wait for the coroutine}}
  nursery.start([&]() -> weir::task<> { co_await f(x); }); // expected-warning {{refers to 'x', which dies when 'kept_by_a_nursery' returns}} expected-note 3 {{}}
  nursery.start([x]() -> weir::task<> { co_await f(x); });
  nursery.start([&]() -> weir::task<> { co_await f(lent); });
  nursery.start([&y]() -> weir::task<> { co_await f(1); });
}
weir::task<> nursery_is_joined(corral::BasicNursery &nursery, weir::task<> joined) {
  int y = 1;
  nursery.start([&]() -> weir::task<> { co_await f(y); });
  co_await std::move(joined);
}

// A continuation that calls the lambda and drops it, coroutine or not.
namespace seastar {
template <class T> struct future {
  struct promise_type {
    future get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
  template <class F> future<int> then(F) { return {}; }
};
namespace coroutine {
template <class F> struct lambda {
  explicit lambda(F) {}
  future<int> operator()(int) const { return {}; }
};
} // namespace coroutine
} // namespace seastar
seastar::future<int> read();
void log(int);
seastar::future<int> sum(std::vector<int> &&all) {
  co_await read();
  co_return all.size(); // expected-note {{'all' is used here}}
}
seastar::future<int> sum_of_copy(std::vector<int> all) {
  co_await read();
  co_return all.size();
}
seastar::future<int> continuation(int x, std::vector<int> &lent) {
  co_await read().then([x](int) -> seastar::future<int> { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note {{pass 'x' as a parameter}} expected-note@-0 {{'then' calls the lambda, and does not keep it while the coroutine runs}}
    co_await read(); // expected-note {{the lambda may be suspended here}}
    co_return x;     // expected-note {{'x' is used here}}
  });
  co_await read().then([x](int) -> seastar::future<int> { co_return x; });
  // In a handler, which an exception of the await reaches.
  co_await read().then([x](int) -> seastar::future<int> { // expected-warning {{uses its capture 'x' when the call}} expected-note 2 {{}}
    try {
      co_await read(); // expected-note {{the lambda may be suspended here}}
    } catch (...) {
      log(x); // expected-note {{'x' is used here}}
    }
    co_return 1;
  });
  // A plain lambda is not kept either.
  co_await read().then([all = std::vector<int>()](int) mutable { return sum(std::move(all)); }); // expected-warning {{the task of 'sum' refers to the capture 'all', which is gone when the call that the lambda is given to has returned}} expected-note {{'then' calls the lambda, and does not keep it while the task runs}} expected-note {{let 'sum' take its parameter by value}}
  co_await read().then([all = std::vector<int>()](int) mutable { return sum_of_copy(std::move(all)); });
  co_await read().then([&lent](int) { return sum(std::move(lent)); });
  // The loop of a macro turns once.
#define CHECK_THROWS(expression)                                               \
  do {                                                                         \
    (void)(expression);                                                        \
  } while (wanted())
  bool wanted();
  co_await read().then([x](int) -> seastar::future<int> {
    CHECK_THROWS(x + co_await read());
    co_return 1;
  });
  co_await read().then([x](int) { return read(); });
  co_return co_await read().then(seastar::coroutine::lambda([x](int) -> seastar::future<int> {
    co_await read();
    co_return x;
  }));
}

// A coroutine for the sake of short cuts: nobody resumes it later.
template <class T> struct expected {
  T value;
  struct promise_type {
    expected get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
expected<int> look_up();
int short_cut(int x) {
  auto found = [&]() -> expected<int> {
    x = co_await look_up();
    co_return x;
  }();
  return found.value;
}

// Nothing is read of a copy of what holds nothing; of a reference, it is.
weir::task<> calls_the_empty() {
  auto empty = [] { return f(1); };
  auto copied = [empty]() -> weir::task<> { co_await empty(); }();
  auto referred = [&empty]() -> weir::task<> { co_await empty(); }(); // expected-warning {{its capture 'empty'}} expected-note 3 {{}}
  co_await std::move(copied);
  co_await std::move(referred);
}

// A task that is run to its end by hand before it is returned.
namespace by_hand {
template <class T> struct lazy {
  struct promise_type { lazy get_return_object(); std::suspend_always initial_suspend(); std::suspend_always final_suspend() noexcept; void return_value(T); void unhandled_exception(); };
  lazy(lazy &&);
  ~lazy();
  struct awaiter { bool await_ready(); std::coroutine_handle<> await_suspend(std::coroutine_handle<>); T await_resume(); };
  awaiter operator co_await();
  awaiter when_ready();
  void resume();
};
template <class T> lazy<T> made(T value) {
  auto body = [&]() -> lazy<T> { co_return std::move(value); };
  auto task = body();
  auto awaiter = task.when_ready();
  awaiter.await_suspend(std::noop_coroutine()).resume();
  return std::move(task);
}
template <class T> lazy<T> lost(T value) {
  auto body = [&]() -> lazy<T> { co_return std::move(value); };
  auto task = body(); // expected-warning {{this coroutine lambda uses its capture 'value' when 'body' is gone}} expected-note@+1 {{the task is returned}} expected-note@-1 {{'value' is used here}} expected-note {{captures live in the closure}}
  return std::move(task);
}
lazy<int> one() { return made(1); }
lazy<int> two() { return lost(1); }
} // namespace by_hand

// Functions in sight that call what they are given.
template <class F> auto calls(F &&f) { return f(); }
template <class F> weir::task<> calls_a_copy(F f) {
  return std::move(f)(); // expected-note {{the lambda is called here, and not kept while the coroutine runs}}
}
template <class F> auto passes_on(F &&f) { return calls(std::forward<F>(f)); }
template <class F> void waits(F f) { weir::run(f()); }
template <class F> weir::task<> keeps_it(F f) { co_await f(); }
weir::task<> gives(int x) {
  co_await calls([x]() -> weir::task<> { co_await f(x); });
  auto late = passes_on([x]() -> weir::task<> { co_await f(x); }); // expected-warning {{uses its capture 'x' when its closure is gone, which dies at the end of the statement}} expected-note 3 {{}}
  co_await std::move(late);
  co_await calls_a_copy([x]() -> weir::task<> { co_await f(x); }); // expected-warning {{uses its capture 'x' when the call that it is given to has returned}} expected-note 2 {{}}
  waits([x]() -> weir::task<> { co_await f(x); });
  co_await keeps_it([x]() -> weir::task<> { co_await f(x); });
}

// What the caller has lives to the end of its statement.
struct runner {
  std::vector<weir::task<>> tasks;
  template <class F> runner &add(F &&f) {
    tasks.push_back(f());
    return *this;
  }
  void run();
};
void fluently(int x) {
  runner().add([x]() -> weir::task<> { co_await f(x); }).run();
}

using by_hand::lazy;

// A launcher of the program's own: a coroutine that nobody can wait for awaits
// what it is given.
struct begun_by_hand {
  struct promise_type : fire_and_forget::promise_type {
    begun_by_hand get_return_object();
    std::suspend_always initial_suspend();
  };
  void start();
};
struct gate {
  void open();
  void WaitUntilOpen();
};
template <class T> fire_and_forget go_on(T task) { co_await std::move(task); }
void truncate_async();
template <class T> void launch(T &&task) {
  truncate_async(); // waits for nothing
  go_on(std::forward<T>(task));
}
template <class T> fire_and_forget go_on(T task, gate &done) {
  co_await std::move(task);
  done.open();
}
template <class T> void launch_and_wait(T &&task) {
  gate done;
  go_on(std::forward<T>(task), done);
  done.WaitUntilOpen();
}
inline constexpr struct launcher {
  static begun_by_hand go_on(auto task) { co_await std::move(task); }
  void operator()(auto &&task) const {
    auto begun = go_on(std::move(task));
    begun.start();
  }
} launches{};
template <class F> void launch_callable(F &&callable) {
  [](std::decay_t<F> f) -> fire_and_forget { co_await f(); }(std::forward<F>(callable));
}
template <class T> void adopt(T &&task) {
  [](T mine) -> fire_and_forget {
    auto kept = std::move(mine);
    co_await std::move(kept);
  }(std::forward<T>(task));
}
void launched(int x) {
  adopt([x]() -> lazy<int> { co_return x; }()); // expected-warning {{uses its capture 'x' when its closure is gone}} expected-note 3 {{}}
  launch([x]() -> lazy<int> { co_return x; }()); // expected-warning {{uses its capture 'x' when its closure is gone}} expected-note 3 {{}}
  launches([x]() -> lazy<int> { co_return x; }()); // expected-warning {{uses its capture 'x' when its closure is gone}} expected-note 3 {{}}
  launch_and_wait([x]() -> lazy<int> { co_return x; }());
  launch([](int x) -> lazy<int> { co_return x; }(x));
  launch_callable([x]() -> lazy<int> { co_return x; });
  launch_callable([&x]() -> lazy<int> { co_return x; }); // expected-warning {{this coroutine lambda refers to 'x', which dies when 'launched' returns}} expected-note 3 {{}}
}

// What is kept behind a pointer is kept.
struct keeper {
  std::unique_ptr<lazy<int>> running;
  template <class F> void keep(F f) {
    auto task = f(); // expected-warning {{uses its capture 'x' when 'f' is gone}} expected-note 0+ {{}}
    running = std::make_unique<lazy<int>>(std::move(task)); // expected-note 0+ {{}}
  }
  void keeps(int x) {
    keep([x]() -> lazy<int> { co_return x; }); // expected-warning {{uses its capture 'x' when the call that it is given to has returned}} expected-note 0+ {{}}
  }
};

// A function gives the closure.
inline auto makes_server(std::string root) {
  return [root = std::move(root)](int request) -> lazy<int> {
    co_await std::suspend_always();
    co_return root.size() + request; // expected-note {{'root' is used here}}
  };
}
lazy<int> serves() {
  auto running = makes_server(".")(1); // expected-warning {{uses its capture 'root' when its closure is gone, which dies at the end of the statement}} expected-note 2 {{}}
  co_return co_await std::move(running);
}
lazy<int> serves_at_once() { co_return co_await makes_server(".")(1); }

// RUN: %verify=blocking-call,weir-lock-across-await,weir-unawaited-task,weir-unconsumed-task,weir-dangling-capture,weir-missing-co-keyword,weir-swallowed-cancellation,weir-stale-across-await -Wno-everything %s
//
// Coroutines that wait for nothing: their awaits take a value out of what has
// one, or leave. They run as functions do, and may hold a lock or block.

#include <coroutine>
#include <mutex>
#include <thread>
#include <weir/task.hpp>

using namespace std::chrono_literals;

template <class V> struct value_promise {
  V get_return_object();
  std::suspend_never initial_suspend() noexcept;
  std::suspend_never final_suspend() noexcept;
  void return_value(int);
  void unhandled_exception();
};

// Asked which of the two it is, and unwrapped.
struct result {
  using promise_type = value_promise<result>;
  bool is_err() const;
  int unwrap();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
// Tested and dereferenced.
struct maybe {
  using promise_type = value_promise<maybe>;
  explicit operator bool() const;
  int &operator*();
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
// Neither can be told from a task by its awaiter; but one asks whether this is done.
struct handle {
  using promise_type = value_promise<handle>;
  explicit operator bool() const;
  int &operator*();
  bool done() const;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};

result parse();
maybe find();
handle run();
extern std::mutex m;
extern int shared;

result parses() {
  std::lock_guard guard(m);
  int before = shared;
  int x = co_await parse();
  shared = before + x;
  parse();
  auto later = parse();
  std::this_thread::sleep_for(1s);
  try {
    x = co_await parse();
  } catch (...) {
  }
  co_return x;
}
maybe finds() {
  std::lock_guard guard(m);
  int x = co_await find();
  find();
  auto y = [x]() -> maybe { co_return x; }();
  std::this_thread::sleep_for(1s); // expected-note {{'finds' calls 'std::this_thread::sleep_for', which blocks}}
  co_return x + *y;
}
handle runs() {
  std::lock_guard guard(m); // expected-warning {{'guard' holds a lock}} expected-note {{}}
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}}
  co_return co_await run(); // expected-note {{suspended here}}
}
// Who calls one blocks.
weir::task<> uses() {
  finds(); // expected-warning {{'finds' puts to sleep the thread that runs coroutine 'uses'}} expected-note {{}}
  co_return;
}

// A generator blocks whoever iterates.
template <class T> struct sequence {
  struct promise_type {
    sequence get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    std::suspend_always yield_value(T);
    void return_void();
  };
  bool next();
  T *begin();
  T *end();
};
sequence<int> lines() {
  std::this_thread::sleep_for(1s); // expected-note {{'lines' calls 'std::this_thread::sleep_for', which blocks}}
  co_yield 1;
}
void iterates() {
  for (int line : lines())
    shared = line;
}
weir::task<> iterates_on_the_loop() {
  for (int line : lines()) // expected-warning {{'lines' puts to sleep the thread that runs coroutine 'iterates_on_the_loop'}} expected-note {{}}
    shared = line;
  co_return;
}

// RUN: %verify=await-in-loop -Wno-everything %s
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-await-in-loop \
// RUN:   --config='{CheckOptions: {weir-await-in-loop.Calls: true}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include 2>&1 | FileCheck %s --check-prefix=CALLS

#include <vector>
#include <weir/weir.hpp>

weir::task<std::vector<int>> list();
weir::task<> unknown(int);
weir::task<> handle(int n) { co_await weir::sleep(std::chrono::milliseconds(n)); }
static int handled = 0;
weir::task<> counts(int n) {
  co_await weir::sleep(std::chrono::milliseconds(n));
  ++handled;
}
weir::task<bool> found(int);
weir::task<int> fold(int, int);
weir::task<bool> next();
struct queue { weir::task<int> pop(); };
void use(int);

weir::task<> started(std::vector<weir::task_handle<int>> handles) {
  for (auto &h : handles)
    co_await h; // expected-warning {{the started tasks of 'handles' are awaited one by one: when one fails, the rest are left behind}} expected-note {{await them together: 'co_await weir::gather(std::move(handles))'}}
  std::vector<int> results;
  for (auto &h : handles) {
    results.push_back(co_await std::move(h)); // expected-warning {{one by one}} expected-note {{together}}
  }
  for (auto &h : handles)
    int n = co_await h; // expected-warning {{one by one}} expected-note {{together}}
}

// Nothing is in it.
weir::task<> never_filled(int n) {
  std::vector<weir::task_handle<int>> handles;
  handles.reserve(n);
  for (auto &h : handles)
    co_await h;
}

int size_of(std::vector<int>);
weir::task<int> what_is_taken(std::vector<weir::task_handle<std::vector<int>>> handles) {
  size_t all = 0;
  for (auto &h : handles)
    all += (co_await h).size() + 1; // expected-warning {{one by one}} expected-note {{together}}
  for (auto &h : handles)
    all += size_of(co_await h);
  co_return all;
}

weir::task<> counted(std::vector<weir::task_handle<int>> handles, weir::task_handle<int> (&array)[3]) {
  for (size_t i = 0; i < handles.size(); ++i)
    co_await handles[i]; // expected-warning {{the started tasks of 'handles' are awaited one by one}} expected-note {{together}}
  for (int i = 0; i != 3; ++i) {
    int n = co_await array[i]; // expected-warning {{the started tasks of 'array' are awaited one by one}}
  }
  for (size_t i = 0; i < handles.size(); ++i)
    co_await handles[0];
  for (size_t i = 0; i < handles.size(); ++i)
    if (co_await handles[i])
      break;
}

// Those that somebody else has collected, or that are steps, have an order.
std::vector<weir::task<>> plan(), pending;
weir::task<> in_order() {
  std::vector<weir::task<>> batch;
  batch.swap(pending);
  for (auto &t : batch)
    co_await std::move(t);
  auto steps = plan();
  for (auto &t : steps)
    co_await std::move(t);
  std::vector<weir::task<>> own;
  own.push_back(unknown(1));
  own.push_back(unknown(2));
  for (auto &t : own)
    co_await std::move(t);
}

// Results are kept in other ways, too.
weir::task<int> adds_up(std::vector<weir::task_handle<int>> handles, int (&all)[3]) {
  int sum = 0;
  for (auto &h : handles)
    sum += co_await h; // expected-warning {{one by one}} expected-note {{together}}
  for (auto &h : handles) {
    int n = co_await h; // expected-warning {{one by one}} expected-note {{together}}
    sum += n;
  }
  for (size_t i = 0; i != handles.size(); ++i)
    all[i] = co_await handles[i]; // expected-warning {{one by one}} expected-note {{together}}
  for (auto &h : handles) {
    int n = co_await h;
    use(n);
  }
  for (auto &h : handles)
    sum = co_await h;
  co_return sum;
}

// Lazy tasks that were collected here run one after the other.
weir::task<> collects(std::vector<int> xs) {
  std::vector<weir::task<>> tasks;
  for (int x : xs)
    tasks.push_back(unknown(x));
  for (auto &t : tasks)
    co_await std::move(t); // expected-warning {{the tasks of 'tasks' run one after the other, each when it is awaited}} expected-note {{'co_await weir::gather(std::move(tasks))'}}
}

// What a gather gave is there already.
weir::task<std::vector<weir::task_handle<int>>> all_done(std::vector<weir::task_handle<int>> &);
weir::task<> takes_results(std::vector<weir::task_handle<int>> handles) {
  auto done = co_await all_done(handles);
  for (auto &h : done)
    use(co_await h);
  for (auto &h : done)
    co_await h;
}

// Each failure is looked at by itself; something else happens in between; the
// loop may leave early.
weir::task<> one_at_a_time(std::vector<weir::task_handle<int>> handles) {
  for (auto &h : handles)
    try {
      co_await h;
    } catch (const std::exception &) {
    }
  for (auto &h : handles) {
    co_await h;
    use(1);
  }
  for (auto &h : handles)
    if (co_await h)
      break;
}

weir::task<> iterations(queue &q, std::vector<int> xs, std::vector<weir::task<int>> lazy) {
  for (auto &x : co_await list()) {}
  for (auto &x : xs)
    co_await handle(x);
  // CALLS: :[[@LINE-1]]:5: warning: each call of 'handle' waits for the one before it
  for (auto &x : xs)
    co_await counts(x);
  for (auto &x : xs)
    co_await unknown(x);
  for (auto &x : xs) { if (co_await found(x)) break; }
  for (;;) { auto m = co_await q.pop(); use(m); }
  int acc = 0;
  for (auto &x : xs)
    acc = co_await fold(acc, x);
  while (co_await next()) {}
  for (auto &x : xs)
    auto f = [&]() -> weir::task<> { co_await handle(x); };
  for (auto &t : lazy)
    co_await std::move(t);
  // CALLS: :[[@LINE-1]]:5: warning: the tasks of 'lazy' run one after the other, each when it is awaited
}
// CALLS-NOT: warning: {{each|the tasks}}

// What shares a lazy task's promise may have begun.
namespace begun {
struct promise;
struct started {
  using promise_type = promise;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
struct lazy {
  using promise_type = promise;
  started start() &&;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
struct promise {
  lazy get_return_object();
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_value(int);
  void unhandled_exception();
};
lazy work(int);
lazy sums() {
  std::vector<started> tasks;
  std::vector<lazy> not_begun;
  for (int i = 0; i < 3; ++i) {
    tasks.emplace_back(work(i).start());
    not_begun.emplace_back(work(i));
  }
  int sum = 0;
  for (auto &task : tasks)
    sum += co_await task;
  for (auto &task : not_begun)
    sum += co_await task; // expected-warning {{the tasks of 'not_begun' run one after the other}}
  // CALLS: :[[@LINE-1]]:12: warning: the tasks of 'not_begun'
  co_return sum;
}
} // namespace begun

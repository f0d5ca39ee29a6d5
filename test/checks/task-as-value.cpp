// RUN: %verify=task-as-value -Wno-everything %s
// RUN: %fix=task-as-value %s | FileCheck %s --check-prefix=FIX

#include <cassert>
#include <iostream>
#include <memory>
#include <optional>
#include <weir/weir.hpp>

weir::task<bool> is_allowed(int user);
weir::task<int> count();
weir::task<> work();
struct queue {
  weir::task<bool> empty_async();
};

weir::task<> conditions(queue &q, bool b) {
  if (is_allowed(1)) {} // expected-warning {{'is_allowed' makes a 'weir::task<bool>' that is tested instead of its result}}
  // FIX: {{^}}  if (co_await is_allowed(1)) {}
  while (q.empty_async()) {} // expected-warning {{'empty_async' makes}}
  // FIX: {{^}}  while (co_await q.empty_async()) {}
  if (!is_allowed(1)) {} // expected-warning {{tested}}
  // FIX: {{^}}  if (!co_await is_allowed(1)) {}
  if (b && is_allowed(1)) {} // expected-warning {{tested}}
  for (; count();) {} // expected-warning {{tested}}
  bool c = is_allowed(1) ? b : !b; // expected-warning {{tested}}
  bool d(b ? is_allowed(1) : is_allowed(2)); // expected-warning {{tested}} expected-warning {{tested}}
  if (bool(is_allowed(1))) {} // expected-warning {{tested}}
  if (co_await is_allowed(1)) {}
  if (work()) {} // expected-warning {{tested}}
  // FIX: {{^}}  if (work()) {}
}

void in_a_function() {
  if (is_allowed(1)) {} // expected-warning {{tested}}
  // FIX: {{^}}  if (is_allowed(1)) {}
  assert(is_allowed(1)); // expected-warning {{tested}}
}

// "Is there a task?" is a question that a variable, a pointer and an optional
// are asked.
void null_checks(std::optional<weir::task<int>> &opt, weir::task<int> &task,
                 weir::task<int> *pointer, std::unique_ptr<weir::task<int>> owned) {
  if (opt) {}
  if (task) {}
  if (pointer) {}
  if (owned) {}
  if (!opt.has_value()) {}
  if (auto made = count()) {}
  weir::task<int> &get();
  if (get()) {}
}

// Comparisons and streams, where the type has such operators.
template <class T> struct loose {
  struct promise_type {
    loose get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  operator bool() const;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
loose<int> size();
template <class T> bool operator<(loose<T>, int);
template <class T> std::ostream &operator<<(std::ostream &, const loose<T> *);

loose<int> compares() {
  if (size() == 3) {} // expected-warning {{'size' makes a 'loose<int>' that is tested}}
  // FIX: {{^}}  if (co_await size() == 3) {}
  if (size() < 3) {} // expected-warning {{compared}}
  // FIX: {{^}}  if (co_await size() < 3) {}
  std::cout << size(); // expected-warning {{tested}}
  // FIX: {{^}}  std::cout << co_await size();
  int n = size() + 1; // expected-warning {{tested}}
  // FIX: {{^}}  int n = co_await size() + 1;
  co_return co_await size();
}

// A value or an error, which `co_await` unwraps, is no task.
template <class T> struct expected {
  struct promise_type {
    expected get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  explicit operator bool() const;
  bool has_value() const;
  T value() const;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
  friend bool operator==(const expected &, const T &);
};
template <class T> struct own_result : expected<T> {
  bool is_ok() const;
  T unwrap();
};
template <class T> struct future : loose<T> { // asked whether it is there yet
  bool has_value() const;
  bool ready() const;
  T value();
};
expected<int> parse();
own_result<int> parse_own();
future<int> begin();
expected<int> values() {
  if (parse()) {}
  if (parse() == 3 || !parse_own()) {}
  if (begin()) {} // expected-warning {{tested}}
  co_return co_await parse();
}

// A conversion to the result is a library's way to wait here and now.
template <class T> struct waits_here : loose<T> {
  operator bool() const = delete;
  operator T();
};
waits_here<int> measure();
int converts() {
  int n = measure();
  n = measure();
  return n;
}

weir::task<> in_a_handler() {
  try {
    co_await work();
  } catch (...) {
    if (is_allowed(1)) {} // expected-warning {{tested}}
    // FIX: {{^}}    if (is_allowed(1)) {}
  }
}

template <class T> struct printable : loose<T> {
  friend std::ostream &operator<<(std::ostream &, const printable &);
  friend bool operator==(const printable &, std::nullptr_t);
  friend bool operator==(const printable &, const printable &);
};
printable<int> show();
void prints() {
  std::cout << "n = " << show() << "\n"; // expected-warning {{'show' makes a 'printable<int>' that is written}}
  if (show() == nullptr || show() == show()) {}
}

// Assertions of test frameworks hand their arguments to templates.
namespace testing {
struct result {
  template <class T> explicit result(const T &);
};
template <class L, class R> bool compare(const L &, const R &);
} // namespace testing
#define EXPECT_TRUE(x) (void)::testing::result(x)
#define EXPECT_EQ(a, b) (void)::testing::compare(a, b)
bool is_valid(const weir::task<bool> &);
void asserts() {
  EXPECT_TRUE(is_allowed(1)); // expected-warning {{asserted}}
  EXPECT_EQ(count(), 3); // expected-warning {{asserted}}
  EXPECT_TRUE(is_valid(is_allowed(1)));
  EXPECT_EQ(weir::run(count()), 3);
}

// The operation of a lock is not the lock.
weir::task<> guards(weir::lock &mutex) {
  auto g = mutex.scoped(); // expected-warning {{'g' holds a }}
  // FIX: {{^}}  auto g = co_await mutex.scoped();
  [[maybe_unused]] auto a = mutex.acquire(); // expected-warning {{'a' holds a }}
  auto ok = co_await mutex.scoped();
  auto later = mutex.scoped();
  auto held = co_await std::move(later);
}

template <class T> weir::task<> in_a_template(T user) {
  if (is_allowed(user)) {} // expected-warning {{tested}}
  co_return;
}
template weir::task<> in_a_template(int);
template weir::task<> in_a_template(long);

static_assert(!noexcept(bool(is_allowed(1))));

// A library whose tasks turn into their results, waiting for them, and which
// can be written.
template <class T> struct promised {
  struct promise_type {
    promised get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void return_value(T);
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
  template <class U>
    requires std::same_as<U, T>
  operator U() &&;
  friend std::ostream &operator<<(std::ostream &to, promised p) { return to << T(std::move(p)); }
  friend bool operator==(const promised &, const T &);
};
template <class T> struct converted : promised<T> {
  operator T() const;
};
promised<bool> is_there();
promised<int> how_many();
converted<bool> is_here();
void turns_into_results() {
  if (is_there())
    std::cout << how_many();
  if (how_many() == 3)
    std::cout << "three";
  while (!is_here())
    ;
}

// What has begun may take the lock, or not.
#include "seastar.hpp"
struct table {
  seastar::semaphore lock;
  seastar::future<seastar::semaphore_units<int>> hold() { return seastar::get_units(lock, 1); }
  seastar::future<> write() {
    auto held = hold(); // expected-warning {{'held' holds a 'seastar::future<seastar::semaphore_units<int>>', not the lock: what follows does not wait until it is taken}}
    co_await seastar::sleep(std::chrono::seconds(1));
  }
  seastar::future<> waits() {
    auto held = hold();
    auto taken = co_await std::move(held);
  }
};

// An awaitable that can be asked at once, too, and gives the same.
namespace asked_at_once {
struct [[nodiscard]] next {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  bool await_resume() noexcept;
  operator bool() const {
    return const_cast<next *>(this)->await_resume();
  }
};
next advance();
bool more() {
  if (advance())
    return true;
  bool again = advance();
  return again;
}
} // namespace asked_at_once

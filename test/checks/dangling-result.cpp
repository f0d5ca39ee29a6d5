// RUN: %verify=dangling-result -Wno-everything %s
// RUN: %verify=dangling-result -Wno-everything -std=c++23 -DSINCE_23 %s
// RUN: %fix=dangling-result %s | FileCheck %s --check-prefix=FIX

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

// A task that hands out what its promise holds.
template <class T> struct promise_of;
template <class T> class lending {
public:
  using promise_type = promise_of<T>;
  lending(lending &&);
  struct awaiter {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    auto &&await_resume() {
      if constexpr (std::is_reference_v<T>)
        return promise->value();
      else
        return std::move(promise->value());
    }
    promise_type *promise;
  };
  awaiter operator co_await() &&;
};
template <class T> struct promise_of {
  lending<T> get_return_object();
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  template <class U> void return_value(U &&);
  promise_of();
  ~promise_of();
  T &value();
  union {
    T held;
    std::exception_ptr error;
  };
};
template <class T> struct promise_of<T &> {
  lending<T &> get_return_object();
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  void return_value(T &);
  T &value();
  T *held;
};

struct point { std::string name; int x; };
lending<std::string> f();
lending<point> g();
lending<std::string &> elsewhere();
lending<std::vector<int>> list();
void use(std::string_view);

lending<int> kept() {
  auto &&a = co_await f(); // expected-warning {{'a' refers to the result of 'f', which dies with its task at the end of the statement}} expected-note {{take the result by value}} expected-note {{this 'lending<std::string>'}}
  // FIX: auto a = co_await f();
  use(a); // expected-note {{it is used here}}
  auto const &b = co_await f(); // expected-warning {{'b' refers}} expected-note 2 {{}}
  // FIX: auto const b = co_await f();
  use(b); // expected-note {{}}
  const std::string &c = co_await f(); // expected-warning {{'c' refers}} expected-note 2 {{}}
  // FIX: const std::string c = co_await f();
  use(c); // expected-note {{}}
  std::string_view d = co_await f(); // expected-warning {{'d' refers}} expected-note {{keep the result in a variable}} expected-note {{}}
  use(d); // expected-note {{}}
  const auto &e = (co_await g()).name; // expected-warning {{'e' refers}} expected-note 2 {{}}
  use(e); // expected-note {{}}
  auto &&[name, x] = co_await g(); // expected-warning {{'[name, x]' refers}} expected-note 2 {{}}
  // FIX: auto [name, x] = co_await g();
  use(name); // expected-note {{}}
  co_return 0;
}
lending<int> by_value() {
  auto a = co_await f();
  std::string b = co_await f();
  auto [name, x] = co_await g();
  use(co_await f());
  use(a + b + name);
  const auto &length = (co_await f()).size(); // a temporary of its own
  co_return length;
}
lending<int> refers_to_something_else() {
  auto &&a = co_await elsewhere();
  use(a);
  auto &unused = co_await elsewhere();
  auto &&never_used = co_await f();
  co_return 0;
}
lending<int> of_a_task_that_lives_on() {
  auto task = f();
  auto &&a = co_await std::move(task);
  use(a);
  co_return 0;
}
lending<int> loops() {
  int n = 0;
#ifdef SINCE_23
  for (int i : co_await list())
    n += i;
#else
  for (int i : co_await list()) // expected-warning {{this loop goes over what refers to the result of 'list', which dies with its task at the end of the statement}} expected-note {{keep the result in a variable}} expected-note {{}}
    n += i;
#endif
  auto all = co_await list();
  for (int i : all)
    n += i;
  co_return n;
}

// Most tasks return a value, and its lifetime is extended.
template <class T> struct giving {
  struct promise_type {
    giving get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
    std::optional<T> held;
  };
  giving(giving &&);
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
giving<std::string> gives();
giving<int> extended() {
  auto &&a = co_await gives();
  use(a);
  co_return 0;
}

// A task that is one of several owners, unless it was just made.
template <class T> struct shared {
  struct promise_type {
    shared get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
    std::variant<std::monostate, T, std::exception_ptr> held;
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  const T &await_resume();
  std::shared_ptr<promise_type> state;
};
shared<std::string> cached();
shared<std::string> made() { co_return "x"; }
shared<int> of_several() {
  const auto &a = co_await cached();
  use(a);
  const auto &b = co_await made(); // expected-warning {{'b' refers}} expected-note 2 {{}}
  use(b); // expected-note {{}}
  co_return 0;
}

// A promise that refers to the value.
template <class T> struct pointing {
  struct promise_type {
    pointing get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T &);
    T *held;
  };
  pointing(pointing &&);
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T &await_resume();
};
pointing<std::string> points();
pointing<int> refers() {
  auto &a = co_await points();
  use(a);
  static int n;
  co_return n;
}

template <class T> lending<T> make(T);
template <class T> lending<int> in_a_template(T t) {
  auto &&a = co_await make(t); // expected-warning {{'a' refers to the result of 'make'}} expected-note 2 {{}}
  use(a); // expected-note {{}}
  co_return 0;
}
template lending<int> in_a_template(std::string);

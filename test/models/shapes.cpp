// RUN: %verify=unawaited-task,weir-awaited-twice,weir-dangling-capture -Wno-everything %s
//
// Types that no model knows, by their shape. Nothing here has a body, as in an
// editor, where those of headers are skipped: declared types decide.

#include <coroutine>
#include <utility>

template <class T> struct awaiter {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class Task, class Start> struct promise {
  Task get_return_object();
  Start initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  void return_value(int);
};
void use(int);

struct lazy : awaiter<int> { using promise_type = promise<lazy, std::suspend_always>; };
struct eager : awaiter<int> { using promise_type = promise<eager, std::suspend_never>; };
struct own_start {}; // neither std::suspend_always nor never: who knows
struct unknown : awaiter<int> { using promise_type = promise<unknown, own_start>; };
lazy make_lazy();
eager make_eager();
unknown make_unknown();
void starts() {
  make_lazy(); // expected-warning {{'lazy' is dropped, not awaited; it never runs}}
  make_eager();
  make_unknown();
}
// What is lazy has not begun when the closure dies; what is eager has, and what
// is neither may have.
void captures(int x) {
  auto a = [x]() -> lazy { co_return x; }(); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  auto b = [x]() -> eager { co_return x; }();
  [](lazy &&) -> lazy { co_return 0; }(std::move(a)).await_resume();
}

// Awaited as an rvalue only: once.
struct once {
  using promise_type = promise<once, std::suspend_always>;
  once(once &&);
  awaiter<int> operator co_await() &&;
};
struct often {
  using promise_type = promise<often, std::suspend_always>;
  awaiter<int> operator co_await() const &;
};
lazy twice(once a, often b) { // expected-note {{make another}}
  use(co_await std::move(a)); // expected-note {{}}
  use(co_await std::move(a)); // expected-warning {{'a'}}
  use(co_await b);
  use(co_await b);
  co_return 0;
}

// Its promise is named by a specialisation of std::coroutine_traits, and it is
// awaited by an operator of its namespace.
namespace theirs {
template <class T> struct deferred {
  deferred(deferred &&);
};
template <class T> awaiter<T> operator co_await(deferred<T>);
} // namespace theirs
template <class T, class... Args> struct std::coroutine_traits<theirs::deferred<T>, Args...> {
  struct promise_type : promise<theirs::deferred<T>, std::suspend_always> {};
};
using own_name = theirs::deferred<int>;
own_name make_deferred();
void keep(own_name);
void drops_deferred(int x) {
  make_deferred(); // expected-warning {{is dropped, not awaited; it never runs}}
  auto c = [x]() -> own_name { co_return x; }(); // expected-warning {{uses its capture 'x'}} expected-note 1+ {{}}
  keep(std::move(c));
}

// A generator is no task, lazy or not.
struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    std::suspend_always yield_value(int);
    void return_void();
  };
  int *begin();
  int *end();
};
generator numbers();
void iterates() { numbers(); }

// Awaited by the promise's leave, not by an operator: a task all the same.
struct transformed {
  struct promise_type : promise<transformed, std::suspend_always> {
    awaiter<int> await_transform(transformed);
  };
};
transformed make_transformed();
transformed awaits() {
  make_transformed(); // expected-warning {{'transformed' is dropped, not awaited; it never runs}}
  co_return co_await make_transformed();
}

// A function that nobody described may start what it is given.
void anything(lazy);
void given() { anything(make_lazy()); }

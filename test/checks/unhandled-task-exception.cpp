// RUN: %verify=unhandled-task-exception -Wno-everything %s

#include <coroutine>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

struct promise_base {
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
  void return_void();
};
template <class Self> struct task_base {
  struct promise_type : promise_base {
    Self get_return_object();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

// A scope that terminates.
namespace cppcoro {
struct operation_cancelled : std::exception {};
template <class T = void> struct task : task_base<task<T>> {};
struct async_scope {
  template <class A> void spawn(A &&);
  task<> join();
};
} // namespace cppcoro

struct bad_input : std::runtime_error {
  using runtime_error::runtime_error;
};
cppcoro::task<> unknown();
void plain(int n) {
  if (n < 0)
    throw bad_input("n"); // expected-note {{'plain' throws 'bad_input'}}
}
cppcoro::task<> throws(int n) {
  co_await unknown();
  if (n == 0)
    throw bad_input("zero"); // expected-note 6 {{'throws' throws 'bad_input'}}
}
cppcoro::task<> through_calls(int n) {
  co_await throws(n); // expected-note {{'through_calls' awaits 'throws'}}
}
cppcoro::task<> through_a_function(int n) {
  co_await unknown();
  plain(n); // expected-note {{'through_a_function' calls 'plain'}}
}

struct bad_variant_access : std::exception {};
int get(int which) {
  if (which == 1)
    return 1;
  throw bad_variant_access();
}
cppcoro::task<> asks_for_what_is_there(int n) {
  co_await unknown();
  get(n);
}
cppcoro::task<> handles_all(int n) {
  try {
    co_await throws(n);
  } catch (...) {
  }
}
cppcoro::task<> handles_its_base(int n) {
  try {
    if (n)
      throw bad_input("");
  } catch (const std::exception &) {
  }
  co_return;
}
cppcoro::task<> handles_another(int n) {
  try {
    if (n)
      throw bad_input(""); // expected-note {{'handles_another' throws 'bad_input'}}
  } catch (const std::logic_error &) {
  }
  co_return;
}
cppcoro::task<> rethrows(int n) {
  try {
    if (n)
      throw bad_input(""); // expected-note {{'rethrows' throws 'bad_input'}}
  } catch (...) {
    throw;
  }
  co_return;
}
cppcoro::task<> from_a_handler() {
  try {
    co_await unknown();
  } catch (const std::exception &) {
    throw bad_input("again"); // expected-note {{'from_a_handler' throws 'bad_input'}}
  }
}
cppcoro::task<> cancels() {
  throw cppcoro::operation_cancelled();
  co_return;
}
cppcoro::task<> passes_on() {
  try {
    co_await unknown();
  } catch (...) {
    throw;
  }
}
cppcoro::task<> never() { co_await unknown(); }
cppcoro::task<> only_makes(int n) {
  auto t = throws(n);
  auto l = [] { throw 1; };
  co_await unknown();
}

cppcoro::task<> spawns(cppcoro::async_scope &scope) {
  scope.spawn(throws(1)); // expected-warning {{an exception of 'throws' ends the program: nobody awaits it behind 'cppcoro::async_scope::spawn'}} expected-note {{handle it in 'throws', or await the task}}
  scope.spawn(through_calls(1)); // expected-warning {{an exception of 'through_calls' ends the program}} expected-note {{handle it}}
  scope.spawn(through_a_function(1)); // expected-warning {{through_a_function}} expected-note {{handle it}}
  scope.spawn(handles_another(1)); // expected-warning {{handles_another}} expected-note {{handle it}}
  scope.spawn(rethrows(1)); // expected-warning {{rethrows}} expected-note {{handle it}}
  scope.spawn(from_a_handler()); // expected-warning {{from_a_handler}} expected-note {{handle it}}
  scope.spawn(asks_for_what_is_there(1));
  scope.spawn(handles_all(1));
  scope.spawn(handles_its_base(1));
  scope.spawn(cancels());
  scope.spawn(passes_on());
  scope.spawn(never());
  scope.spawn(only_makes(1));
  scope.spawn(unknown());
  co_await throws(1);
  auto kept = throws(1);
}

// A spawn whose token says what becomes of exceptions.
namespace asio {
template <class T = void> struct awaitable : task_base<awaitable<T>> {};
struct detached_t {};
constexpr detached_t detached;
struct io_context {
  void stop();
};
template <class... T> void look(T...);
template <class E, class A, class T> void co_spawn(E &, A &&, T &&) {}
} // namespace asio
asio::awaitable<> session() {
  throw bad_input(""); // expected-note 6 {{'session' throws 'bad_input'}}
  co_return;
}
void serve(asio::io_context &io) {
  asio::co_spawn(io, session(), asio::detached); // expected-warning {{an exception of 'session' is lost: nobody awaits it behind 'asio::co_spawn'}} expected-note {{handle it}}
  asio::co_spawn(io, session(), [](std::exception_ptr error) {
    if (error)
      std::rethrow_exception(error);
  });
  asio::co_spawn(io, session(), [](auto... result) { asio::look(result...); });
  asio::co_spawn(io, session(), [](std::exception_ptr) { /* it has said so */ });
  asio::co_spawn(io, session(), [](std::exception_ptr /* it has said so */) {});
  asio::co_spawn(io, session(), []([[maybe_unused]] std::exception_ptr error) {});
  asio::co_spawn(io, session(), [](std::exception_ptr _) {});
  asio::co_spawn(io, session(), [](std::exception_ptr) {}); // ignored: it has said so
  // A handler that does not look is no better than none.
  asio::co_spawn(io, session(), [](std::exception_ptr) {}); // expected-warning {{an exception of 'session' is lost}} expected-note {{handle it}}
  asio::co_spawn(io, session(), [](auto &&) {}); // expected-warning {{an exception of 'session' is lost}} expected-note {{handle it}}
  asio::co_spawn(io, session(), [&io](std::exception_ptr error) { io.stop(); }); // expected-warning {{an exception of 'session' is lost}} expected-note {{handle it}}
  asio::co_spawn(io, [] { return session(); }, asio::detached); // expected-warning {{an exception of 'session' is lost}} expected-note {{handle it}}
  asio::co_spawn(io, [&]() -> asio::awaitable<> { // expected-warning {{an exception of 'lambda' is lost}} expected-note {{handle it}}
    throw bad_input(""); // expected-note {{'lambda' throws 'bad_input'}}
    co_return;
  }, asio::detached);
}

#define TEST_CASE(name) void name(cppcoro::async_scope &scope)
TEST_CASE(tests_may) { scope.spawn(throws(1)); }

// A type that is detached by itself.
namespace drogon {
struct AsyncTask {
  struct promise_type : promise_base {
    AsyncTask get_return_object();
  };
};
} // namespace drogon
drogon::AsyncTask notify(int n) {
  if (n)
    co_await throws(n); // expected-note {{'notify' awaits 'throws'}}
}
int run_main(drogon::AsyncTask);
int handed_on() { return run_main(notify(1)); }
void calls() { notify(1); } // expected-warning {{an exception of 'notify' ends the program: nobody awaits it behind 'drogon::AsyncTask'}} expected-note {{handle it}}

// What is started and waited for.
namespace concurrencpp {
template <class T = void> struct result : task_base<result<T>> {
  T get();
};
template <class T = void> struct lazy_result : task_base<lazy_result<T>> {
  result<T> run();
};
} // namespace concurrencpp
concurrencpp::lazy_result<> lazy(int n) {
  if (n)
    throw bad_input(""); // expected-note {{'lazy' throws 'bad_input'}}
  co_return;
}
void joins() {
  lazy(1).run().get();
  auto kept = lazy(1).run();
  lazy(1).run(); // expected-warning {{an exception of 'lazy' is lost}} expected-note {{handle it}}
}

// A namespace of tests.
namespace tests {
void observes() { notify(1); }
} // namespace tests

// That the program is wrong is nothing to handle.
drogon::AsyncTask started_twice(bool again) {
  if (again)
    throw std::logic_error("started twice");
  co_await unknown();
}
void starts() { started_twice(true); }

// What reads the text of others throws where it cannot.
drogon::AsyncTask page(std::string number) {
  int n = std::stoi(number); // expected-note {{'page' throws 'std::invalid_argument'}}
  co_await throws(n);
}
drogon::AsyncTask handled(std::string number) {
  try {
    co_await throws(std::stoi(number));
  } catch (const std::exception &) {
  }
}
drogon::AsyncTask own_text(int n) {
  std::stoi("1");
  std::stoi(std::to_string(n));
  co_return;
}
bool is_number(const std::string &);
drogon::AsyncTask asks_first(std::string number) {
  if (is_number(number))
    std::stoi(number);
  co_return;
}
void reads() {
  page("x"); // expected-warning {{an exception of 'page' ends the program}} expected-note {{handle it}}
  handled("x");
  own_text(1);
  asks_first("x");
}

// A launcher of the program's own, and what its promise does with an exception.
namespace own {
template <class Policy> struct started {
  struct promise_type : Policy {
    started get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void return_void();
  };
};
struct terminates {
  void unhandled_exception() { std::terminate(); }
};
struct swallows {
  void unhandled_exception() {}
};
struct looks {
  void unhandled_exception() {
    try {
      throw;
    } catch (const bad_input &) {
    } catch (...) {
    }
  }
};
struct asks_a_handler {
  void (*handler)();
  void unhandled_exception() {
    if (handler)
      handler();
    else
      std::terminate();
  }
};
struct stores {
  std::exception_ptr error;
  void unhandled_exception() { error = std::current_exception(); }
};
template <class Policy, class F> void spawn(F &&f) {
  [](std::decay_t<F> f) -> started<Policy> { co_await f(); }(std::forward<F>(f));
}
template <class F> void spawn_handled(F &&f) {
  [](std::decay_t<F> f) -> started<terminates> {
    try {
      co_await f();
    } catch (...) {
    }
  }(std::forward<F>(f));
}
using cppcoro::task;
void spawns() {
  spawn<terminates>([]() -> task<> { co_await throws(1); }); // expected-warning {{an exception of 'lambda' ends the program: nobody awaits it behind 'own::spawn'}} expected-note 2 {{}}
  spawn<swallows>([]() -> task<> { co_await throws(1); }); // expected-warning {{an exception of 'lambda' is lost}} expected-note 2 {{}}
  spawn<stores>([]() -> task<> { co_await throws(1); });
  spawn<looks>([]() -> task<> { co_await throws(1); });
  spawn<asks_a_handler>([]() -> task<> { co_await throws(1); });
  spawn_handled([]() -> task<> { co_await throws(1); });
}
started<terminates> goes_its_own_way() { co_await throws(1); } // expected-note {{awaits 'throws'}}
void calls() { goes_its_own_way(); } // expected-warning {{an exception of 'own::goes_its_own_way' ends the program}} expected-note {{handle it}}
} // namespace own

// The future of a task that was started has its exception, until it is dropped.
#include <folly.hpp>
folly::coro::Task<int> fetch(int n) {
  if (n == 0)
    throw bad_input(""); // expected-note 2 {{'fetch' throws 'bad_input'}}
  co_return n;
}
void starts(folly::Executor::KeepAlive pool) {
  folly::coro::co_withExecutor(pool, fetch(1)).start(); // expected-warning {{an exception of 'fetch' is lost}} expected-note {{handle it}}
  folly::coro::co_withExecutor(pool, fetch(1)).start([](auto &&) {}); // expected-warning {{an exception of 'fetch' is lost}} expected-note {{handle it}}
  auto kept = folly::coro::co_withExecutor(pool, fetch(1)).start();
  folly::coro::co_withExecutor(pool, fetch(1)).start([](auto &&result) { asio::look(&result); });
}

// A token in a token; a future of a token.
namespace asio {
template <class E, class T> T bind_executor(E &, T token) { return token; }
} // namespace asio
void binds(asio::io_context &io) {
  asio::co_spawn(io, session(), asio::bind_executor(io, asio::detached)); // expected-warning {{an exception of 'session' is lost}} expected-note {{handle it}}
}

// Handlers may have been given before the task is.
#include <capy.hpp>
boost::capy::task<int> loads() {
  throw bad_input(""); // expected-note {{'loads' throws 'bad_input'}}
  co_return 1;
}
void runs(boost::corosio::io_context &io) {
  boost::capy::run_async(io.get_executor())(loads()); // expected-warning {{an exception of 'loads' ends the program}} expected-note {{handle it}}
  boost::capy::run_async(io.get_executor(), [](int) {}, [](std::exception_ptr) {})(loads());
}

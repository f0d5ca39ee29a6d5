// RUN: %verify=swallowed-cancellation -Wno-everything -Xclang -verify-ignore-unexpected=note %s
// RUN: %fix=swallowed-cancellation %s | FileCheck %s --check-prefix=FIX
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-swallowed-cancellation \
// RUN:   --config='{CheckOptions: {weir-swallowed-cancellation.WorkBeforeRethrow: true}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include 2>&1 | FileCheck %s --check-prefix=STRICT

#include <exception>
#include <stdexcept>
#include <system_error>
#include <weir/weir.hpp>

weir::task<> f();
void log();
void compute();
bool ready();
struct parse_error : std::exception {};
struct other_error {};

weir::task<> swallows() {
  try {
    co_await f(); // expected-note {{a cancellation arrives at this await}}
  } catch (...) { // expected-warning {{this handler also catches 'weir::cancelled', with which the coroutine is cancelled, and does not rethrow it}} expected-note {{let it pass}}
    // FIX: } catch (const weir::cancelled &) {
    // FIX-NEXT: throw;
    // FIX-NEXT: } catch (...) {
    log();
  }
}
weir::task<> on_some_paths(bool retry, int n) {
  try {
    co_await f();
  } catch (...) { // expected-warning {{does not rethrow it on every path}}
    if (retry)
      throw;
  }
  try {
    co_await f();
  } catch (...) { // expected-warning {{does not rethrow it on every path}}
    switch (n) {
    case 1:
      throw;
    }
  }
  try {
    co_await f();
  } catch (...) { // expected-warning {{does not rethrow it on every path}}
    switch (n) {
    case 1:
      break;
    default:
      throw;
    }
  }
  try {
    co_await f();
  } catch (...) { // expected-warning {{does not rethrow it on every path}}
    for (int i = 0; i < n; ++i)
      throw;
  }
  try {
    co_await f();
  } catch (...) { // expected-warning {{does not rethrow it on every path}}
    if (retry)
      co_return;
    throw;
  }
  try {
    co_await f();
  } catch (...) { // expected-warning {{does not rethrow it}}
    try {
      throw;
    } catch (const other_error &) {
    }
  }
}
weir::task<> another_exception() {
  try {
    co_await f();
  } catch (...) { // expected-warning {{throws another exception in its place}}
    throw other_error();
  }
}
weir::task<> in_a_loop() {
  for (;;)
    try {
      co_await f();
    } catch (...) { // expected-warning {{does not rethrow it}}
      continue;
    }
}

weir::task<> rethrows(bool b, int n) {
  try {
    co_await f();
  } catch (...) {
    throw;
  }
  try {
    co_await f();
  } catch (...) { // only with WorkBeforeRethrow
    // STRICT: :[[@LINE-1]]:5: warning: {{.*}} and works before it rethrows it
    log();
    throw;
  }
  try {
    co_await f();
  } catch (...) {
    if (b) {
      log();
      throw;
    } else {
      std::rethrow_exception(std::current_exception());
    }
  }
  try {
    co_await f();
  } catch (...) {
    switch (n) {
    case 1:
      log();
      throw;
    default:
      throw;
    }
  }
  try {
    co_await f();
  } catch (...) {
    for (;;)
      throw;
  }
  try {
    co_await f();
  } catch (...) {
    std::terminate();
  }
  try {
    co_await f();
  } catch (const weir::cancelled &) {
    throw;
  } catch (...) {
    log();
  }
}

// A handler that names it knows what it does; one that keeps it, too.
void cancel_all();
bool is_cancelled(std::exception_ptr);
weir::task<> knows() {
  std::exception_ptr kept;
  try {
    co_await f();
  } catch (...) {
    kept = std::current_exception();
  }
  if (kept)
    std::rethrow_exception(kept);
  try {
    co_await f();
  } catch (const weir::cancelled &) {
    log();
  }
  try {
    co_await f();
  } catch (...) {
    cancel_all();
  }
}

// Other types, and what cannot be cancelled.
weir::task<> does_not_catch_it() {
  try {
    co_await f();
  } catch (const parse_error &) {
  } catch (const std::exception &) { // weir::cancelled is none
  }
  try {
    compute();
  } catch (...) {
  }
  try {
    auto later = []() -> weir::task<> { co_await f(); };
  } catch (...) {
  }
}
weir::task<> nested() {
  try {
    try {
      co_await f();
    } catch (...) { // expected-warning {{does not rethrow it}}
      log();
    }
    compute();
  } catch (...) {
    log();
  }
  try {
    try {
      co_await f();
    } catch (...) {
      throw;
    }
  } catch (...) { // expected-warning {{does not rethrow it}}
    log();
  }
}

void plain() {
  try {
    compute();
  } catch (...) {
  }
}

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

// A library whose cancellation is a std::exception.
namespace folly {
struct OperationCancelled : std::exception {};
namespace coro {
template <class T = void> struct Task : task_base<Task<T>> {};
Task<> g();
} // namespace coro
} // namespace folly
namespace folly::coro {
Task<> co_awaitTry(Task<>);
} // namespace folly::coro
folly::coro::Task<> gets_it_as_a_result() {
  try {
    compute();
    co_await folly::coro::co_awaitTry(folly::coro::g());
  } catch (const std::exception &) {
    log();
  }
}
folly::coro::Task<> derived() {
  try {
    co_await folly::coro::g();
  } catch (const std::exception &e) { // expected-warning {{this handler also catches 'folly::OperationCancelled'}}
    // FIX: } catch (const folly::OperationCancelled &) {
    log();
  }
  try {
    co_await folly::coro::g();
  } catch (const std::exception &) { // expected-warning {{also catches}}
  } catch (const folly::OperationCancelled &) {
    throw;
  }
  try {
    co_await folly::coro::g();
  } catch (const folly::OperationCancelled &) {
    throw;
  } catch (const std::exception &) {
  }
  try {
    co_await folly::coro::g();
  } catch (const std::exception &e) {
    if (dynamic_cast<const folly::OperationCancelled *>(&e))
      throw;
    log();
  }
  try {
    co_await folly::coro::g();
  } catch (const std::runtime_error &) {
  }
}

// A library that cancels with several, one the base of another.
namespace seastar {
struct abort_requested_exception : std::exception {};
struct sleep_aborted : abort_requested_exception {};
template <class T = void> struct future : task_base<future<T>> {};
future<> s();
struct abort_source {};
} // namespace seastar
seastar::future<> nothing_cancels() {
  try {
    co_await seastar::s();
  } catch (const std::exception &) {
  }
}
seastar::future<> knows_the_base(seastar::abort_source &) {
  try {
    co_await seastar::s();
  } catch (const seastar::abort_requested_exception &) {
  }
  try {
    co_await seastar::s();
  } catch (const std::exception &) { // expected-warning {{also catches}}
  }
}

// A library whose cancellation is one error code of many: a handler at the end
// of a coroutine swallows nothing that matters.
namespace asio {
namespace error {
enum basic_errors { operation_aborted };
std::error_code make_error_code(basic_errors);
} // namespace error
template <class T = void> struct awaitable : task_base<awaitable<T>> {};
struct steady_timer {
  void cancel();
  awaitable<> async_wait();
};
} // namespace asio
extern asio::steady_timer timer;
void stop() { timer.cancel(); }
template <> struct std::is_error_code_enum<asio::error::basic_errors> : std::true_type {};
asio::awaitable<> read_some();
asio::awaitable<> session() {
  try {
    for (;;)
      co_await read_some();
  } catch (const std::exception &e) {
    log();
  }
}
asio::awaitable<> close_session();
asio::awaitable<> only_closes() {
  try {
    co_await read_some();
  } catch (const std::exception &e) {
    log();
  }
  co_await close_session();
}
asio::awaitable<> goes_on() {
  for (;;) {
    try {
      co_await read_some();
    } catch (const std::exception &e) { // expected-warning {{this handler also catches 'std::system_error'}} expected-note {{rethrow the exception if its code is 'asio::error::operation_aborted'}}
      log();
    }
    try {
      co_await read_some();
    } catch (const std::system_error &e) {
      if (e.code() == asio::error::operation_aborted)
        throw;
      log();
    }
    try {
      co_await read_some();
    } catch (const std::system_error &e) { // expected-warning {{also catches}}
      log();
    }
    try {
      co_await read_some();
    } catch (...) {
      co_return;
    }
  }
}

// So does one that leaves the loop, if nothing is waited for behind it.
bool is_late();
asio::awaitable<> breaks_out() {
  while (!is_late()) {
    try {
      co_await read_some();
    } catch (const std::exception &e) {
      log();
      break;
    }
  }
  co_await close_session();
}
asio::awaitable<> breaks_out_to_wait() {
  while (!is_late()) {
    try {
      co_await timer.async_wait();
    } catch (const std::exception &e) { // expected-warning {{also catches}}
      log();
      break;
    }
  }
  co_await read_some();
}
asio::awaitable<> leaves_the_inner_loop_only() {
  while (!is_late())
    for (;;) {
      try {
        co_await read_some();
      } catch (const std::exception &e) { // expected-warning {{also catches}}
        break;
      }
    }
}
asio::awaitable<> leaves_a_switch_only(int command) {
  for (;;)
    switch (command) {
    default:
      try {
        co_await read_some();
      } catch (const std::exception &e) { // expected-warning {{also catches}}
        break;
      }
    }
}
asio::awaitable<> does_one_of_two(int command) {
  switch (command) {
  case 0:
    try {
      co_await read_some();
    } catch (const std::exception &e) {
      log();
    }
    break;
  case 1:
    co_await read_some();
    break;
  }
}
asio::awaitable<> waits_for_what_fails_again() {
  try {
    co_await read_some();
  } catch (const std::exception &e) {
    log();
  }
  co_await read_some();
}
asio::awaitable<> falls_through(int command) {
  switch (command) {
  case 0:
    try {
      co_await timer.async_wait();
    } catch (const std::exception &e) { // expected-warning {{also catches}}
      log();
    }
    [[fallthrough]];
  case 1:
    co_await read_some();
    break;
  }
}
asio::awaitable<> leaves_the_loop_at_times() {
  for (;;) {
    try {
      co_await read_some();
    } catch (const std::exception &e) { // expected-warning {{also catches}}
      if (is_late())
        break;
    }
  }
}
asio::awaitable<> begins_the_loop_again() {
  for (;;) {
    try {
      co_await read_some();
    } catch (const std::exception &e) { // expected-warning {{also catches}}
      if (is_late())
        break;
      continue;
    }
  }
}

// A library that cancels without exceptions.
namespace coro {
template <class T = void> struct task : task_base<task<T>> {};
task<> h();
} // namespace coro
coro::task<> cancels_otherwise() {
  try {
    co_await coro::h();
  } catch (...) {
  }
}

#define TEST_CASE(name) weir::task<> name()
TEST_CASE(tests_may) {
  try {
    co_await f();
  } catch (...) {
  }
}

// Leaving the loop is no rethrow, and neither is throwing a copy or another
// variable of that name.
weir::task<> leaves_the_loop() {
  for (;;)
    try {
      co_await f();
    } catch (...) { // expected-warning {{does not rethrow it}}
      break;
    }
}
folly::coro::Task<> throws_a_variable() {
  try {
    co_await folly::coro::g();
  } catch (const std::exception &e) { // expected-warning {{throws another exception in its place}}
    throw e;
  }
  try {
    co_await folly::coro::g();
  } catch (const std::exception &e) { // expected-warning {{throws another exception in its place}}
    {
      other_error e;
      throw e;
    }
  }
  try {
    co_await folly::coro::g();
  } catch (const std::exception &e) {
    throw;
  }
}
weir::task<> inner_handler_of_another(bool b) {
  try {
    co_await f();
  } catch (...) {
    try {
      compute();
    } catch (const other_error &) {
    }
    throw;
  }
}

// Other ways to be suspended in a try block.
template <class T> struct generator {
  struct promise_type : promise_base {
    generator get_return_object();
    weir::task<> yield_value(T);
  };
};
weir::task<> and_a_condition() {
  try {
    while (co_await weir::to_thread(ready))
      compute();
  } catch (...) { // expected-warning {{does not rethrow it}}
    log();
  }
}

// RUN: %verify=lost-exception -Wno-everything -Xclang -verify-ignore-unexpected=note %s

#include <exception>
#include <functional>
#include <optional>
#include <tuple>
#include <system_error>
#include <weir/weir.hpp>

void log();
void keep(std::exception_ptr);

struct promise_base {
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void return_void();
};

// Promises.
struct silent {
  struct promise_type : promise_base {
    silent get_return_object();
    void unhandled_exception() {} // expected-warning {{this 'unhandled_exception' does nothing: what a coroutine of this type throws is lost}} expected-note {{keep}}
  };
};
template <class T> struct silent_too {
  struct promise_type : promise_base {
    silent_too get_return_object();
    void unhandled_exception() noexcept {} // expected-warning {{does nothing}}
  };
};
template struct silent_too<int>;
struct decided {
  struct promise_type : promise_base {
    decided get_return_object();
    void unhandled_exception() { /* whoever starts one catches */ }
  };
};
struct stored {
  struct promise_type : promise_base {
    stored get_return_object();
    void unhandled_exception() { error = std::current_exception(); }
    std::exception_ptr error;
  };
};
struct terminates {
  struct promise_type : promise_base {
    terminates get_return_object();
    void unhandled_exception() { std::terminate(); }
  };
};
struct cannot_throw {
  struct promise_type : promise_base {
    cannot_throw get_return_object();
    void unhandled_exception() {}
  };
};
cannot_throw probe() noexcept { co_return; }
struct no_promise {
  void unhandled_exception() {}
};

// Pointers.
weir::task<> f();
weir::task<> cleanup();
weir::task<> pointers(std::function<void(std::exception_ptr)> g) {
  std::exception_ptr lost; // expected-warning {{the exception in 'lost' is neither rethrown nor handed on}}
  std::exception_ptr rethrown, handed, asked, captured, returned;
  std::exception_ptr first; // expected-warning {{the exception in 'first' is neither rethrown nor handed on}}
  std::exception_ptr first_thrown;
  try {
    co_await f();
  } catch (...) {
    lost = std::current_exception();
    rethrown = std::current_exception();
    handed = std::current_exception();
    asked = std::current_exception();
    captured = std::current_exception();
    if (!first)
      first = std::current_exception();
    if (first_thrown == nullptr) {
      first_thrown = std::current_exception();
    }
  }
  if (first_thrown)
    std::rethrow_exception(first_thrown);
  co_await cleanup();
  if (rethrown)
    std::rethrow_exception(rethrown);
  keep(handed);
  if (asked)
    log();
  auto l = [&] { keep(captured); };
  try {
    co_await f();
  } catch (...) {
    auto too = std::current_exception(); // expected-warning {{the exception in 'too'}}
    auto fine = std::current_exception();
    g(fine);
  }
}
void of_the_function_around() {
  std::exception_ptr outer;
  auto task = [&]() -> weir::task<> {
    try {
      co_await f();
    } catch (...) {
      outer = std::current_exception();
    }
  };
  weir::run(task());
  if (outer)
    std::rethrow_exception(outer);
}
void of_a_plain_function() {
  try {
    log();
  } catch (...) {
    auto lost = std::current_exception(); // expected-warning {{the exception in 'lost'}}
  }
}

// Results.
std::error_code now();
weir::task<std::error_code> write();
weir::task<int> read();
weir::task<std::error_code> close_socket();
void close_all();
template <class F> weir::task<std::error_code> run_there(F) { co_return {}; }
weir::task<> close_connection() { co_await write(); }
weir::task<> results() {
  co_await write(); // expected-warning {{the errors in the result of 'write' are dropped unexamined}}
  if (true)
    co_await write(); // expected-warning {{of 'write'}}
  (void)co_await write();
  auto e = co_await write(); // expected-warning {{the error in 'e' is never looked at}}
  if (co_await write())
    log();
  co_await write();
  close_all();
  co_await write(); // expected-warning {{of 'write'}}
  co_await read();
  co_await run_there([] {});
  co_await run_there([] { log(); }); // expected-warning {{of 'run_there'}}
  if consteval {
    log();
  }
  co_await close_socket();
  try {
    co_await f();
  } catch (...) { // weir-swallowed-cancellation's
  }
}

// Errors in company, and what asks to be looked at.
template <class T> struct outcome {
  explicit operator bool() const;
  bool has_value() const;
  T &value();
  int error() const;
};
struct reply {
  std::error_code failed;
  int length;
};
struct [[nodiscard]] verdict {};
enum class [[nodiscard]] grade { good, bad };
struct [[nodiscard]] operation {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
weir::task<std::pair<std::error_code, int>> pair();
weir::task<std::tuple<int, std::error_code>> tuple();
weir::task<std::optional<std::error_code>> maybe();
weir::task<std::errc> code();
weir::task<outcome<int>> expected();
weir::task<reply> answer();
weir::task<verdict> judge();
weir::task<grade> mark();
weir::task<operation> operate();
weir::task<std::optional<int>> number();
[[nodiscard]] weir::task<int> looked_at();
weir::task<> more_results() {
  co_await pair(); // expected-warning {{the errors in the result of 'pair'}}
  co_await tuple(); // expected-warning {{of 'tuple'}}
  co_await maybe(); // expected-warning {{of 'maybe'}}
  co_await code(); // expected-warning {{of 'code'}}
  co_await expected(); // expected-warning {{of 'expected'}}
  co_await answer(); // expected-warning {{of 'answer'}}
  co_await judge(); // expected-warning {{the result of 'judge' is dropped unexamined, though its type is [[nodiscard]]}}
  co_await mark(); // expected-warning {{of 'mark' is dropped}}
  (void)co_await judge();
  co_await operate(); // weir-nested-task's
  co_await number();
  co_await looked_at();
}

// A library that cancels without exceptions, and one with errors in results.
namespace own {
template <class T = void> struct task {
  struct promise_type : promise_base {
    task get_return_object();
    void unhandled_exception();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
task<> work();
task<> close();
} // namespace own
namespace cppcoro {
struct results {};
template <class... T> own::task<results> when_all_ready(T &&...);
} // namespace cppcoro
own::task<> gathers() {
  co_await cppcoro::when_all_ready(own::work(), own::work()); // expected-warning {{the errors in the result of 'cppcoro::when_all_ready' are dropped}} expected-note {{'when_all_ready' gives an error as part of the result}}
  auto all = co_await cppcoro::when_all_ready(own::work()); // expected-warning {{the error in 'all' is never looked at}}
  (void)co_await cppcoro::when_all_ready(own::work());
}
own::task<> empty_handlers() {
  try {
    co_await own::work(); // expected-note {{what this await throws ends there: handle it, or say between the braces why it may be lost}}
  } catch (...) {
  } // expected-warning@-1 {{this handler drops every exception without a trace}}
  try {
    co_await own::work();
  } catch (...) {
    // It is only a hint.
  }
  try {
    co_await own::work();
  } catch (...) {
    log();
  }
  try {
    co_await own::work();
  } catch (const std::exception &) {
  }
  try {
    co_await own::close();
  } catch (...) {
  }
  try {
    log();
  } catch (...) {
  }
}
struct stop_source {
  bool request_stop();
};
own::task<> joins_what_it_stopped(stop_source &stop, own::task<> rest) {
  co_await own::work();
  stop.request_stop();
  try {
    co_await std::move(rest);
  } catch (...) {
  }
  try {
    co_await own::work();
  } catch (...) {
  } // expected-warning@-1 {{this handler drops every exception}}
}

// Where cancellation is one error code of many, the empty handler that goes on
// waiting is weir-swallowed-cancellation's.
namespace boost::asio {
template <class T = void> struct awaitable : own::task<T> {
  struct promise_type : own::task<T>::promise_type {
    awaitable get_return_object();
  };
};
awaitable<> read_more();
} // namespace boost::asio
boost::asio::awaitable<> ends_with_an_empty_handler() {
  try {
    for (;;)
      co_await boost::asio::read_more();
  } catch (...) {
  } // expected-warning@-1 {{this handler drops every exception without a trace}}
}
boost::asio::awaitable<> goes_on_behind() {
  try {
    co_await boost::asio::read_more();
  } catch (...) {
  }
  co_await boost::asio::read_more();
}

// Tokens and adaptors that turn exceptions into values.
namespace asio {
template <class T = void> using awaitable = own::task<T>;
struct use_awaitable_t {};
constexpr use_awaitable_t use_awaitable;
template <class T> struct as_tuple_t {};
template <class T> as_tuple_t<T> as_tuple(T);
template <class T> awaitable<int> async_write(int socket, T);
template <class T> awaitable<int> async_close(int socket, T);
struct basic_waitable_timer {
  template <class T> awaitable<int> async_wait(T);
  own::task<std::tuple<std::error_code>> async_wait(int);
};
} // namespace asio
namespace folly::coro {
own::task<int> co_awaitTry(own::task<>);
} // namespace folly::coro
asio::awaitable<> values(asio::basic_waitable_timer &timer) {
  co_await asio::async_write(1, asio::as_tuple(asio::use_awaitable)); // expected-warning {{the errors in the result of 'asio::async_write' are dropped}} expected-note {{'as_tuple' gives an error}}
  co_await asio::async_write(1, asio::use_awaitable);
  co_await timer.async_wait(1); // a timer fails by being cancelled, also with another library's token
  auto n = co_await asio::async_write(1, asio::as_tuple(asio::use_awaitable)); // expected-warning {{the error in 'n' is never looked at}}
  auto m = co_await asio::async_write(1, asio::as_tuple(asio::use_awaitable));
  auto ignored = co_await asio::async_write(1, asio::as_tuple(asio::use_awaitable));
  if (m < 0)
    co_return;
  co_await timer.async_wait(asio::as_tuple(asio::use_awaitable)); // fails by being cancelled
  co_await asio::async_close(1, asio::as_tuple(asio::use_awaitable));
  co_await folly::coro::co_awaitTry(own::work()); // expected-warning {{of 'folly::coro::co_awaitTry' are dropped}} expected-note {{gives an error}}
}

#define TEST_CASE(name) own::task<> name()
own::task<> helper_of_a_test() {
  try {
    co_await own::work();
  } catch (...) {
  }
}
own::task<std::error_code> write_own();
own::task<> helper_of_a_helper() {
  co_await helper_of_a_test();
  co_await write_own();
}
own::task<> used_elsewhere_too() {
  co_await write_own(); // expected-warning {{of 'write_own'}}
}
TEST_CASE(tests_may) {
  try {
    co_await own::work();
  } catch (...) {
  }
  co_await helper_of_a_helper();
  co_await used_elsewhere_too();
}
own::task<> no_test() { co_await used_elsewhere_too(); }

// An exception in a wrapper of somebody's.
struct wrapped {
  wrapped(std::exception_ptr);
};
void answer(wrapped);
void answers() {
  try {
    log();
  } catch (...) {
    wrapped error(std::current_exception());
    answer(error);
  }
  try {
    log();
  } catch (...) {
    wrapped error(std::current_exception()); // expected-warning {{the exception in 'error' is neither rethrown nor handed on}}
  }
}

// What a template hands on in what depends on its parameters, its instance shows.
struct yielding {
  struct promise_type {
    yielding get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(std::function<void()>);
    void return_void();
    void unhandled_exception() { std::terminate(); }
  };
};
template <class R> yielding never_instantiated(R receiver) {
  std::exception_ptr error;
  try {
    log();
  } catch (...) {
    error = std::current_exception();
  }
  co_yield [&] { receiver.fail(std::move(error)); };
}

// An error with a name that nobody says again.
void use(int);
weir::task<std::error_code> writes();
weir::task<std::pair<std::error_code, int>> reads();
weir::task<> keeps_errors_unread() {
  auto error = co_await writes(); // expected-warning {{the error in 'error' is never looked at}}
  auto [code, size] = co_await reads(); // expected-warning {{the error in 'code' is never looked at}}
  [[maybe_unused]] auto meant = co_await writes();
  auto [_, length] = co_await reads();
  auto looked_at = co_await writes();
  auto [looked, number] = co_await reads();
  if (looked_at || looked)
    throw std::system_error(looked);
  use(size + length + number);
}
// Another part of the result says as much.
weir::task<> asks_the_count() {
  for (;;) {
    auto [error, size] = co_await reads();
    if (size == 0)
      break;
  }
  if (auto [error, descriptor] = co_await reads(); descriptor > 0)
    use(descriptor);
}

// The line says why.
weir::task<> says_why() {
  co_await write(); // Nobody is there to be told: ignored.
  co_await write(); // expected-warning {{the errors in the result of 'write' are dropped unexamined}} expected-note 0+ {{}}
}

// An error code that a token fills.
namespace asio {
template <class T> T redirect_error(T, std::error_code &);
} // namespace asio
asio::awaitable<> codes(asio::basic_waitable_timer &timer) {
  std::error_code lost; // expected-warning {{the error in 'lost' is never looked at}}
  co_await asio::async_write(1, asio::redirect_error(asio::use_awaitable, lost)); // expected-note {{puts it there}}
  std::error_code asked, ignored, late, counted, closing;
  co_await asio::async_write(1, asio::redirect_error(asio::use_awaitable, asked));
  if (asked)
    co_return;
  co_await asio::async_write(1, asio::redirect_error(asio::use_awaitable, ignored));
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, late));
  if (co_await asio::async_write(1, asio::redirect_error(asio::use_awaitable, counted)) == 0)
    co_return;
  co_await asio::async_close(1, asio::redirect_error(asio::use_awaitable, closing));
}

// Seastar cancels by tokens: without one, an empty handler loses what failed.
#include <seastar.hpp>
seastar::future<> leaves_no_trace() {
  try {
    co_await seastar::sleep(std::chrono::seconds(1));
  } catch (...) {
  } // expected-warning@-1 {{this handler drops every exception without a trace}}
}

// To sleep, whoever wrote it, and to race fail by being cancelled.
namespace own {
struct signals {
  task<std::error_code> async_wait();
};
task<std::error_code> delay(int);
task<std::error_code> sleep_for(int);
} // namespace own
own::task<> lets_time_pass() {
  co_await own::delay(1);
  co_await own::signals().async_wait();
  co_await own::sleep_for(1);
}

// What is made of the error, or guards something, looks at it its own way.
struct checked {
  checked(std::error_code error);
};
struct held_lock {
  held_lock(held_lock &&);
  ~held_lock();
};
template <class T, class E> struct expected_like {
  bool has_value() const;
  T &value();
  E error() const;
};
weir::task<expected_like<held_lock, std::error_code>> locks();
weir::task<> looks_in_other_ways() {
  checked c = co_await writes();
  auto lock = co_await locks();
  use(1);
}

// A status of a library that does not throw.
namespace coro::net {
struct io_status {};
} // namespace coro::net
weir::task<std::pair<coro::net::io_status, int>> sends();
weir::task<> statuses() {
  co_await sends(); // expected-warning {{the errors in the result of 'sends' are dropped unexamined}}
  auto [status, sent] = co_await sends(); // expected-warning {{the error in 'status' is never looked at}}
}

// One error says nothing of another.
weir::task<std::pair<std::error_code, std::error_code>> two();
weir::task<> asks_one() {
  auto [left, right] = co_await two(); // expected-warning {{the error in 'right' is never looked at}}
  if (left)
    log();
}

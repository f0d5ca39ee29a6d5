// RUN: %verify=task-lost-in-callback -Wno-everything %s

#include <algorithm>
#include <coroutine>
#include <functional>
#include <thread>
#include <vector>
#include <weir/task.hpp>

weir::task<> x();
weir::task<> each(int);

struct eager {
  struct promise_type {
    eager get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

void cb_void(std::function<void()>);
void cb_each(const std::function<void(int)> &);
void cb_task(std::function<weir::task<>()>);
// Overloads: the one that takes a task is chosen where it exists.
void cb_any(std::function<void(int)>);
void cb_any(std::function<weir::task<>()>);

void callbacks() {
  cb_void([]() -> weir::task<> { co_await x(); }); // expected-warning {{the 'weir::task<>' of this coroutine is lost, and never runs}} expected-note {{drops what its callable returns}} expected-note {{start the task in the callback, or take a callable that returns one}}
  cb_void([] { return x(); }); // expected-warning {{lost}} expected-note 2 {{}}
  cb_void(x); // expected-warning {{lost}} expected-note 2 {{}}
  cb_void(&x); // expected-warning {{lost}} expected-note 2 {{}}
  cb_each(each); // expected-warning {{lost}} expected-note 2 {{}}
  auto named = []() -> weir::task<> { co_await x(); };
  cb_void(named); // expected-warning {{lost}} expected-note 2 {{}}
  std::function<void()> kept = std::move(named); // expected-warning {{lost}} expected-note 2 {{}}
  cb_task([]() -> weir::task<> { co_await x(); });
  cb_any([]() -> weir::task<> { co_await x(); });
  cb_void([] { (void)x(); });
  cb_void(kept);
}

namespace asio {
struct io_context {};
template <class E, class F> void post(E &, F &&) {}
} // namespace asio
void elsewhere(asio::io_context &io, std::vector<int> v) {
  std::thread t([]() -> weir::task<> { co_await x(); }); // expected-warning {{lost}} expected-note {{'std::thread' drops}} expected-note {{}}
  asio::post(io, []() -> weir::task<> { co_await x(); }); // expected-warning {{lost}} expected-note 2 {{}}
  std::for_each(v.begin(), v.end(), each); // expected-warning {{lost}} expected-note 2 {{}}
  std::ranges::for_each(v, [](int i) -> weir::task<> { co_await each(i); }); // expected-warning {{lost}} expected-note 2 {{}}
  std::vector<weir::task<>> all;
  std::transform(v.begin(), v.end(), std::back_inserter(all), each);
}

// Kept for later.
struct button {
  std::function<void()> clicked;
  std::vector<std::function<void()>> all;
  button() : clicked([]() -> weir::task<> { co_await x(); }) {} // expected-warning {{lost}} expected-note 2 {{}}
  void set() {
    clicked = []() -> weir::task<> { co_await x(); }; // expected-warning {{lost}} expected-note {{drops what its callable returns}} expected-note {{}}
    clicked = x; // expected-warning {{lost}} expected-note 2 {{}}
    clicked = nullptr;
    clicked = [] { (void)x(); };
    all.push_back(x); // expected-warning {{lost}} expected-note 2 {{}}
    all.emplace_back([]() -> weir::task<> { co_await x(); }); // expected-warning {{lost}} expected-note 2 {{}}
    all.emplace_back([] {});
  }
};

// A handler of an operation is called, and that is all.
namespace asio {
template <class P> struct awaitable {
  struct promise_type {
    awaitable get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
struct basic_waitable_timer {
  template <class F> void async_wait(F &&) {}
};
namespace experimental {
struct basic_channel {
  template <class F> void async_receive(F &&) {}
};
} // namespace experimental
template <class E, class F, class T> void co_spawn(E &, F &&, T &&) {}
struct detached_t {};
} // namespace asio
void handlers(asio::basic_waitable_timer &timer, asio::experimental::basic_channel &channel, asio::io_context &io) {
  timer.async_wait([](int) -> asio::awaitable<void> { co_return; }); // expected-warning {{lost}} expected-note 2 {{}}
  channel.async_receive([](int) -> asio::awaitable<void> { co_return; }); // expected-warning {{lost}} expected-note 2 {{}}
  timer.async_wait([&](int) { asio::co_spawn(io, [] () -> asio::awaitable<void> { co_return; }, asio::detached_t()); });
  asio::co_spawn(io, []() -> asio::awaitable<void> { co_return; }, asio::detached_t());
}

// It has started by then.
void started() {
  cb_void([]() -> eager { co_return; });
}

// It has begun, but nobody waits for it, or it ends with its task.
#include "seastar.hpp"
seastar::future<> work();
void later(std::function<void(int)>);
void later(std::function<seastar::future<>(int)>, int);
void begun() {
  later([](int) -> seastar::future<> { co_await work(); }); // expected-warning {{the 'seastar::future<>' of this coroutine is lost, and nobody waits for it or sees its exception}} expected-note 2 {{}}
  later([](int) -> seastar::future<> { co_await work(); }, 1);
  later([](int) { return work(); });
  later([](int) -> seastar::future<> {
    try {
      co_await work();
    } catch (...) {
    }
  });
}

// D++'s router calls the coroutine and sees to its task.
namespace dpp {
template <class T> struct task : weir::task<T> {};
template <class T> struct event_router_t {
  template <class F> int operator()(F &&) { return 0; }
};
} // namespace dpp
void listens(dpp::event_router_t<int> &on_command) {
  on_command([](const int &) -> weir::task<> { co_await x(); });
}

// A function with its arguments.
struct form {
  weir::task<> submit();
  void set();
  void fill(std::vector<std::function<void()>> &callbacks) {
    std::function<void()> bound = std::bind(&form::submit, this); // expected-warning {{lost}} expected-note 2 {{}}
    callbacks.emplace_back(std::bind_front(&form::submit, this)); // expected-warning {{lost}} expected-note 2 {{}}
    callbacks.emplace_back(std::bind(&form::set, this));
  }
};

// What an executor runs and gives nobody.
#include <concurrencpp.hpp>
concurrencpp::lazy_result<void> lazily();
void posts(concurrencpp::manual_executor &loop) {
  loop.post([] { return lazily(); }); // expected-warning {{lost, and never runs}} expected-note 2 {{}}
  loop.post(lazily); // expected-warning {{lost, and never runs}} expected-note 2 {{}}
  loop.post([] { cb_void({}); });
  auto result = loop.submit([] { return lazily(); });
}

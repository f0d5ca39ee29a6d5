// RUN: %verify=busy-wait -Wno-everything %s

#include <chrono>
#include <weir/sleep.hpp>
#include <weir/task.hpp>
#include <weir/yield.hpp>

using namespace std::chrono_literals;
using weir::task;
bool done;
bool poll();
task<bool> ask();
struct worker {
  bool stopped = false;
  bool ready() const;
};

task<> global() {
  while (!done) // expected-warning {{this loop does nothing but wait for its condition to change}} expected-note {{set an event}}
    co_await weir::sleep(10ms); // expected-note {{woken up here only to look again}}
}
task<> others(worker &w) {
  while (!w.ready()) { // expected-warning {{}} expected-note {{set an event}}
    co_await weir::yield(); // expected-note {{woken}}
  }
  do // expected-warning {{}}
    co_await weir::sleep(1ms); // expected-note {{woken}}
  while (!w.stopped); // expected-note {{set an event}}
  for (; !w.stopped;) // expected-warning {{}} expected-note {{set an event}}
    co_await weir::sleep(1ms); // expected-note {{woken}}
}
struct owner {
  bool closing;
  task<> close() {
    while (closing) // expected-warning {{}} expected-note {{set}}
      co_await weir::sleep(1ms); // expected-note {{woken}}
  }
};

task<> does_something() {
  while (!done) {
    co_await weir::sleep(10ms);
    poll();
  }
}
task<> counts() {
  for (int i = 0; i < 3; ++i)
    co_await weir::sleep(1s);
  int n = 3;
  while (n-- > 0)
    co_await weir::sleep(1s);
  int tries = 0;
  while (!done && ++tries < 5)
    co_await weir::sleep(1s);
}
task<> asks() {
  while (!co_await ask())
    co_await weir::sleep(1s);
}
task<> for_ever() {
  while (true)
    co_await weir::sleep(1s);
}
task<> until(std::chrono::steady_clock::time_point &end) {
  while (std::chrono::steady_clock::now() < end)
    co_await weir::yield();
}
task<> waits_for_something_else() {
  while (!done)
    co_await ask();
}
task<> test_of_a_worker(worker &w) {
  while (!w.ready())
    co_await weir::yield();
}

// A timer is set and waited for.
#define ASIO_HAS_CO_AWAIT
#define ASIO_HAS_STD_COROUTINE
#include <asio.hpp>
asio::awaitable<void> nap(std::chrono::milliseconds time) {
  asio::steady_timer timer(co_await asio::this_coro::executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}
asio::awaitable<void> with_timers(asio::steady_timer &lent) {
  auto here = co_await asio::this_coro::executor;
  while (!done) // expected-warning {{}} expected-note {{set an event}}
    co_await asio::steady_timer(here, 10ms).async_wait(asio::use_awaitable); // expected-note {{woken}}
  while (!done) { // expected-warning {{}} expected-note {{set an event}}
    asio::steady_timer timer{here, 10ms};
    co_await timer.async_wait(asio::use_awaitable); // expected-note {{woken}}
  }
  while (!done) { // expected-warning {{}} expected-note {{set an event}}
    lent.expires_after(10ms);
    std::error_code ignored;
    co_await lent.async_wait(asio::redirect_error(asio::use_awaitable, ignored)); // expected-note {{woken}}
  }
  while (!done) // expected-warning {{}} expected-note {{set an event}}
    co_await nap(10ms); // expected-note {{woken}}
  // A timer that is never set, or for ever, is an event.
  while (!done)
    co_await lent.async_wait(asio::use_awaitable);
  while (!done) {
    lent.expires_at(asio::steady_timer::time_point::max());
    co_await lent.async_wait(asio::use_awaitable);
  }
  while (!done) {
    asio::steady_timer timer(here, 10ms);
    bool now = poll();
    co_await timer.async_wait(asio::use_awaitable);
  }
}

// What is told how long by the call needs no timer that is set.
#include <kj.hpp>
kj::Promise<void> of_a_timer_that_makes_them(kj::Timer &timer) {
  while (!done) // expected-warning {{}} expected-note {{set an event}}
    co_await timer.afterDelay(10ms); // expected-note {{woken}}
}

// Coroutines that await themselves, or each other, sleep for nobody.
task<> itself() { co_await itself(); }
task<> the_other();
task<> one() { co_await the_other(); }
task<> the_other() { co_await one(); }
task<> awaits_them() {
  while (!done)
    co_await itself();
  while (!done)
    co_await one();
}

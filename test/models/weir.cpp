// RUN: %roles %s

#include <weir/weir.hpp>

template <class T> using task = weir::task<T>;
weir::lock async_mutex;
#define SLEEP(...) weir::sleep(__VA_ARGS__)
#define SYNC_WAIT(...) weir::run(__VA_ARGS__)
#define OFFLOAD(...) weir::to_thread(__VA_ARGS__)
#define SPAWN(...) weir::create_task(__VA_ARGS__)
#define LOCK async_mutex.scoped()
#define GATHER(...) weir::gather(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await weir::sleep(1s)'}}
// expected-warning@#sync_wait {{'weir::run' blocks the thread}} expected-note@#sync_wait {{write 'co_await work()'}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-note@#called_lambda {{write 'co_await weir::to_thread([&] { return kept(); })'}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}
// expected-warning@#swallowed {{catches 'weir::cancelled'}} expected-note@#swallowed {{let it pass}} expected-note@#cancelled_here {{arrives at this await}}

// What only weir has.
#include <weir/http.hpp>

weir::task<> of_its_own(weir::http_session &http, int n) {
  // expected-warning@+2 {{uses its capture 'n'}} expected-note@+2 {{is started here}}
  // expected-note@+1 {{pass 'n' as a parameter}}
  weir::create_task(weir::eager, [n]() -> weir::task<> {
    co_await weir::sleep(1s);
    std::printf("%d", n); // expected-note {{'n' is used here}}
  }());
  weir::create_task(weir::eager, work());
  weir::race(work(), work()); // expected-warning {{is dropped, not awaited; it never runs}}
  weir::as_result(work()); // expected-warning {{is dropped, not awaited; it never runs}}
  http.get("http://localhost"); // expected-warning {{is dropped, not awaited; it never runs}}
  co_return;
}

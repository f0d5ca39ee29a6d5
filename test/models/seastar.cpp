// RUN: %roles %s
//
// Seastar offers no threads to block on.

#include "seastar.hpp"

template <class T> using task = seastar::future<T>;
extern seastar::semaphore semaphore;
#define SLEEP(...) seastar::sleep(__VA_ARGS__)
#define SYNC_WAIT(...) __VA_ARGS__.get()
#define SPAWN(...) (void)__VA_ARGS__
#define LOCK seastar::get_units(semaphore, 1)
#define GATHER(...) seastar::when_all_succeed(__VA_ARGS__)
#include "roles.hpp"

// A continuation dies when it has returned its future; what keeps it says so.
void continued_lambdas(int x) {
  (void)work().then([x]() -> task<void> { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
  (void)work().then(seastar::coroutine::lambda([x]() -> task<void> {
    co_await work();
    print(x);
  }));
}

// expected-warning@#dropped {{'task<int>' (aka 'seastar::future<int>') is dropped, not awaited; its result and its exception are lost}}
// expected-note@#sleep {{write 'co_await seastar::sleep(1s)'}}
// expected-warning@#sync_wait {{'seastar::future::get' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-warning@#dropped_gather {{is dropped, not awaited; its result and its exception are lost}}
// expected-note@#spawned {{pass 'x' as a parameter}}
// expected-note@#cancelled_here {{a cancellation arrives at this await}}
// expected-warning@#swallowed {{catches 'seastar::abort_requested_exception'}}
// expected-note@#swallowed {{let it pass}}

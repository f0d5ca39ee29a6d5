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
}

// Its wrapper points to the closure, which lives for a statement.
task<void> wrapped_lambdas(int x) {
  (void)work().then(seastar::coroutine::lambda([x]() -> task<void> { // expected-warning {{uses its capture 'x' when its closure is gone, which dies at the end of the statement}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  }));
  co_await work().then(seastar::coroutine::lambda([x]() -> task<void> {
    co_await work();
    print(x);
  }));
}

task<void> returned_lambda(int x) {
  return work().then(seastar::coroutine::lambda([x]() -> task<void> { // expected-warning {{when its closure is gone}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  }));
}

// A gate calls what it is given where it stands; a lock takes it along, and
// drops it at the first suspension.
task<void> borrowed_lambdas(seastar::gate &gate, seastar::mutex &mutex, int x) {
  (void)seastar::with_gate(gate, [x]() -> task<void> { // expected-warning {{when its closure is gone}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
  co_await seastar::with_gate(gate, [x]() -> task<void> {
    co_await work();
    print(x);
  });
  co_await seastar::with_lock(mutex, [x]() -> task<void> { // expected-warning {{when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
}
// A pointer is copied; what it points to is somebody else's.
task<void> put(const int *numbers, const int &number) {
  co_await work();
  print(*numbers + number); // expected-note 0+ {{is used here}}
}
task<void> lends(seastar::mutex &mutex, const int *numbers, const int &kept, int own) {
  co_await seastar::with_lock(mutex, [numbers, &kept] { return put(numbers, kept); });
  co_await seastar::with_lock(mutex, [numbers, own] {
    return put(numbers, own); // expected-warning {{the task of 'put' refers to the capture 'own', which is gone}} expected-note {{by value}}
  }); // expected-note@-2 {{'with_lock' calls the lambda, and does not keep it while the task runs}}
}

template <class F> void in_background(seastar::gate &gate, F &&f) {
  (void)seastar::with_gate(gate, std::forward<F>(f)); // expected-note {{'with_gate' does not keep the lambda while the coroutine runs}}
}
void lent_through(seastar::gate &gate, int x) {
  in_background(gate, [x]() -> task<void> { // expected-warning {{when the call that it is given to has returned}} expected-note {{pass 'x' as a parameter}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
}

template <class F> task<void> after_work(F f) {
  return work().then([f] { return f(); }); // expected-note {{'then' does not keep the lambda while the coroutine runs}}
}
task<void> lent_a_copy(int x) {
  auto print_later = [x]() -> task<void> {
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  };
  co_await after_work(print_later); // expected-warning {{when the call that it is given to has returned}} expected-note {{pass 'x' as a parameter}}
}

int app(seastar::app_template &app, int argc, char **argv) {
  int x = argc;
  return app.run(argc, argv, [&x]() -> task<void> { // expected-warning {{when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
}

// What loses goes on.
task<void> loses(int x) {
  co_await seastar::with_timeout(1, [x]() -> task<void> { // expected-warning {{when its closure is gone}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  }());
}

// expected-warning@#dropped {{'task<int>' (aka 'seastar::future<int>') is dropped, not awaited; its result and its exception are lost}}
// expected-note@#sleep {{write 'co_await seastar::sleep(1s)'}}
// expected-warning@#sync_wait {{'seastar::future::get' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-warning@#dropped_gather {{is dropped, not awaited; its result and its exception are lost}}
// expected-note@#spawned {{pass 'x' as a parameter}}

// Nothing cancels a future but what was given for that.
task<void> stops(seastar::abort_source &as) {
  while (!as.abort_requested())
    try {
      co_await work(); // expected-note {{a cancellation arrives at this await}}
    } catch (...) { // expected-warning {{catches 'seastar::abort_requested_exception'}} expected-note {{let it pass}}
      log();
    }
}

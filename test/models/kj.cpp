// RUN: %roles %s
//
// A promise that is cancelled is destroyed, and nothing is thrown in it. There
// is no mutex for coroutines.

#include "kj.hpp"

template <class T> using task = kj::Promise<T>;
extern kj::WaitScope wait_scope;
extern kj::Timer timer;
extern kj::Executor executor;
extern kj::TaskSet tasks;
#define SLEEP(...) timer.afterDelay(__VA_ARGS__)
#define SYNC_WAIT(...) __VA_ARGS__.wait(wait_scope)
#define OFFLOAD(...) executor.executeAsync(__VA_ARGS__)
#define SPAWN(...) tasks.add(__VA_ARGS__)
#define GATHER(...) kj::joinPromises(__VA_ARGS__)
#include "roles.hpp"

// A callback dies when it has returned its promise, though that be awaited.
void chained_lambdas(int x) {
  timer.afterDelay(1s).then([x]() -> task<void> { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  }).wait(wait_scope);
  kj::evalLater([x]() -> task<void> { // expected-warning {{uses its capture 'x' when the call}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  }).wait(wait_scope);
  kj::evalNow([x]() -> task<void> {
    co_await work();
    print(x);
  }).wait(wait_scope);
  kj::evalLater(kj::coCapture([x]() -> task<void> {
    co_await work();
    print(x);
  })).wait(wait_scope);
  tasks.add(executor.executeAsync([x]() -> task<void> {
    co_await work();
    print(x);
  }).wait(wait_scope));
}

// expected-warning@#dropped {{'task<int>' (aka 'kj::Promise<int>') is dropped, not awaited; it is cancelled here}}
// expected-note@#sleep {{write 'co_await timer.afterDelay(1s)', which needs a kj::Timer}}
// expected-warning@#sync_wait {{'kj::Promise::wait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await executor.executeAsync([&] { return kept(); })', which needs another thread's kj::Executor}}
// expected-warning@#dropped_offload {{'kj::Executor::executeAsync' blocks}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it is cancelled here}}
// expected-note@#spawned {{pass 'x' as a parameter}}

// RUN: %roles %s
//
// A coroutine owns itself, so it may be dropped; it is cancelled without an
// exception.

#include "ue5coro.hpp"

template <class T> using task = UE5Coro::TCoroutine<T>;
#define SLEEP(...) UE5Coro::Latent::Seconds(1)
#define SYNC_WAIT(...) __VA_ARGS__.GetResult()
#define TO_POOL UE5Coro::Async::MoveToThreadPool()
#define BACK UE5Coro::Async::MoveToGameThread()
#define SPAWN(...) __VA_ARGS__
#define GATHER(...) UE5Coro::WhenAll(__VA_ARGS__)
#include "roles.hpp"

// What is called at the end is gone then.
void continued_lambda(int x) {
  work().ContinueWith([x](int) -> task<void> { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
}

// expected-note@#sleep {{write 'co_await UE5Coro::Latent::Seconds(1s)', which needs the time in seconds}}
// expected-warning@#sync_wait {{'UE5Coro::TCoroutine::GetResult' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#switched_back {{write 'co_await UE5Coro::Latent::Seconds(1s)', which needs the time in seconds}}
// expected-warning@#dropped_gather {{is dropped, not awaited; nobody waits for it}}
// expected-note@#spawned {{pass 'x' as a parameter}}

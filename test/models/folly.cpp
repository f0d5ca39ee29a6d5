// RUN: %roles %s

#include "folly.hpp"

template <class T> using task = folly::coro::Task<T>;
extern folly::CPUThreadPoolExecutor pool;
extern folly::coro::AsyncScope scope;
extern folly::coro::Mutex async_mutex;
#define SLEEP(...) folly::coro::sleep(__VA_ARGS__)
#define SYNC_WAIT(...) folly::coro::blockingWait(__VA_ARGS__)
#define OFFLOAD(...) folly::via(&pool, __VA_ARGS__)
#define SPAWN(...) scope.add(__VA_ARGS__)
#define SPAWN_KEPT(...) scope.add(folly::coro::co_invoke(__VA_ARGS__))
#define LOCK async_mutex.co_scoped_lock()
#define GATHER(...) folly::coro::collectAll(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'folly::coro::Task<int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await folly::coro::sleep(1s)'}}
// expected-warning@#sync_wait {{'folly::coro::blockingWait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await folly::via(folly::getGlobalCPUExecutor().get(), [&] { return kept(); })'}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}
// expected-note@#cancelled_here {{a cancellation arrives at this await}}
// expected-warning@#swallowed {{catches 'folly::OperationCancelled'}}
// expected-note@#swallowed {{let it pass}}

// A deferred future does nothing until somebody waits for it.
void made_semi() {
  work().semi(); // expected-warning {{is dropped, not awaited; it never runs}}
}

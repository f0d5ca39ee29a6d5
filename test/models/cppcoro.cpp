// RUN: %roles %s

#include "cppcoro.hpp"

template <class T> using task = cppcoro::task<T>;
extern cppcoro::static_thread_pool pool;
extern cppcoro::io_service io;
extern cppcoro::async_scope scope;
extern cppcoro::async_mutex async_mutex;
#define SLEEP(...) io.schedule_after(__VA_ARGS__)
#define SYNC_WAIT(...) cppcoro::sync_wait(__VA_ARGS__)
#define OFFLOAD(...) cppcoro::schedule_on(pool, [](auto f) -> cppcoro::task<int> { co_return f(); }(__VA_ARGS__))
#define TO_POOL pool.schedule()
#define BACK io.schedule()
#define SPAWN(...) scope.spawn(__VA_ARGS__)
#define LOCK async_mutex.scoped_lock_async()
#define GATHER(...) cppcoro::when_all(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'cppcoro::task<int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await service.schedule_after(1s)', which needs a cppcoro::io_service}}
// expected-warning@#sync_wait {{'cppcoro::sync_wait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await cppcoro::schedule_on(pool, [&]() -> cppcoro::task<decltype(kept())> { co_return kept(); }())', which needs a cppcoro::static_thread_pool}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-note@#switched_back {{write 'co_await service.schedule_after(1s)', which needs a cppcoro::io_service}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}
// expected-note@#cancelled_here {{a cancellation arrives at this await}}
// expected-warning@#swallowed {{catches 'cppcoro::operation_cancelled'}}
// expected-note@#swallowed {{let it pass}}

void drops(cppcoro::sequence_barrier &barrier) {
  barrier.wait_until_published(1, io); // expected-warning {{dropped, not awaited; it never runs}}
}

// RUN: %roles -Xclang -verify=since %s
// RUN: %roles -DBEFORE_0_16 %s
//
// libcoro throws nothing into a coroutine to cancel it.

#include "coro/coro.hpp"

template <class T> using task = coro::task<T>;
extern std::unique_ptr<coro::thread_pool> pool;
extern coro::scheduler scheduler;
extern coro::mutex async_mutex;
#define SLEEP(...) scheduler.yield_for(__VA_ARGS__)
#define SYNC_WAIT(...) coro::sync_wait(__VA_ARGS__)
#define OFFLOAD(...) pool->schedule([](auto f) -> coro::task<int> { co_return f(); }(__VA_ARGS__))
#define TO_POOL pool->schedule()
#define BACK scheduler.schedule()
#define SPAWN(...) pool->spawn_detached(__VA_ARGS__)
#define SPAWN_KEPT(...) pool->spawn_detached(coro::invoke(__VA_ARGS__))
#define LOCK async_mutex.scoped_lock()
#define GATHER(...) coro::when_all(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'coro::task<int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await scheduler->yield_for(1s)', which needs a coro::scheduler}}
// expected-warning@#sync_wait {{'coro::sync_wait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await pool->schedule([&]() -> coro::task<decltype(kept())> { co_return kept(); }())', which needs a coro::thread_pool}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-note@#switched_back {{write 'co_await scheduler->yield_for(1s)', which needs a coro::scheduler}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}

// What was a plain call before is a task since: the code that is seen tells.
task<void> releases(coro::semaphore &s) {
  s.release(); // since-warning {{is dropped, not awaited; it never runs}}
  co_return;
}

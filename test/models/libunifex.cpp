// RUN: %roles %s
//
// A task that is done unwinds without an exception.

#include "unifex.hpp"

template <class T> using task = unifex::task<T>;
extern int pool_scheduler, timed_scheduler;
extern unifex::v2::async_scope scope;
#define SLEEP(...) unifex::schedule_after(timed_scheduler, __VA_ARGS__)
#define SYNC_WAIT(...) unifex::sync_wait(__VA_ARGS__)
#define OFFLOAD(...) unifex::on(pool_scheduler, unifex::just_from(__VA_ARGS__))
#define SPAWN(...) unifex::spawn_detached(__VA_ARGS__, scope)
#define GATHER(...) unifex::when_all(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'typename _task::_task<int, false>::type') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await unifex::schedule_after(scheduler, 1s)', which needs a timed scheduler}}
// expected-warning@#sync_wait {{'unifex::sync_wait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await unifex::on(pool, unifex::just_from([&] { return kept(); }))', which needs a pool's scheduler}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}

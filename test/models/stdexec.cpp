// RUN: %roles %s
//
// A stopped sender unwinds a task without an exception; there is no mutex.

#include "stdexec.hpp"

template <class T> using task = exec::task<T>;
extern exec::static_thread_pool pool;
extern int timed_scheduler;
#define SLEEP(...) exec::schedule_after(timed_scheduler, __VA_ARGS__)
#define SYNC_WAIT(...) stdexec::sync_wait(__VA_ARGS__)
#define OFFLOAD(...) stdexec::on(pool.get_scheduler(), stdexec::just() | stdexec::then(__VA_ARGS__))
#define SPAWN(...) exec::start_detached(__VA_ARGS__)
#define GATHER(...) stdexec::when_all(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka '__task::basic_task<int, int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await exec::schedule_after(scheduler, 1s)', which needs a timed scheduler}}
// expected-warning@#sync_wait {{'stdexec::sync_wait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await stdexec::on(pool, stdexec::just() | stdexec::then([&] { return kept(); }))', which needs a pool's scheduler}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}

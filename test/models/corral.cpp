// RUN: %roles %s
//
// A nursery takes the callable and keeps it; cancellation unwinds without an
// exception.

#include "corral.hpp"

template <class T> using task = corral::Task<T>;
extern int io;
extern corral::ThreadPool pool;
extern corral::Semaphore semaphore;
extern corral::BasicNursery nursery;
#define SLEEP(...) corral::sleepFor(io, __VA_ARGS__)
#define SYNC_WAIT(...) corral::run(io, __VA_ARGS__)
#define OFFLOAD(...) pool.run(__VA_ARGS__)
#define SPAWN_KEPT(...) nursery.start(__VA_ARGS__)
#define LOCK semaphore.lock()
#define GATHER(...) corral::allOf(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'corral::Task<int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await corral::sleepFor(io, 1s)', which needs the io_context}}
// expected-warning@#sync_wait {{'corral::run' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await pool.run([&] { return kept(); })', which needs a corral::ThreadPool}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}

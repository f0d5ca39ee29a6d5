// RUN: %roles %s
// RUN: %roles -DYLT -Xclang -verify=ylt %s
//
// With and without yalantinglibs, which adds an executor that may block.

#include "async_simple.hpp"

template <class T> using task = async_simple::coro::Lazy<T>;
extern async_simple::coro::Mutex async_mutex;
#ifdef YLT
#define SLEEP(...) coro_io::sleep_for(__VA_ARGS__)
#define OFFLOAD(...) coro_io::post(__VA_ARGS__)
#else
#define SLEEP(...) async_simple::coro::sleep(__VA_ARGS__)
#endif
#define SYNC_WAIT(...) async_simple::coro::syncAwait(__VA_ARGS__)
#define SPAWN(...) __VA_ARGS__.start([](auto &&) {})
#define LOCK async_mutex.coScopedLock()
#define GATHER(...) async_simple::coro::collectAll(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'async_simple::coro::Lazy<int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await async_simple::coro::sleep(1s)'}}
// expected-warning@#sync_wait {{'async_simple::coro::syncAwait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}
// ylt-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-note@#cancelled_here {{a cancellation arrives at this await}}
// expected-warning@#swallowed {{catches 'async_simple::SignalException'}}
// expected-note@#swallowed {{let it pass}}

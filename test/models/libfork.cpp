// RUN: %roles %s
//
// libfork computes: it has no sleep, no locks, no cancellation, and its forks
// are joined.

#include "libfork.hpp"

template <class T> using task = lf::task<T>;
extern lf::lazy_pool pool;
#define SYNC_WAIT(...) lf::sync_wait(pool, [] { return __VA_ARGS__; })
#define SPAWN_KEPT(...) lf::detach(pool, __VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'lf::task<int>') is dropped, not awaited; it never runs}}
// expected-warning@#sync_wait {{'lf::sync_wait' blocks}}

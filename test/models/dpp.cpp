// RUN: %roles %s
//
// D++ has threads of its own to run handlers on, but offers none to block on.

#include "dpp.hpp"

template <class T> using task = dpp::task<T>;
extern dpp::cluster cluster;
#define SLEEP(...) cluster.co_sleep(1)
#define SYNC_WAIT(...) __VA_ARGS__.sync_wait()
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'dpp::task<int>') is dropped, not awaited; it is cancelled here}}
// expected-note@#sleep {{write 'co_await cluster.co_sleep(1s)', which needs the dpp::cluster, and seconds and 'dpp/dpp.h'}}
// expected-warning@#sync_wait {{'dpp::basic_awaitable::sync_wait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}

// RUN: %roles -DLAZY -Xclang -verify=lazy %s
// RUN: %roles -Xclang -verify=eager %s
//
// The lazy task and the eager promise. There is no mutex for coroutines.

#include "boost_cobalt.hpp"

#ifndef LAZY
template <class T> using task = boost::cobalt::promise<T>;
#define SPAWN(...) +__VA_ARGS__
#else
template <class T> using task = boost::cobalt::task<T>;
extern boost::asio::thread_pool pool;
#define SPAWN(...) boost::cobalt::spawn(pool, __VA_ARGS__, boost::cobalt::detached_t())
#define OFFLOAD(...) boost::cobalt::spawn(pool, [](auto f) -> boost::cobalt::task<int> { co_return f(); }(__VA_ARGS__), boost::cobalt::use_op)
#define SYNC_WAIT(...) boost::cobalt::run(__VA_ARGS__)
#endif
#define SLEEP(...) boost::cobalt::io::sleep(__VA_ARGS__)
#define GATHER(...) boost::cobalt::join(__VA_ARGS__)
#include "roles.hpp"

// lazy-warning@#dropped {{'task<int>' (aka 'boost::cobalt::task<int>') is dropped, not awaited; it never runs}}
// eager-warning@#dropped {{'task<int>' (aka 'boost::cobalt::promise<int>') is dropped, not awaited; it is cancelled here}}
// expected-note@#sleep {{write 'co_await boost::asio::steady_timer(co_await boost::cobalt::this_coro::executor, 1s).async_wait(boost::cobalt::use_op)'}}
// lazy-warning@#sync_wait {{'boost::cobalt::run' blocks}}
// lazy-note@#sync_wait {{write 'co_await work()'}}
// lazy-note@#called_lambda {{write 'co_await boost::cobalt::spawn(pool, [&]() -> boost::cobalt::task<decltype(kept())> { co_return kept(); }(), boost::cobalt::use_op)', which needs a thread pool's executor}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}
// eager-note@#spawned {{pass 'x' as a parameter}}

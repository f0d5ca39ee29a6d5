// RUN: %roles %s
//
// An exception that leaves a task ends the program, so nothing cancels by one.

#include "tmc.hpp"

template <class T> using task = tmc::task<T>;
extern tmc::ex_cpu pool;
extern tmc::ex_asio loop;
extern tmc::mutex async_mutex;
#define SYNC_WAIT(...) tmc::post_waitable(loop, __VA_ARGS__).get()
#define OFFLOAD(...) tmc::spawn_func(__VA_ARGS__).run_on(pool)
#define TO_POOL tmc::resume_on(pool)
#define BACK tmc::resume_on(loop)
#define SPAWN(...) tmc::post(loop, __VA_ARGS__)
#define LOCK async_mutex.lock_scope()
#define GATHER(...) tmc::spawn_tuple(__VA_ARGS__)
#include "roles.hpp"

// expected-warning@#dropped {{'task<int>' (aka 'tmc::task<int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await asio::steady_timer(tmc::asio_executor(), 1s).async_wait(tmc::aw_asio)'}}
// expected-warning@#sync_wait {{'std::future::get' blocks}}
// expected-note@#sync_wait {{write 'co_await tmc::spawn_func([&] { return SYNC_WAIT(work()); }).run_on(executor)', which needs an executor of threads that may block}}
// expected-note@#called_lambda {{write 'co_await tmc::spawn_func([&] { return kept(); }).run_on(executor)', which needs an executor of threads that may block}}
// expected-note@#switched_back {{write 'co_await asio::steady_timer(tmc::asio_executor(), 1s).async_wait(tmc::aw_asio)'}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}

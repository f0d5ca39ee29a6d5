// RUN: %roles %s
//
// Drogon spawns callables only, and cancels nothing. Another loop is the only
// place to block on, and who knows which loop that is.

#include "drogon.hpp"

template <class T> using task = drogon::Task<T>;
extern trantor::EventLoop *loop;
extern drogon::Mutex async_mutex;
#define SLEEP(...) drogon::sleepCoro(loop, __VA_ARGS__)
#define SYNC_WAIT(...) drogon::sync_wait(__VA_ARGS__)
#define OFFLOAD(...) drogon::queueInLoopCoro<int>(loop, __VA_ARGS__)
#define SPAWN_KEPT(...) drogon::async_run(__VA_ARGS__)
#define LOCK async_mutex.scoped_lock()
#define GATHER(...) drogon::when_all(__VA_ARGS__)
#include "roles.hpp"

// A queued function is gone once it was called; a repeated one is not.
void queued_lambda(int x) {
  loop->queueInLoop([x]() -> drogon::AsyncTask { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
  loop->runEvery(1, [x]() -> drogon::AsyncTask {
    co_await work();
    print(x);
  });
  loop->queueInLoop(drogon::async_func([x]() -> task<void> {
    co_await work();
    print(x);
  }));
}

// expected-warning@#dropped {{'task<int>' (aka 'drogon::Task<int>') is dropped, not awaited; it never runs}}
// expected-note@#sleep {{write 'co_await drogon::sleepCoro(trantor::EventLoop::getEventLoopOfCurrentThread(), 1s)'}}
// expected-warning@#sync_wait {{'drogon::sync_wait' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await drogon::queueInLoopCoro<decltype(kept())>(loop, [&] { return kept(); })', which needs another trantor::EventLoop}}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}

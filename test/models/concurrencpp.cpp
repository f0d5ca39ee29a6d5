// RUN: %roles %s

#include "concurrencpp.hpp"

template <class T> using task = concurrencpp::result<T>;
extern std::shared_ptr<concurrencpp::thread_pool_executor> pool;
extern std::shared_ptr<concurrencpp::manual_executor> loop;
extern concurrencpp::timer_queue timers;
extern concurrencpp::async_lock async_mutex;
#define SLEEP(...) timers.make_delay_object(__VA_ARGS__, loop)
#define SYNC_WAIT(...) __VA_ARGS__.get()
#define OFFLOAD(...) pool->submit(__VA_ARGS__)
#define TO_POOL concurrencpp::resume_on(pool)
#define BACK concurrencpp::resume_on(loop)
#define SPAWN(...) __VA_ARGS__
#define LOCK async_mutex.lock(loop)
#define GATHER(...) concurrencpp::when_all(loop, __VA_ARGS__)
#include "roles.hpp"

// expected-note@#sleep {{write 'co_await timers->make_delay_object(1s, executor)', which needs a concurrencpp::timer_queue and an executor}}
// expected-warning@#sync_wait {{'concurrencpp::result::get' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#called_lambda {{write 'co_await runtime.background_executor()->submit([&] { return kept(); })', which needs the concurrencpp::runtime}}
// expected-note@#switched_back {{write 'co_await timers->make_delay_object(1s, executor)', which needs a concurrencpp::timer_queue and an executor}}
// expected-warning@#dropped_gather {{is dropped, not awaited; it never runs}}
// expected-note@#spawned {{pass 'x' as a parameter}}
// expected-note@#cancelled_here {{a cancellation arrives at this await}}
// expected-warning@#swallowed {{catches 'concurrencpp::errors::broken_task'}}
// expected-note@#swallowed {{let it pass}}

// The closure dies with the call, and the coroutine goes on.
void submitted_lambda(int x) {
  loop->submit([x]() -> task<void> { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note {{pass 'x'}}
    // expected-note@-1 {{'submit' calls the lambda, and does not keep it}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
  loop->submit([x] { print(x); });
}

// A tag as the first parameter: the coroutine begins on the executor.
task<void> begins_on_a_pool(concurrencpp::executor_tag, std::shared_ptr<concurrencpp::thread_pool_executor>) {
  std::this_thread::sleep_for(1s);
  co_return;
}
task<void> begins_on_the_loop(concurrencpp::executor_tag, std::shared_ptr<concurrencpp::manual_executor>) {
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} expected-note {{write}}
  co_return;
}

// To wait leaves the result where it is, to await takes it away: no fix.
task<int> waits_and_takes() {
  auto result = work();
  result.wait(); // expected-warning {{'concurrencpp::result::wait' blocks}} expected-note {{await it where its result is taken, instead of this}}
  co_return co_await result;
}

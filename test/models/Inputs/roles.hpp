// The roles a library's names can have, each used rightly and wrongly.
//
// One test per library says the words in that library's own language and then
// includes this file; what is expected differently is expected there, at the
// places marked with #. A role the library does not have is left out with the
// reason.
//
//   task<T>                the type of most coroutines
//   SLEEP(duration)        awaited, time passes
//   SYNC_WAIT(task)        blocks until the task is done
//   OFFLOAD(lambda)        runs it on a thread that may block
//   TO_POOL, BACK          awaited, the coroutine goes on elsewhere
//   SPAWN(task)            runs the task without waiting for it
//   SPAWN_KEPT(lambda)     the same, and keeps the lambda
//   LOCK                   awaited, the guard of an asynchronous lock
//   GATHER(task, task)     awaited, both are done

#include <chrono>
#include <coroutine>
#include <mutex>
#include <thread>

using namespace std::chrono_literals;

task<int> work();
void log();
void print(int);
extern std::mutex thread_mutex;

task<void> dropped_task() {
  work(); // #dropped
  co_await work();
}

task<void> blocking_sleep() {
  std::this_thread::sleep_for(1s); // expected-warning {{'std::this_thread::sleep_for' puts to sleep the thread that runs coroutine 'blocking_sleep'}} #sleep
#ifdef SLEEP
  co_await SLEEP(1s);
#endif
  co_return;
}

#ifdef SYNC_WAIT
task<void> sync_wait_inside() {
  SYNC_WAIT(work()); // #sync_wait
  co_return;
}
void sync_wait_outside() { SYNC_WAIT(work()); }
#endif

#ifdef OFFLOAD
task<void> offloaded_lambda() {
  co_await OFFLOAD([] { std::this_thread::sleep_for(1s); return 1; });
  auto kept = [] { std::this_thread::sleep_for(1s); }; // expected-note {{calls}}
  kept(); // expected-warning {{puts to sleep}} #called_lambda
}
task<void> dropped_offload() {
  OFFLOAD([] { return 1; }); // #dropped_offload
  co_return;
}
#endif

#ifdef TO_POOL
task<void> switched_context() {
  co_await TO_POOL;
  std::this_thread::sleep_for(1s);
#ifdef BACK
  co_await BACK;
  std::this_thread::sleep_for(1s); // expected-warning {{puts to sleep}} #switched_back
#endif
}
#endif

#ifdef LOCK
task<void> async_lock_across_await() {
  auto guard = co_await LOCK;
  co_await work();
}
#endif
task<void> thread_lock_across_await() {
  std::lock_guard guard(thread_mutex); // expected-warning {{'guard' holds a lock while the coroutine is suspended}} expected-note {{release it}}
  co_await work(); // expected-note {{suspended here}}
}

#ifdef GATHER
task<void> gathered() {
  co_await GATHER(work(), work());
}
task<void> dropped_gather() {
  GATHER(work(), work()); // #dropped_gather
  co_return;
}
#endif

#ifdef SPAWN
void spawned_lambda(int x) {
  SPAWN([x]() -> task<void> { // expected-warning {{this coroutine lambda uses its capture 'x' when its closure is gone}} expected-note 0-3 {{}} #spawned
    co_await work(); // expected-note 0-1 {{}}
    print(x); // expected-note 0-1 {{}}
  }());
}
#endif
#ifdef SPAWN_KEPT
void spawned_and_kept_lambda(int x) {
  SPAWN_KEPT([x]() -> task<void> {
    co_await work();
    print(x);
  });
}
#endif

task<void> swallowed_cancellation() {
  try {
    co_await work(); // #cancelled_here
  } catch (...) { // #swallowed
    log();
  }
}
task<void> passed_on_cancellation() {
  try {
    co_await work();
  } catch (...) {
    throw;
  }
}

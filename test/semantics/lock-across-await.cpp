// A thread's lock that is held over a suspension is held while others run: the second task to ask
// for it, on the same thread, would wait for ever.
//
// RUN: %verify=lock-across-await %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

#include <mutex>

std::mutex mutex;
weir::lock lock;

weir::task<> bad() {
  std::lock_guard held(mutex); // expected-warning {{'held' holds a lock while the coroutine is suspended}}
  co_await weir::sleep(1ms);   // expected-note {{suspended here}}
  std::cout << "saved\n";
}
// BAD: lock-across-await.cpp:[[#@LINE-3]]: weir: a task suspends while its thread holds a mutex [weir-lock-across-await]
// BAD: saved

weir::task<> good() {
  auto held = co_await lock.scoped();
  co_await weir::sleep(1ms);
  std::cout << "saved\n";
}
// GOOD: saved

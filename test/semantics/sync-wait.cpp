// A task that waits for the loop from inside it waits for itself.
//
// RUN: %verify=sync-wait %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<int> load() {
  co_await weir::sleep(10ms);
  co_return 21;
}

weir::task<> bad() {
  std::cout << 2 * weir::run(load()) << '\n'; // expected-warning {{'weir::run' blocks the thread that runs coroutine 'bad' until asynchronous work is done}}
  co_return;
}
// BAD: fails: weir::run inside a running loop: await the task instead

weir::task<> good() { std::cout << 2 * co_await load() << '\n'; }
// GOOD: 42

// A handler that takes the cancellation for an error makes a task that cannot be stopped.
//
// RUN: %verify=swallowed-cancellation %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<> fetch() { co_await weir::sleep(1h); }
bool is_stopping = false;

weir::task<> refresh_stubbornly() {
  while (!is_stopping)
    try {
      co_await fetch();
    } catch (...) { // expected-warning {{this handler also catches 'weir::cancelled', with which the coroutine is cancelled, and does not rethrow it}}
      std::cout << "once more\n";
    }
}
weir::task<> refresh() {
  while (!is_stopping)
    try {
      co_await fetch();
    } catch (const weir::cancelled &) {
      throw;
    } catch (...) {
      std::cout << "once more\n";
    }
}
weir::task<> cancel(weir::task<> work) {
  auto task = weir::create_task(std::move(work));
  co_await weir::sleep(1s);
  task.cancel();
  co_await weir::sleep(1s);
  std::cout << (task.done() ? "it ended\n" : "it goes on\n");
  is_stopping = true;
  task.cancel();
  co_await weir::sleep(1s);
}

weir::task<> bad() { co_await cancel(refresh_stubbornly()); }
// BAD: once more
// BAD: it goes on

weir::task<> good() { co_await cancel(refresh()); }
// GOOD: it ended

// A function without co_await, co_return and return ends without the task it promises.
//
// RUN: %verify=missing-co-keyword %warnings %s
// RUN: %program && %crash && %good

#include "support/harm.hpp"

void work() { std::cout << "works\n"; }

weir::task<> forgets() { // expected-warning {{'forgets' returns a 'weir::task<>', but is no coroutine and ends without one}}
  work();
}
weir::task<> bad() { co_await forgets(); }
// BAD: works
// BAD: runtime error: execution reached the end of a value-returning function

weir::task<> remembers() {
  work();
  co_return;
}
weir::task<> good() { co_await remembers(); }
// GOOD: works

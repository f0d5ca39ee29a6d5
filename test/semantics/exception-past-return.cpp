// A task that is returned from a try block runs after the block was left: its exception passes the
// handler by.
//
// RUN: %verify=exception-past-return %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<int> load() {
  co_await weir::sleep(1ms);
  throw std::runtime_error("no such file");
}
weir::task<int> fallback() { co_return 1; }

weir::task<int> load_or_default() {
  try {
    return load(); // expected-warning {{an exception of 'load' does not reach the handler: the task that is returned runs when the try block is left}}
  } catch (const std::exception &) {
    return fallback();
  }
}
weir::task<> bad() { std::cout << co_await load_or_default() << '\n'; }
// BAD: fails: no such file

weir::task<int> await_or_default() {
  try {
    co_return co_await load();
  } catch (const std::exception &) {
  }
  co_return co_await fallback();
}
weir::task<> good() { std::cout << co_await await_or_default() << '\n'; }
// GOOD: 1

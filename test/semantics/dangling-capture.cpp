// The captures of a lambda are in its closure, not in its coroutine: gone with the closure.
//
// RUN: %verify=dangling-capture %warnings %s
// RUN: %program && %crash && %good

#include "support/harm.hpp"

weir::task<> bad() {
  std::string id = "a long name that is not kept inside of the string";
  auto saving = [id]() -> weir::task<> { // expected-warning {{this coroutine lambda uses its capture 'id' when its closure is gone, which dies at the end of the statement}}
    std::cout << id << '\n';
    co_return;
  }();
  co_await std::move(saving);
}
// BAD: ERROR: AddressSanitizer: {{stack-use-after-scope|stack-use-after-return|heap-use-after-free}}

weir::task<> good() {
  std::string id = "a long name that is not kept inside of the string";
  auto saving = [](std::string id) -> weir::task<> {
    std::cout << id << '\n';
    co_return;
  }(id);
  co_await std::move(saving);
}
// GOOD: a long name

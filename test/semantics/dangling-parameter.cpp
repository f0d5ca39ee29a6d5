// A reference that is used after a suspension refers to what the caller had when it began.
//
// RUN: %verify=dangling-parameter %warnings %s
// RUN: %program && %crash && %good

#include "support/harm.hpp"

static weir::task<> store(const std::string &text) { // expected-warning {{parameter 'text' of 'store' is used when what it refers to may be gone}}
  co_await weir::sleep(1ms);
  std::cout << text << '\n';
}
static void on_message(const std::string &text) {
  weir::create_task(store(text)); // expected-note {{'store' is started here and not waited for, and 'text' need not outlive the call}}
}

weir::task<> bad() {
  on_message("a long text that is not kept inside of the string");
  co_await weir::sleep(10ms);
}
// BAD: ERROR: AddressSanitizer: {{stack-use-after-scope|stack-use-after-return|heap-use-after-free}}

static weir::task<> store_copy(std::string text) {
  co_await weir::sleep(1ms);
  std::cout << text << '\n';
}
weir::task<> good() {
  weir::create_task(store_copy("a long text that is not kept inside of the string"));
  co_await weir::sleep(10ms);
}
// GOOD: a long text

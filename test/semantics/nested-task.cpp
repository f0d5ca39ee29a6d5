// Awaiting one of two tasks leaves the inner one, and it never runs.
//
// RUN: %verify=nested-task %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

int saved = 0;
weir::task<> save() {
  ++saved;
  co_return;
}

weir::task<> bad() {
  co_await weir::to_thread([] { return save(); }); // expected-warning {{awaiting gives another 'weir::task<>', which is dropped and never runs}}
  std::cout << saved << " saved\n";
}
// BAD: [weir-unawaited-task]
// BAD: 0 saved

weir::task<> good() {
  co_await save();
  std::cout << saved << " saved\n";
}
// GOOD: 1 saved

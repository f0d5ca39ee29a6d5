// Who blocks the thread stops every task of the loop.
//
// RUN: %verify=blocking-call %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

void call_the_bank() { std::this_thread::sleep_for(500ms); } // expected-note {{'call_the_bank' calls 'std::this_thread::sleep_for', which blocks}}

weir::task<> bad() {
  co_await weir::yield();
  call_the_bank(); // expected-warning {{'call_the_bank' puts to sleep the thread that runs coroutine 'bad'}}
  std::cout << "paid\n";
}
// BAD: blocking-call.cpp:[[#@LINE-4]]: weir: the loop stands still since {{[0-9]+}} ms: a task blocks its thread [weir-blocking-call]
// BAD: in weir::task<> bad()
// BAD: paid

weir::task<> good() {
  co_await weir::to_thread(call_the_bank);
  std::cout << "paid\n";
}
// GOOD: paid

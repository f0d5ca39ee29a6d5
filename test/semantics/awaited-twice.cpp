// A task runs once; whoever awaits it again gets an error, not the result.
//
// RUN: %verify=awaited-twice %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<int> price() { co_return 20; }

weir::task<> bad() {
  auto p = price();
  int net = co_await std::move(p);     // expected-note {{it was awaited here}}
  int tax = co_await std::move(p) / 5; // expected-warning {{the task 'p' is awaited again, but it runs only once}}
  std::cout << net + tax << '\n';
}
// BAD: fails: {{.*}}once [weir-awaited-twice]

weir::task<> good() {
  int net = co_await price();
  std::cout << net + net / 5 << '\n';
}
// GOOD: 24

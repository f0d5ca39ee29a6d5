// A timeout ends what is suspended. What does not suspend takes as long as it takes.
//
// RUN: %verify=idle-timeout %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

void compute_for(std::chrono::milliseconds time) {
  for (auto end = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < end;);
}
weir::task<> compute() {
  compute_for(40ms);
  co_return;
}
weir::task<> compute_in_parts() {
  for (int part = 0; part < 40; ++part) {
    compute_for(1ms);
    co_await weir::sleep(1ms);
  }
}

weir::task<> bad() {
  co_await weir::wait_for(compute(), 5ms); // expected-warning {{'weir::wait_for' cannot end 'compute': it never suspends}}
  std::cout << "it was never too late\n";
}
// BAD: it was never too late

weir::task<> good() {
  co_await weir::wait_for(compute_in_parts(), 5ms);
  std::cout << "it was never too late\n";
}
// GOOD-NOT: never
// GOOD: fails: {{.*}}time

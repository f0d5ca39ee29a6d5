// Who looks again and again is woken for nothing, and sees late what has happened.
//
// RUN: %verify=busy-wait %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

bool is_connected = false;
int looks = 0;

weir::task<> connect(weir::event &connected) {
  co_await weir::sleep(95ms);
  is_connected = true;
  connected.set();
}

weir::task<> bad() {
  weir::event connected;
  auto connecting = weir::create_task(connect(connected));
  while (!is_connected) // expected-warning {{this loop does nothing but wait for its condition to change}}
    co_await weir::sleep(10ms); // expected-note {{it is woken up here only to look again}}
  std::cout << "seen after " << elapsed() << " ms\n";
}
// BAD: seen after 100 ms

weir::task<> good() {
  weir::event connected;
  auto connecting = weir::create_task(connect(connected));
  co_await connected.wait();
  std::cout << "seen after " << elapsed() << " ms\n";
}
// GOOD: seen after 95 ms

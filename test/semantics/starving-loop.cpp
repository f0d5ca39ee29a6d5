// A loop that does not suspend keeps all other tasks from running.
//
// RUN: %verify=starving-loop %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

int orders = 0;
bool is_done = false;
bool take_order() { return ++orders < 500; }
void handle_order() {
  for (auto end = std::chrono::steady_clock::now() + 1ms; std::chrono::steady_clock::now() < end;);
}
weir::task<> ring() {
  std::cout << "rings after " << orders << " orders\n";
  co_return;
}

weir::task<> bad() {
  auto phone = weir::create_task(ring());
  for (;;) { // expected-warning {{this loop can turn for ever without being suspended}}
    if (take_order())
      handle_order();
    else
      co_await phone; // expected-note {{a turn that does not come here keeps the thread}}
    if (is_done = orders > 500)
      break;
  }
}
// BAD: the loop stands still since
// BAD: rings after 500 orders

weir::task<> good() {
  auto phone = weir::create_task(ring());
  while (take_order()) {
    handle_order();
    co_await weir::yield();
  }
  co_await phone;
}
// GOOD: rings after 1 orders

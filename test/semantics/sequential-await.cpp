// What could be waited for at once takes the sum of its times.
//
// RUN: %verify=sequential-await %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

static weir::task<int> stock() {
  co_await weir::sleep(20ms);
  co_return 3;
}
static weir::task<int> price() {
  co_await weir::sleep(30ms);
  co_return 5;
}

weir::task<> bad() {
  int count = co_await stock();
  int each = co_await price(); // expected-warning {{'each' waits for 'count' without need: 'stock' and 'price' could run at the same time}}
  std::cout << count * each << " after " << elapsed() << " ms\n";
}
// BAD: 15 after 50 ms

weir::task<> good() {
  auto [count, each] = co_await weir::gather(stock(), price());
  std::cout << count * each << " after " << elapsed() << " ms\n";
}
// GOOD: 15 after 30 ms

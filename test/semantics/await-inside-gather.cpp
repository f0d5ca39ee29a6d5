// An argument that is awaited is waited for before gather begins.
//
// RUN: %verify=await-inside-gather %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<int> find(int after) {
  co_await weir::sleep(20ms);
  co_return after;
}
weir::task<> load(int) { co_await weir::sleep(20ms); }
weir::task<> find_and_load(int n) { co_await load(co_await find(n)); }

weir::task<> bad() {
  co_await weir::gather(load(co_await find(1)),
                        load(co_await find(2))); // expected-warning {{this await waits for the one before it, and 'weir::gather' begins only after both}}
  std::cout << "after " << elapsed() << " ms\n";
}
// BAD: after 60 ms

weir::task<> good() {
  co_await weir::gather(find_and_load(1), find_and_load(2));
  std::cout << "after " << elapsed() << " ms\n";
}
// GOOD: after 40 ms

// What was read before a suspension overwrites what others have written meanwhile.
//
// RUN: %verify=stale-read-modify-write %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

int total = 0;
weir::task<int> count_page() {
  co_await weir::sleep(1ms);
  co_return 1;
}

weir::task<> count() {
  total = total + co_await count_page(); // expected-warning {{whether 'total' is read before or after the suspension in this expression is unspecified}}
}
weir::task<> bad() {
  co_await weir::gather(count(), count(), count());
  std::cout << total << " pages\n";
}
// BAD: 1 pages

weir::task<> count_first() {
  int pages = co_await count_page();
  total = total + pages;
}
weir::task<> good() {
  co_await weir::gather(count_first(), count_first(), count_first());
  std::cout << total << " pages\n";
}
// GOOD: 3 pages

// A task that is kept refers to a temporary that died when its statement ended.
//
// RUN: %verify=dangling-task %warnings %s
// RUN: %program && %crash && %good

#include "support/harm.hpp"

static weir::task<std::size_t> count(const std::string &words) {
  co_await weir::sleep(1ms);
  co_return words.size();
}

weir::task<> bad() {
  auto counting = count("one two three four five six"); // expected-warning {{the task of 'count' refers to a temporary that dies at the end of the statement}}
  std::cout << co_await std::move(counting) << '\n';
}
// BAD: ERROR: AddressSanitizer: {{stack-use-after-scope|stack-use-after-return|heap-use-after-free}}

weir::task<> good() {
  std::cout << co_await count("one two three four five six") << '\n';
}
// GOOD: 27

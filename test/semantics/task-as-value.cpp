// A task that is tested is not its result: it is always true, and it does not run.
//
// RUN: %verify=task-as-value %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<bool> is_allowed(int user) { co_return user == 0; }

weir::task<> bad() {
  if (is_allowed(7)) // expected-warning {{'is_allowed' makes a 'weir::task<bool>' that is tested instead of its result}}
    std::cout << "user 7 reads all\n";
  co_return;
}
// BAD-DAG: user 7 reads all
// BAD-DAG: [weir-unawaited-task]

weir::task<> good() {
  if (co_await is_allowed(7))
    std::cout << "user 7 reads all\n";
  std::cout << "done\n";
}
// GOOD-NOT: user 7
// GOOD: done

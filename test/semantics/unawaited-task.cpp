// A task that is dropped does nothing.
//
// RUN: %verify=unawaited-task %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

int saved = 0;
weir::task<> save() {
  ++saved;
  co_return;
}

weir::task<> bad() {
  save(); // expected-warning {{'weir::task<>' is dropped, not awaited; it never runs}}
  std::cout << saved << " saved\n";
  co_return;
}
// BAD: unawaited-task.cpp:{{[0-9]+}}: weir: {{.*}} without being awaited: weir::task<> save(){{.*}}[weir-unawaited-task]
// BAD: 0 saved

weir::task<> good() {
  co_await save();
  std::cout << saved << " saved\n";
}
// GOOD: 1 saved

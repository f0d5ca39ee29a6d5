// A task that is only kept does nothing either.
//
// RUN: %verify=unconsumed-task %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

int saved = 0;
weir::task<> save() {
  ++saved;
  co_return;
}

weir::task<> bad() {
  {
    auto saving = save(); // expected-warning {{the task 'saving' is never awaited, so it never runs}}
  }
  std::cout << saved << " saved\n";
  co_return;
}
// BAD: unconsumed-task.cpp:{{[0-9]+}}: weir: {{.*}} without being awaited: weir::task<> save(){{.*}}[weir-unawaited-task]
// BAD: 0 saved

weir::task<> good() {
  auto saving = save();
  co_await std::move(saving);
  std::cout << saved << " saved\n";
}
// GOOD: 1 saved

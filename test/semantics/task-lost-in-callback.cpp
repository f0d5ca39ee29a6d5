// Who calls a callback that returns nothing drops the task it made.
//
// RUN: %verify=task-lost-in-callback %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

#include <functional>

int saved = 0;
weir::task<> save() {
  ++saved;
  co_return;
}
struct button {
  void on_click(std::function<void()> call) { handler = std::move(call); }
  std::function<void()> handler;
};

weir::task<> bad() {
  button b;
  b.on_click([]() -> weir::task<> { co_await save(); }); // expected-warning {{the 'weir::task<>' of this coroutine is lost, and never runs}}
  b.handler();
  co_await weir::sleep(1ms);
  std::cout << saved << " saved\n";
}
// BAD: [weir-unawaited-task]
// BAD: 0 saved

weir::task<> good() {
  button b;
  b.on_click([] { weir::create_task(save()); });
  b.handler();
  co_await weir::sleep(1ms);
  std::cout << saved << " saved\n";
}
// GOOD: 1 saved

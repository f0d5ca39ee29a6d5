// An exception of a task that nobody waits for ends the program, or is seen by nobody. (Weir's own
// runtime reports it under this name, as test/runtime/testing.cpp shows, so that the rule has nothing to
// say of `weir::create_task`.)
//
// RUN: %verify=unhandled-task-exception %warnings %s
// RUN: %plain-program && not --crash %t bad 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: %good

#include "support/harm.hpp"

#include <coroutine>

namespace drogon { // as this library has it
struct AsyncTask {
  struct promise_type {
    AsyncTask get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};
} // namespace drogon

drogon::AsyncTask send(std::string text) {
  if (text.empty())
    throw std::invalid_argument("nothing to send");
  co_return;
}
weir::task<> send_later(std::string text) {
  co_await weir::sleep(1ms);
  if (text.empty())
    throw std::invalid_argument("nothing to send");
}

weir::task<> bad() {
  send(""); // expected-warning {{an exception of 'send' ends the program: nobody awaits it behind 'drogon::AsyncTask'}}
  std::cout << "all is well\n";
  co_return;
}
// BAD-NOT: all is well
// BAD: what(): {{ *}}nothing to send

weir::task<> good() {
  try {
    co_await send_later("");
  } catch (const std::invalid_argument &error) {
    std::cout << "not sent: " << error.what() << '\n';
  }
}
// GOOD: not sent: nothing to send

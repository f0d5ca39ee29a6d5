// RUN: %verify=nested-task -Wno-everything %s
// RUN: %fix=nested-task %s | FileCheck %s --check-prefix=FIX

#include <weir/task.hpp>
#include <weir/to_thread.hpp>

weir::task<int> inner();
weir::task<weir::task<int>> outer();

weir::task<> dropped() {
  co_await outer(); // expected-warning {{awaiting gives another 'weir::task<int>', which is dropped and never runs}} expected-note {{await that as well}}
  // FIX: {{^}}  co_await co_await outer();
  co_await weir::to_thread([] { return inner(); }); // expected-warning {{awaiting gives another}} expected-note {{}}
  // FIX: {{^}}  co_await co_await weir::to_thread
}
weir::task<weir::task<int>> returned() {
  co_return inner(); // expected-warning {{the value of this coroutine is itself a 'weir::task<int>', which nobody has awaited}} expected-note {{write 'co_return co_await', and return what that gives}}
}
weir::task<weir::task<int>> returns_either(bool first) {
  co_return first ? inner() // expected-warning {{itself a}} expected-note {{}}
                  : inner(); // expected-warning {{itself a}} expected-note {{}}
}
weir::task<weir::task<int>> returned_again() {
  co_return co_await outer(); // expected-warning {{itself a 'weir::task<int>'}} expected-note {{}}
}

weir::task<int> awaited_twice() {
  auto task = co_await outer();
  int a = co_await std::move(task);
  int b = co_await co_await outer();
  (void)co_await outer();
  co_await inner();
  co_return a + b;
}

// A test may be about just that.
#define TEST_CASE(name) weir::task<weir::task<int>> name()
TEST_CASE(tests_may) { co_return inner(); }

// An await may give a reference to the task in the other's frame.
namespace by_reference {
struct given {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  weir::task<int> &&await_resume();
};
given make();
weir::task<> drops() {
  co_await make(); // expected-warning {{awaiting gives another 'weir::task<int>', which is dropped and never runs}} expected-note {{}}
}
} // namespace by_reference

// RUN: %verify=unjoined-scope -Wno-everything %s

#include <weir/task.hpp>

using weir::task;
task<int> f();

namespace cppcoro { // as its model describes it
struct async_scope {
  struct operation {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
  };
  template <class T> void spawn(T &&);
  operation join();
  int running() const;
};
} // namespace cppcoro
using cppcoro::async_scope;
void start_in(async_scope &);

task<> never() {
  async_scope scope; // expected-warning {{'scope' is destroyed without being joined}} expected-note {{write 'co_await scope.join()'}}
  scope.spawn(f()); // expected-note {{a task is started in it here}}
  co_return;
}
task<> early_return(bool b) {
  async_scope scope; // expected-warning {{some path destroys 'scope' without joining it}} expected-note {{write}}
  scope.spawn(f()); // expected-note {{started in it here}}
  if (b)
    co_return; // expected-note {{the path ends here}}
  co_await scope.join();
}
task<> started_again() {
  async_scope scope; // expected-warning {{}} expected-note {{write}}
  scope.spawn(f()); // expected-note {{started}}
  co_await scope.join();
  scope.spawn(f());
}
task<> lent(bool b) {
  async_scope scope; // expected-warning {{some path}} expected-note {{write}}
  start_in(scope);
  if (b)
    co_return; // expected-note {{the path ends here}}
  co_await scope.join();
}
task<> in_a_loop(int n) {
  for (int i = 0; i < n; ++i) {
    async_scope scope; // expected-warning {{}} expected-note {{write}}
    scope.spawn(f()); // expected-note {{started}}
    if (i == 3) // expected-note {{ends here}}
      continue;
    co_await scope.join();
  }
}

task<> joined(bool b) {
  async_scope scope;
  if (b)
    co_return; // nothing was started
  scope.spawn(f());
  if (scope.running() > 0)
    scope.spawn(f());
  co_await scope.join();
}
task<> unused() {
  async_scope scope;
  co_return;
}
task<> joined_on_each_path(bool b) {
  async_scope scope;
  scope.spawn(f());
  if (b) {
    co_await scope.join();
    co_return;
  }
  co_await scope.join();
}
task<> joined_by_somebody_else() {
  async_scope scope;
  scope.spawn(f());
  start_in(scope);
  co_return;
}
task<> looked_at_once_it_is_joined() {
  async_scope scope;
  start_in(scope);
  co_await scope.join();
  start_in(scope);
}
struct owner {
  async_scope scope;
  task<> start() {
    scope.spawn(f());
    co_return;
  }
};
task<> of_the_caller(async_scope &scope) {
  scope.spawn(f());
  co_return;
}
template <class T> task<> in_a_template(T) {
  async_scope scope; // expected-warning {{}} expected-note {{write}}
  scope.spawn(f()); // expected-note {{}}
  co_return;
}
template task<> in_a_template(int);

// A failed assertion leaves a test that is lost anyway.
#define CO_ASSERT_EQ(a, b)                                                     \
  if ((a) != (b))                                                              \
    co_return;
task<> asserts() {
  async_scope scope;
  scope.spawn(f());
  CO_ASSERT_EQ(1, scope.running());
  co_await scope.join();
}

// RUN: %verify=await-inside-gather -Wno-everything %s
// RUN: %fix=await-inside-gather %s | FileCheck %s --check-prefix=FIX

#include <vector>
#include <weir/weir.hpp>

weir::task<int> a();
weir::task<int> b();
weir::task<int> f(int);
weir::task<weir::task_handle<int>> start();

weir::task<> arguments() {
  co_await weir::gather(a(), b());
  co_await weir::gather(f(co_await a()), // expected-note {{the first await is here}}
                        f(co_await b())); // expected-warning {{this await waits for the one before it, and 'weir::gather' begins only after both}} expected-note {{await both inside the tasks that are gathered}}
  co_await weir::gather(f(co_await a()), b());
  co_await weir::gather(co_await start(), co_await start());
  auto later = [](int n) -> weir::task<int> { co_return co_await f(co_await f(n)); };
  co_await weir::gather(later(1), later(2));
}

// Libraries whose gather takes anything.
struct promise_base {
  std::suspend_always initial_suspend();
  std::suspend_always final_suspend() noexcept;
  void unhandled_exception();
};
namespace cppcoro {
template <class T> struct task {
  struct promise_type : promise_base {
    task get_return_object();
    void return_value(T);
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
template <class... T> task<int> when_all(T &&...);
task<int> c();
task<std::vector<task<int>>> many();
} // namespace cppcoro
cppcoro::task<int> direct() {
  using namespace cppcoro;
  co_await when_all(co_await c(), c()); // expected-warning {{this await is over before 'cppcoro::when_all' begins}}
  // FIX: {{^}}  co_await when_all(c(), c());
  co_await when_all(co_await many());
  co_return 0;
}

// RUN: %verify=passthrough-coroutine -Wno-everything %s
// RUN: %fix=passthrough-coroutine %s | FileCheck %s --check-prefix=FIX

#include <mutex>
#include <string>
#include <weir/task.hpp>

weir::task<int> f();
weir::task<int> f(int);
weir::task<int> f(const std::string &);
weir::task<int> of_reference(const int &);
weir::task<int> g();
std::string load();
struct client { weir::task<int> get(); };

weir::task<int> a(int x) { // expected-warning {{coroutine 'a' only hands on the result of another task}}
  co_return co_await f(x); // expected-note {{return the task itself: 'return', without 'co_await'}}
  // FIX: {{^}}  return f(x);
}
weir::task<int> j(bool b) { // expected-warning {{'j'}}
  if (b)
    co_return co_await f(); // expected-note {{}}
  // FIX: {{^}}    return f();
  co_return co_await g();
  // FIX: {{^}}  return g();
}
weir::task<int> on_a_reference(client &c) { // expected-warning {{'on_a_reference'}}
  co_return co_await c.get(); // expected-note {{}}
}

// Something of the frame is referred to, or must outlive the await.
weir::task<int> b() { auto s = load(); co_return co_await f(s); }
weir::task<int> c(std::string s) { co_return co_await f(s); }
weir::task<int> by_reference(int x) { co_return co_await of_reference(x); }
weir::task<int> temporary() { co_return co_await f("tmp"); }
weir::task<int> keeps_alive(std::shared_ptr<client> p) { co_return co_await p->get(); }
weir::task<int> own_object(client c) { co_return co_await c.get(); }
weir::task<int> d() { try { co_return co_await f(); } catch (...) { co_return 0; } }
std::mutex m;
weir::task<int> e() { std::lock_guard l(m); co_return co_await f(); }
weir::task<long> h() { co_return co_await f(); }
weir::task<int> i() { co_return co_await f(co_await g()); }
weir::task<int> k(bool b) {
  if (b)
    co_return 1;
  co_return co_await g();
}
weir::task<int> plus_one() { co_return 1 + co_await f(); }
weir::task<int> test_of_passing_on(int x) { co_return co_await f(x); }

// What is made of itself, as it may stand there half typed, is followed to no end.
//
// RUN: not %weir check --no-cache -q --checks='*,weir-stale-across-await,weir-dangling-this' %s \
// RUN:   -- -std=c++20 -I%root/runtime/include > %t

#include <coroutine>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>
#include <weir/weir.hpp>
using weir::task;
task<> f();
task<> w(std::string_view);
struct P { std::mutex m; P *next; int n; task<> run(); std::string s; };
task<> a(std::vector<int> &v, bool c) {
  const char *p = p;
  std::string &r = r;
  std::string &q = c ? q : r;
  P *o = o->next;
  P &u = *(&u);
  auto &&x = std::move(x);
  std::mutex &m = m;
  std::lock_guard<std::mutex> l(m);
  std::lock_guard<std::mutex> l2(u.m);
  m.lock();
  std::string_view sv = sv;
  std::string_view sv2 = sv2.substr(1);
  int *i = &*i;
  int &k = v[k];
  std::thread th = std::move(th);
  co_await f();
  weir::create_task(w(sv));
  weir::create_task(w(q));
  weir::create_task(w(r));
  weir::create_task(w(sv2));
  weir::create_task(w(u.s));
  co_await weir::to_thread([&] { return k + *i; });
  for (auto &e : v) { auto &e2 = e2; co_await f(); e2 = e; }
  m.unlock();
  u.n = *i + k;
  co_await o->run();
  co_await u.run();
  th.join();
}

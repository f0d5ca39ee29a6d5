// RUN: %verify=stale-read-modify-write -Wno-everything %s
// RUN: %fix=stale-read-modify-write %s | FileCheck %s --check-prefix=FIX
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-stale-read-modify-write \
// RUN:   --config='{CheckOptions: {weir-stale-read-modify-write.AcrossStatements: true}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include 2>&1 | FileCheck %s --check-prefix=ACROSS

#include <memory>
#include <optional>
#include <string>
#include <weir/lock.hpp>
#include <weir/task.hpp>

using weir::task;
task<int> f();
int id(int, int);
int by_reference(const int &, int);
void log(const char *, int, int);
template <class... T> void forward(T &&...);
int total;
const int limit = 3;
int fixed; // nobody writes it

task<> on_the_left() {
  total = total + co_await f(); // expected-warning {{whether 'total' is read before or after the suspension in this expression is unspecified}} expected-note {{suspended here}} expected-note {{await in a statement of its own}}
  // FIX: {{^}}  auto awaited = co_await f();
  // FIX-NEXT: {{^}}  total = total + awaited;
}
task<> on_the_right() {
  total = co_await f() + total; // expected-warning {{'total' is read}} expected-note 2 {{}}
}
task<> as_an_argument() {
  total = id(total, co_await f()); // expected-warning {{'total' is read}} expected-note 2 {{}}
}
task<> only_read() {
  log("{}", total, co_await f()); // expected-warning {{others change it meanwhile}} expected-note 2 {{}}
  log("{}", fixed, co_await f());
  log("{}", limit, co_await f());
  forward(total, co_await f()); // bound now, read later
}
// C++17 says which comes first.
task<> ordered() {
  total += co_await f();
  total = (co_await f(), total);
  total = by_reference(total, co_await f());
  int both[] = {total, co_await f()};
}
struct counter {
  int count;
  std::optional<int> cache;
  weir::lock lock;
  task<> member() {
    count = count + co_await f(); // expected-warning {{'count' is read}} expected-note 2 {{}}
    this->count = this->count + co_await f(); // expected-warning {{'count' is read}} expected-note 2 {{}}
  }
  task<> locked() {
    auto held = co_await lock.scoped();
    count = count + co_await f();
  }
  task<> afterwards() {
    co_await f();
    this->count += 1;
    count = co_await f();
  }

  // Over several statements.
  task<> lost_update() {
    auto n = this->count;
    co_await f();
    this->count = n + 1;
    // ACROSS: :[[@LINE-1]]:17: warning: 'count' is overwritten with what 'n' held before a suspension
  }
  task<> check_then_act() {
    if (!cache) {
      auto v = co_await f();
      cache = v;
      // ACROSS: :[[@LINE-1]]:13: warning: 'cache' is overwritten after a suspension because of how it was before
    }
  }
  // ACROSS-NOT: is overwritten
  task<> read_again() {
    auto n = this->count;
    co_await f();
    n = this->count;
    this->count = n + 1;
  }
  task<> looked_at_again() {
    auto n = this->count;
    co_await f();
    if (this->count == n)
      this->count = n + 1;
    if (!cache) {
      auto v = co_await f();
      if (!cache)
        cache = v;
    }
  }
  task<> counted() {
    while (count < limit) {
      co_await f();
      ++count; // adds to whatever it is by now
    }
  }
  task<> written_only() { cache = co_await f(); }
  bool done;
  task<> sets_a_flag() { // twice is as good as once
    while (!done) {
      if (co_await f() == 0)
        done = true;
    }
  }
  task<> whatever_it_was() {
    if (cache)
      log("", 1, 1);
    co_await f();
    cache = 1;
  }
};
task<> through_a_reference(int &sum) {
  sum = sum + co_await f(); // expected-warning {{'sum' is read}} expected-note 2 {{}}
}
task<> through_a_pointer(int *sum) {
  *sum = *sum + co_await f(); // expected-warning {{'*sum' is read}} expected-note 2 {{}}
}
struct totals { int n; };
task<> shared_with_others(std::shared_ptr<totals> t) {
  t->n = t->n + co_await f(); // expected-warning {{'t->n' is read}} expected-note 2 {{}}
}
task<> owned_alone(std::unique_ptr<totals> t) {
  t->n = t->n + co_await f();
  (*t).n = (*t).n + co_await f();
  int local = 0, *p = &local;
  *p = *p + co_await f();
}
task<> its_own() {
  int local = 0;
  local = local + co_await f();
}
task<> never_suspended() {
  struct ready {
    bool await_ready() { return true; }
    void await_suspend(std::coroutine_handle<>) {}
    int await_resume() { return 1; }
  };
  co_await f();
}

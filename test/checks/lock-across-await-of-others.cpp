// RUN: %verify=lock-across-await -Wno-everything %s

#include <memory>
#include <mutex>
#include <optional>
#include <weir/task.hpp>

using weir::task;
task<int> f();
std::mutex m;
int n;
struct table {
  std::mutex m;
};

// Mutexes that others lock and unlock for the coroutine.
struct chained {
  std::mutex mutex;
  int open;
  void enter() { mutex.lock(); } // expected-note 6 {{'chained::enter' locks 'mutex' and leaves it locked}}
  void leave() { mutex.unlock(); }
  void enter_sometimes() {
    if (open)
      mutex.lock();
  }
  bool try_enter() { return mutex.try_lock(); }
  void enter_early() {
    if (open)
      return;
    enter();
  }
  void leave_sometimes() {
    if (open)
      leave();
  }
  int balanced() {
    mutex.lock();
    int now = open;
    mutex.unlock();
    return now;
  }
  void throws_or_enters() {
    mutex.lock(); // expected-note {{'chained::throws_or_enters' locks 'mutex'}}
    if (!open) {
      mutex.unlock();
      throw 1;
    }
  }
  void forwards() { // through others, at one place of several
    if (open)
      ++n;
    enter(); // expected-note {{'chained::forwards' calls 'chained::enter'}}
  }
  void goes_round() {
    if (open--)
      goes_round();
    mutex.lock();
  }
  void unknown();
  task<> own_method() {
    enter(); // expected-warning {{the lock that 'chained::enter' takes is held while the coroutine is suspended}} expected-note {{release it before}}
    co_await f(); // expected-note {{suspended here}}
    leave(); // expected-note {{unlocked here}}
    co_await f();
  }
  task<> unlocks_in_a_function() {
    mutex.lock(); // expected-warning {{the lock 'mutex' is held}} expected-note {{release it before}}
    co_await f(); // expected-note {{}}
    leave(); // expected-note {{unlocked here}}
  }
  task<> unlocks_by_hand() {
    enter(); // expected-warning {{the lock that 'chained::enter' takes}} expected-note {{release}}
    co_await f(); // expected-note {{}}
    mutex.unlock(); // expected-note {{}}
  }
  task<> may_be_given_back() {
    enter();
    unknown();
    co_await f();
    leave();
  }
  task<> lets_go() { leave(); co_await f(); enter(); }
  task<> gives_it_to_what_it_awaits() {
    enter();
    co_await lets_go();
    leave();
  }
};
task<> in_time(chained &c) {
  c.enter();
  c.leave();
  co_await f();
}
task<> on_a_way(chained &c, bool b) {
  c.enter(); // expected-warning {{}} expected-note {{}}
  if (b) {
    c.leave();
    co_await f();
    co_return;
  }
  co_await f(); // expected-note {{}}
  c.leave(); // expected-note {{unlocked here}}
}
task<> on_every_turn(chained &c, bool b) {
  while (b) {
    c.enter(); // expected-warning {{}} expected-note {{}}
    co_await f(); // expected-note {{}}
    c.leave(); // expected-note {{}}
  }
  co_await f();
}
task<> not_surely(chained &c) {
  c.enter_sometimes();
  co_await f();
  c.leave_sometimes();
  c.enter_early();
  co_await f();
  c.leave();
  if (c.try_enter()) {
    co_await f();
    c.leave();
  }
  c.balanced();
  co_await f();
  c.leave();
  c.goes_round();
  co_await f();
  c.leave();
}
task<> perhaps_given_back(chained &c) {
  c.enter();
  c.leave_sometimes();
  co_await f();
  c.leave();
}
task<> never_given_back(chained &c) {
  c.enter();
  co_await f();
}
task<> of_another(chained &c, chained &other) {
  c.enter();
  co_await f();
  other.leave();
}
task<> unless_it_throws(chained &c) {
  c.throws_or_enters(); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
  c.leave(); // expected-note {{}}
}
task<> through_another(chained &c) {
  c.forwards(); // expected-warning {{the lock that 'chained::forwards' takes}} expected-note {{}}
  co_await f(); // expected-note {{}}
  c.leave(); // expected-note {{}}
}

void lock_it(std::mutex &m) { m.lock(); } // expected-note 2 {{'lock_it' locks 'm'}}
template <class Mutex> void unlock_it(Mutex *m) { m->unlock(); }
template <class Mutex> void lock_any(Mutex &m) { lock_it(m); } // expected-note {{'lock_any' calls 'lock_it'}}
std::mutex other;
task<> of_a_parameter() {
  lock_it(m); // expected-warning {{}} expected-note {{}}
  lock_it(other);
  unlock_it(&other);
  co_await f(); // expected-note {{}}
  unlock_it(&m); // expected-note {{}}
}
task<> through_a_template(table &t) {
  lock_any(t.m); // expected-warning {{the lock that 'lock_any' takes}} expected-note {{}}
  co_await f(); // expected-note {{}}
  unlock_it(&t.m); // expected-note {{}}
}
struct scope {
  chained &inside;
  explicit scope(chained &c) : inside(c) { inside.unknown(); c.enter(); } // expected-note {{'scope::scope' calls 'chained::enter'}}
  ~scope() { inside.leave(); }
};
task<> of_an_object(chained &c) {
  {
    scope s(c); // expected-warning {{the lock that 'scope::scope' takes is held}} expected-note {{release}} expected-note {{unlocked here}}
    co_await f(); // expected-note {{}}
  }
  co_await f();
}

// Guards that a function in sight makes, and returns locked.
std::unique_lock<std::mutex> take() { return std::unique_lock(m); }
std::unique_lock<std::mutex> take_named() {
  std::unique_lock g(m);
  ++n;
  return g;
}
std::unique_lock<std::mutex> deferred() { return std::unique_lock(m, std::defer_lock); }
std::unique_lock<std::mutex> at_times(bool b) {
  if (b)
    return std::unique_lock(m);
  return {};
}
std::unique_lock<std::mutex> elsewhere();
task<> guards_of_functions() {
  {
    auto g = take(); // expected-warning {{'g' holds a lock while the coroutine is suspended}} expected-note {{}}
    co_await f(); // expected-note {{suspended here}}
  }
  {
    auto g = take_named(); // expected-warning {{'g' holds a lock}} expected-note {{}}
    co_await f(); // expected-note {{suspended here}}
  }
  {
    auto g = deferred();
    auto h = at_times(true);
    auto i = elsewhere();
    co_await f();
  }
}
auto with_value(table &t) { return std::pair(std::unique_lock(t.m), 1); }
task<> guard_in_a_binding(table &t) {
  auto [guard, value] = with_value(t); // expected-warning {{'guard' holds a lock}} expected-note {{}}
  co_await f(); // expected-note {{suspended here}}
}

// One that gets its guard from itself.
struct nested {
  nested(nested &&, int n);
  std::unique_lock<std::mutex> guard;
};
nested without_end(int n) { return nested(without_end(n - 1), n); }
task<> takes_from_itself() {
  auto g = without_end(1);
  co_await f();
}

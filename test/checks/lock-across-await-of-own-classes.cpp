// RUN: %verify=lock-across-await -Wno-everything %s
//
// Locks, guards and classes around a guard that a program has itself.

#include <cassert>
#include <memory>
#include <mutex>
#include <optional>
#include <weir/task.hpp>

using weir::task;
task<int> f();

namespace own_by_name {
// Locks and guards of the program's own.
struct spinlock {
  void lock();
  void unlock();
};
struct null_mutex {
  void lock() {}
  void unlock() {}
};
template <class M> struct own_guard {
  explicit own_guard(M &m) : mutex_(&m) { mutex_->lock(); }
  own_guard(own_guard &&other) : mutex_(std::exchange(other.mutex_, nullptr)) {}
  ~own_guard() {
    if (mutex_)
      mutex_->unlock();
  }

private:
  M *mutex_;
};
template <class M> own_guard<M> guarded(M &m) { return own_guard<M>{m}; }
task<> own_locks(spinlock &spin, null_mutex &none) {
  auto held = guarded(spin); // expected-warning {{'held' holds a lock}} expected-note {{}}
  auto of_none = guarded(none);
  co_await f(); // expected-note {{suspended here}}
}
task<> own_lock_of_std(spinlock &spin, null_mutex &none) {
  std::lock_guard held(spin); // expected-warning {{'held' holds a lock}} expected-note {{}}
  std::lock_guard of_none(none);
  co_await f(); // expected-note {{suspended here}}
}
struct debug_mutex {
  bool on = false;
  void lock() {
    assert(!on);
    on = true;
  }
  void unlock() { on = false; }
};
class on_demand {
public:
  explicit on_demand(std::mutex &m) : mutex_(m) {}
  ~on_demand() {
    if (locked_)
      mutex_.unlock();
  }

private:
  std::mutex &mutex_;
  bool locked_ = false;
};
task<> hold_nothing(debug_mutex &own, std::mutex &m) {
  std::lock_guard held(own);
  on_demand later(m);
  co_await f();
}
} // namespace own_by_name

// A class around a guard that may be let go holds what its constructor locks.
namespace around_a_guard {
struct locked {
  std::unique_lock<std::mutex> guard;
  explicit locked(std::mutex &m) : guard(m) {}
};
std::mutex global;
struct locked_by_default {
  std::unique_lock<std::mutex> guard{global};
};
struct deferred {
  std::unique_lock<std::mutex> guard;
  explicit deferred(std::mutex &m) : guard(m, std::defer_lock) {}
};
struct let_go {
  std::unique_lock<std::mutex> guard;
  explicit let_go(std::mutex &m) : guard(m) { guard.unlock(); }
};
task<> hold(std::mutex &m) {
  locked a(m); // expected-warning {{'a' holds a lock}} expected-note {{}}
  locked_by_default b; // expected-warning {{'b' holds a lock}} expected-note {{}}
  co_await f(); // expected-note 2 {{suspended here}}
}
task<> hold_nothing(std::mutex &m) {
  deferred a(m);
  let_go b(m);
  co_await f();
}
class with_methods {
  std::unique_lock<std::mutex> guard;

public:
  explicit with_methods(std::mutex &m) : guard(m) {}
  void finish();
};
class initialises {
  std::unique_lock<std::mutex> guard;

public:
  explicit initialises(std::mutex &m) : guard(m) { begin(); }
  void begin() { guard.unlock(); }
};
struct tries {
  std::unique_lock<std::mutex> guard;
  explicit tries(std::mutex &m) : guard(m, std::try_to_lock) {}
};
task<> may_have_let_go(std::mutex &m) {
  with_methods a(m);
  a.finish();
  initialises b(m);
  tries c(m);
  co_await f();
}
} // namespace around_a_guard

namespace of_an_owner {
struct statistics {
  std::mutex lock;
  int bytes = 0;
};
struct counting {
  explicit counting(statistics &s) : all(s) { all.lock.lock(); }
  ~counting() { all.lock.unlock(); }
  statistics &all;
};
struct waits_until_others_are_out {
  std::mutex lock;
  ~waits_until_others_are_out() {
    lock.lock();
    lock.unlock();
  }
};
task<int> counted(statistics &s) {
  counting held(s); // expected-warning {{'held' holds a lock}} expected-note {{}}
  waits_until_others_are_out own;
  co_return co_await f() + s.bytes; // expected-note {{suspended here}}
}
} // namespace of_an_owner

// What the file itself asks for no more than by name.
namespace only_named {
struct rare_mutex {
  void lock();
  void unlock();
};
task<> in_an_optional(rare_mutex &m) {
  std::optional<std::unique_lock<rare_mutex>> lock(m); // expected-warning {{'lock' holds a lock}} expected-note {{}}
  std::optional<std::unique_lock<rare_mutex>> later(std::in_place, m, std::defer_lock);
  co_await f(); // expected-note {{suspended here}}
}
task<> on_the_heap(std::timed_mutex &m) {
  auto lock = std::make_unique<std::lock_guard<std::timed_mutex>>(m); // expected-warning {{'lock' holds a lock}} expected-note {{}}
  co_await f(); // expected-note {{suspended here}}
}
} // namespace only_named

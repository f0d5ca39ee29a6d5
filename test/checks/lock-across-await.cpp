// RUN: %verify=lock-across-await -Wno-everything %s
// RUN: clang-tidy --load=%build/lib/weir-tidy.so --checks=-*,weir-lock-across-await \
// RUN:   --config='{CheckOptions: {weir-lock-across-await.AllowedLocks: "app::environment;app::turnstile", \
// RUN:     weir-lock-across-await.AllowedAwaitables: "app::at_once"}}' %s -- \
// RUN:   -std=c++20 -I%root/runtime/include 2>&1 | FileCheck %s --check-prefix=ALLOWED

#include <atomic>
#include <cassert>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <tuple>
#include <weir/lock.hpp>
#include <weir/task.hpp>

using weir::task;
task<int> f();
task<int> f(int);
int read();
std::mutex m;
std::shared_mutex shared;
int n;

task<int> guard() {
  std::lock_guard g(m); // expected-warning {{'g' holds a lock while the coroutine is suspended}} expected-note {{release it before}}
  co_return co_await f(); // expected-note {{suspended here}}
}
task<> in_an_initialiser() {
  std::lock_guard<std::mutex> g(m); // expected-warning {{holds a lock}} expected-note {{}}
  auto x = co_await f(); // expected-note {{suspended here}}
  int y{co_await f()}; // expected-note {{suspended here}}
}
task<int> released_by_its_block() {
  int v;
  {
    std::lock_guard g(m);
    v = n;
  }
  co_return co_await f(v);
}
task<> after_the_last_suspension() {
  co_await f();
  std::lock_guard g(m);
  ++n;
}
task<> shared_lock() {
  std::shared_lock l(shared); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> scoped() {
  std::scoped_lock l(m, shared); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> of_no_mutex() {
  std::scoped_lock l;
  co_await f();
}

// What is known of unique_lock.
task<> unlocked() {
  std::unique_lock l(m);
  l.unlock();
  co_await f();
}
task<> locked_again() {
  std::unique_lock l(m); // no report: it is given back
  l.unlock();
  co_await f();
  l.lock(); // expected-warning {{'l' holds a lock}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> deferred() {
  std::unique_lock l(m, std::defer_lock);
  co_await f();
}
task<> empty() {
  std::unique_lock<std::mutex> l;
  co_await f();
  l = std::unique_lock(m);
}
task<> filled() {
  std::unique_lock<std::mutex> l;
  l = std::unique_lock(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> tried() {
  std::unique_lock l(m, std::try_to_lock); // expected-warning {{}} expected-note {{}}
  if (l)
    co_await f(); // expected-note {{}}
}
task<> tried_in_vain() {
  std::unique_lock l(m, std::try_to_lock);
  if (!l.owns_lock())
    co_await f();
  if (!l) {
    co_await f();
    co_return;
  }
  n = 1;
}
task<> adopted() {
  m.lock();
  std::unique_lock l(m, std::adopt_lock); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> both_at_once() {
  std::unique_lock a(m, std::defer_lock);
  std::unique_lock b(shared, std::defer_lock);
  std::lock(a, b); // expected-warning 2 {{}} expected-note 2 {{}}
  co_await f(); // expected-note 2 {{}}
}
task<> given_away() {
  std::unique_lock l(m);
  auto other = std::move(l); // expected-warning {{'other' holds a lock}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> let_go() {
  std::unique_lock l(m);
  l.release();
  co_await f();
}
task<> let_go_and_held() {
  std::unique_lock l(m);
  l.release(); // expected-warning {{the lock 'm' is held}} expected-note {{}}
  co_await f(); // expected-note {{}}
  m.unlock();
}
task<> let_go_and_unlocked() {
  std::unique_lock l(m);
  l.release();
  m.unlock();
  co_await f();
}
task<> on_one_path(bool b) {
  std::unique_lock l(m); // expected-warning {{}} expected-note {{}}
  if (b)
    l.unlock();
  co_await f(); // expected-note {{}}
}
task<> around_each_turn(bool b) {
  while (b) {
    std::unique_lock l(m);
    if (n) {
      l.unlock();
      co_await f();
      continue;
    }
    ++n;
  }
}
task<> in_an_if(bool b) {
  if (std::unique_lock l(m); b) // expected-warning {{}} expected-note {{}}
    co_await f(); // expected-note {{}}
  if (std::unique_lock l(m); !b)
    co_return;
  co_await f();
}
using alias = std::lock_guard<std::mutex>;
task<> through_an_alias() {
  alias g(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
void maybe_unlock(std::unique_lock<std::mutex> &);
void look(const std::unique_lock<std::mutex> &);
task<> somebody_may_unlock() {
  std::unique_lock l(m);
  maybe_unlock(l);
  co_await f();
}
task<> nobody_can_unlock() {
  std::unique_lock l(m); // expected-warning {{}} expected-note {{}}
  look(l);
  co_await f(); // expected-note {{}}
}

// A condition variable lets go of the lock while it waits.
struct condition {
  task<> wait(std::unique_lock<std::mutex> &);
} cv;
task<> waits() {
  std::unique_lock l(m);
  co_await cv.wait(l);
}
task<> waits_and_holds_on() {
  std::unique_lock l(m); // expected-warning {{}} expected-note {{}}
  co_await cv.wait(l);
  co_await f(); // expected-note {{}}
}

// By hand.
struct table {
  std::mutex m;
  int n;
  task<> by_hand() {
    m.lock(); // expected-warning {{the lock 'm' is held while the coroutine is suspended}} expected-note {{}}
    co_await f(); // expected-note {{}}
    m.unlock();
    co_await f();
  }
  task<> of_another(table *other) {
    other->m.lock(); // expected-warning {{the lock 'other->m' is held}} expected-note {{}}
    m.lock();
    m.unlock();
    co_await f(); // expected-note {{}}
    other->m.unlock();
  }
  task<> tried() {
    if (m.try_lock()) { // expected-warning {{'m' is held}} expected-note {{}}
      co_await f(); // expected-note {{}}
      m.unlock();
    }
    if (!m.try_lock()) {
      co_await f();
      co_return;
    }
    m.unlock();
  }
  // Who unlocks it, and when, is not known.
  task<> handed_over() {
    m.lock();
    co_await f();
  }
};
task<> in_another_order() {
  static std::mutex a, b;
  a.lock();
  b.lock();
  a.unlock();
  b.unlock();
  co_await f();
}

// Temporaries.
task<> temporary() {
  auto v = (std::lock_guard(m), co_await f()); // expected-warning {{this temporary holds a lock}} expected-note {{release}} expected-note {{suspended here}}
  std::lock_guard{m}, n = 1;
  co_await f();
}
struct locked {
  std::unique_lock<std::mutex> lock;
  table *operator->();
};
struct synchronized {
  locked lock();
} database;
task<> temporary_pointer() {
  co_await database.lock()->by_hand(); // expected-warning {{this temporary holds a lock}} expected-note 2 {{}}
  database.lock()->n = 1;
  co_await f();
}

namespace kj { // as its model describes it
template <class T> struct Locked {
  ~Locked();
  T *operator->();
};
template <class T> struct MutexGuarded {
  Locked<T> lockExclusive() const;
};
} // namespace kj
task<> synchronised(kj::MutexGuarded<table> guarded) {
  {
    auto l = guarded.lockExclusive();
    l->n = 1;
  }
  guarded.lockExclusive()->n = 2;
  co_await f();
  auto l = guarded.lockExclusive(); // expected-warning {{'l' holds a lock}} expected-note {{}}
  co_await f(); // expected-note {{}}
  co_await guarded.lockExclusive()->by_hand(); // expected-warning {{this temporary}} expected-note 3 {{}}
}

// Wherever the guard is.
struct transaction {
  std::lock_guard<std::mutex> guard;
  int number;
};
task<> member() {
  transaction t{std::lock_guard(m), 1}; // expected-warning {{'t' holds a lock}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> wrapped() {
  auto g = std::make_unique<std::lock_guard<std::mutex>>(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
  g.reset();
  co_await f();
}
task<> optional(bool b) {
  std::optional<std::unique_lock<std::mutex>> none;
  co_await f();
  none.emplace(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
  none.reset();
  co_await f();
}
std::unique_lock<std::mutex> lock_table();
task<> made_elsewhere() {
  auto l = lock_table(); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
class own_guard {
  std::mutex &mutex;

public:
  explicit own_guard(std::mutex &mutex) : mutex(mutex) { mutex.lock(); }
  ~own_guard() { mutex.unlock(); }
};
task<> of_own_making() {
  own_guard g(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
struct spin_lock {
  std::atomic_flag flag;
  void lock();
  void unlock();
};
task<> spins(spin_lock &s) {
  std::lock_guard g(s); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
class [[clang::scoped_lockable]] annotated {
public:
  explicit annotated(std::mutex *);
  ~annotated();
};
task<> by_attribute() {
  annotated g(&m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}

// A parameter lives as long as the frame.
task<> parameter(std::unique_lock<std::mutex> l) { // expected-warning {{'l' holds a lock}} expected-note {{release}} expected-note {{before the first statement}}
  co_await f(); // expected-note {{suspended here}}
}
task<> of_the_caller(std::unique_lock<std::mutex> &l) { co_await f(); }

// Mutexes for coroutines may be held.
struct async_mutex {
  task<> lock();
  bool try_lock();
  void unlock();
};
weir::lock lock;
task<> for_coroutines(async_mutex &a) {
  auto held = co_await lock.scoped();
  co_await a.lock();
  std::unique_lock l(a, std::adopt_lock);
  co_await f();
  a.unlock();
}
struct no_mutex { // a policy for one thread
  void lock() {}
  void unlock() {}
};
task<> nothing_at_all(no_mutex &none) {
  std::lock_guard g(none);
  co_await f();
}

// Not suspended, or not here.
void in_a_function() {
  std::lock_guard g(m);
  auto inner = []() -> task<> { co_await f(); };
}
task<> in_a_lambda() {
  auto inner = [] { std::lock_guard g(m); };
  co_await f();
}
task<> unreachable() {
  std::lock_guard g(m);
  if (false)
    co_await f();
  co_await std::suspend_never{};
}

template <class T> struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(T);
    void unhandled_exception();
    void return_void();
  };
};
generator<int> yields() {
  for (;;) {
    std::lock_guard g(m); // expected-warning {{}} expected-note {{}}
    co_yield n; // expected-note {{}}
  }
}

// Only an exception leaves the loop; what follows its handlers runs all the same.
task<> serves_until_cancelled() {
  try {
    for (;;)
      co_await f();
  } catch (const int &) {
  }
  std::lock_guard g(m); // expected-warning {{}} expected-note {{}}
  co_await f();         // expected-note {{}}
}
task<> held_around_a_loop() {
  std::unique_lock l(m); // expected-warning {{}} expected-note {{}}
  try {
    while (true)
      n = read();
  } catch (...) {
  }
  co_await f(); // expected-note {{}}
}
task<> let_go_before_the_loop() {
  std::unique_lock l(m);
  try {
    l.unlock();
    while (true)
      co_await f();
  } catch (...) {
  }
  co_await f();
}
task<> let_go_in_the_loop() {
  std::unique_lock l(m);
  l.unlock();
  try {
    while (true) {
      co_await f();
      std::lock_guard g(m);
    }
  } catch (...) {
  }
  co_await f();
}

template <class T> task<> in_a_template(T t) {
  std::lock_guard g(m); // expected-warning {{}} expected-note {{}}
  co_await t(); // expected-note {{}}
}
template task<> in_a_template(task<int> (*)());
template <class T> task<> never_instantiated(T t) {
  std::lock_guard<std::mutex> g(m); // expected-warning {{}} expected-note {{}}
  co_await t(); // expected-note {{}}
}
template <class T> task<> of_any_mutex(T t) {
  std::lock_guard<T> g(t);
  co_await f();
}

task<> often() {
  std::lock_guard g(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
  co_await f(); // expected-note {{}}
  co_await f(); // expected-note {{}}
  co_await f(); // expected-note {{}}
  co_await f(); // expected-note {{and here, and 1 more times}}
  co_await f();
}

// Guards in pairs and tuples, and a lock() that is inherited.
task<> in_a_pair() {
  std::pair<int, std::unique_lock<std::mutex>> p(1, std::unique_lock(m)); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
struct named_mutex : std::mutex {
  const char *name;
} named;
task<> inherited() {
  std::lock_guard g(named); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> inherited_by_hand() {
  named.lock(); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
  named.unlock();
}

// What the options allow.
namespace app {
std::mutex environment;
class turnstile {
  std::mutex &mutex;

public:
  explicit turnstile(std::mutex &mutex) : mutex(mutex) { mutex.lock(); }
  ~turnstile() { mutex.unlock(); }
};
task<> at_once();
} // namespace app
task<> of_the_environment() {
  std::lock_guard allowed_mutex(app::environment); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> of_an_allowed_class() {
  app::turnstile allowed_class(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
task<> of_an_allowed_awaitable() {
  std::lock_guard allowed_awaitable(m); // expected-warning {{}} expected-note {{}}
  co_await app::at_once(); // expected-note {{}}
}
// ALLOWED-NOT: 'allowed_
task<> allowed_nothing() {
  std::lock_guard still_held(m); // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
}
// ALLOWED: 'still_held' holds a lock
// ALLOWED-NOT: 'allowed_

// A turn that ends before the next suspension; nested ones that do not.
task<> behind_the_await_of_each_turn() {
  for (;;) {
    co_await f();
    std::lock_guard g(m);
    ++n;
  }
}
task<> in_the_condition_of_a_loop() {
  std::lock_guard g(m); // expected-warning {{}} expected-note {{}}
  while (co_await f()) // expected-note {{suspended here}}
    ++n;
}
task<> in_a_nested_statement(bool b) {
  std::lock_guard g(m); // expected-warning {{}} expected-note {{}}
  for (;;)
    if (b)
      (void)co_await f(); // expected-note {{suspended here}}
}
task<> swapped_away() { // which of the two is locked is not followed
  std::unique_lock a(m);
  std::unique_lock<std::mutex> other;
  a.swap(other);
  co_await f();
  std::swap(a, other);
  co_await f();
}
task<> of_a_reference(std::unique_lock<std::mutex> *p, std::mutex &lent) {
  std::unique_lock<std::mutex> &mine = *p;
  co_await f();
}

// What suspends unlocks, as a condition variable does.
struct waiters {
  std::mutex mutex;
  struct awaiter {
    waiters *of;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<>) { of->mutex.unlock(); }
    void await_resume() {}
  };
  task<> waits() {
    mutex.lock();
    co_await awaiter{this};
  }
  struct with_a_guard {
    waiters *of;
    bool await_ready() { return false; }
    void await_suspend(std::coroutine_handle<>) {
      std::unique_lock own(of->mutex);
      own.unlock();
    }
    void await_resume() {}
  };
  std::mutex other;
  task<> holds() {
    other.lock(); // expected-warning {{'other'}} expected-note 0+ {{}}
    co_await with_a_guard{this}; // expected-note {{suspended here}}
    other.unlock();
  }
};

// A destructor that locks and unlocks waits until the others are out: the object
// has held nothing.
class barrier {
public:
  explicit barrier(std::mutex &mutex) : mutex_(mutex) {}
  ~barrier() {
    mutex_.lock();
    mutex_.unlock();
  }

private:
  std::mutex &mutex_;
};
task<> waits_for_the_others(std::mutex &m) {
  barrier last(m);
  co_await f();
}

// RUN: %verify=needless-coroutine -Wno-everything %s
// RUN: %fix=needless-coroutine %s | FileCheck %s --check-prefix=FIX

#include <stdexcept>
#include <weir/weir.hpp>

weir::task<int> other();

static weir::task<int> one() { // expected-warning {{coroutine 'one' never awaits anything}} expected-note {{make it an ordinary function}}
  // FIX: {{^}}static int one() {
  co_return 1;
  // FIX: {{^}}  return 1;
}
weir::task<int> calls_one() {
  int a = co_await one();
  // FIX: {{^}}  int a = one();
  co_return a + co_await other();
}

namespace {
weir::task<int> wrap() { // expected-warning {{coroutine 'wrap' never awaits}} expected-note 0+ {{}}
  auto inner = []() -> weir::task<int> { co_return co_await other(); }; // expected-note {{this 'co_await' belongs to the lambda}}
  co_return 0;
}
} // namespace

// Others may use it as a value: one file cannot tell.
weir::task<int> external() { co_return 1; }

struct base {
  virtual weir::task<int> overridden() { co_return 1; }
};
template <class T> struct of_a_concept {
  weir::task<int> member() { co_return 1; }
};
template struct of_a_concept<int>;

// Its type is needed.
static weir::task<int> callback() { co_return 1; }
auto registered = &callback;
static weir::task<int> typed() { co_return 1; }
using type = decltype(typed());
static weir::task<int> handed_on() { co_return 1; }
void spawn(weir::task<int>);
void hands_on() { spawn(handed_on()); }

// Stubs.
static weir::task<int> todo() {
  throw std::logic_error("todo");
  co_return 0;
}
static weir::task<> empty() { co_return; }

// What they lack is an await, not a reason to be coroutines.
static weir::task<int> sleeps() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  co_return 1;
}
static int in_a_helper() { return std::this_thread::sleep_for(std::chrono::seconds(1)), 1; }
static weir::task<int> lets_sleep() { co_return in_a_helper(); }

// Another configuration awaits.
static weir::task<int> platform() {
#ifdef SOME_PLATFORM
  co_return co_await other();
#else
  co_return 0;
#endif
}

// The hop is the await.
static weir::task<int> yields() {
  co_await weir::yield();
  co_return 1;
}

// All call operators of a visitor return the same type.
namespace {
struct visitor {
  weir::task<int> operator()(int i) const { co_return i; }
  weir::task<int> operator()(double) const { co_return co_await other(); }
};
} // namespace
weir::task<int> visits(visitor v) { co_return co_await v(1) + co_await v(1.0); }

// An interface without a name: a template awaits what each of its types has.
namespace {
struct file {
  weir::task<int> read() { co_return 1; }
};
struct network {
  weir::task<int> read() { co_return co_await other(); }
};
template <class Source> weir::task<int> pump(Source source) {
  co_return co_await source.read();
}
} // namespace
weir::task<int> pumps() { co_return co_await pump(file()) + co_await pump(network()); }
struct derived : base {
  weir::task<int> overridden() override { co_return 2; }
};

// So does what a generic lambda awaits, of the overloads it chooses from.
static weir::task<int> handle(int i) { co_return i; }
static weir::task<int> handle(double) { co_return co_await other(); }
weir::task<int> handles() {
  auto any = [](auto message) -> weir::task<int> { co_return co_await handle(message); };
  co_return co_await any(1) + co_await any(1.0);
}

// A generator gives its values by and by.
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
static generator<int> generates() { co_yield 1; }
static generator<int> generates_nothing(bool b) {
  if (b)
    co_return;
  throw std::logic_error("not b");
}
weir::task<int> uses_generators() {
  auto a = generates();
  auto b = generates_nothing(true);
  co_return co_await other();
}

// Who awaits nothing else would be no coroutine any more, and need another end.
namespace last_await {
static weir::task<int> computes(int n) { co_return n + 1; } // expected-warning {{coroutine 'last_await::computes' never awaits anything}} expected-note {{make it an ordinary function}}
weir::task<> only() {
  co_await computes(1);
}
// FIX: static weir::task<int> computes(int n) { co_return n + 1; }
// FIX: {{^}}  co_await computes(1);
} // namespace last_await

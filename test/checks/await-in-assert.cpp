// RUN: %verify=await-in-assert -Wno-everything %s
// RUN: %verify=await-in-assert -Wno-everything -DNDEBUG %s
// RUN: %fix=await-in-assert %s | FileCheck %s --check-prefix=FIX

#include <cassert>
#include <weir/weir.hpp>

weir::task<bool> check(int = 0, int = 0);
bool ready();
#define CHECK(x) ((void)(x))

weir::task<> asserts(bool b) {
  assert(co_await check()); // expected-warning {{this await is gone where 'assert' is switched off}}
  // FIX: {{^}}  {
  // FIX-NEXT: {{^}}    {{\[\[}}maybe_unused]] const bool held(co_await check());
  // FIX-NEXT: {{^}}    assert(held);
  // FIX-NEXT: {{^}}  } //
  if (b)
    assert((co_await check(1, 2)) && "a reason"); // expected-warning {{gone}}
  // FIX: const bool held((co_await check(1, 2)) && "a reason");
  else
    assert(b);
  assert([]() -> weir::task<bool> { co_return co_await check(); }()); // expected-warning {{gone}}
  bool held = co_await check();
  assert(held);
  assert(ready());
  CHECK(co_await check());
}

namespace this_coro {
struct awaits_nothing : std::suspend_never {
  bool await_resume();
};
inline awaits_nothing executor;
} // namespace this_coro
weir::task<> asks_the_coroutine() {
  assert(co_await this_coro::executor);
  co_await check();
}

// Which of the macros is written counts.
#define BOOST_ASSERT(expression) assert(expression)
#define BOOST_ASSERT_MSG(expression, message) assert((expression) && (message))
#ifdef NDEBUG
#define BOOST_VERIFY(expression) ((void)(expression))
#else
#define BOOST_VERIFY(expression) BOOST_ASSERT(expression)
#endif
weir::task<> other_macros() {
  BOOST_ASSERT(co_await check()); // expected-warning {{gone where 'BOOST_ASSERT' is}}
  BOOST_ASSERT_MSG(co_await check(), "why"); // expected-warning {{gone}}
  BOOST_VERIFY(co_await check());
}

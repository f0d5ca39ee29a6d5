// RUN: %verify=test-fatal-assert -Wno-everything %s

#include <googletest.hpp>
#include <weir/weir.hpp>

weir::task<int> f();

void helper(int n) {
  ASSERT_EQ(n, 1); // expected-note {{the assertion is here}}
}
void soft(int n) { EXPECT_TRUE(n == 1); }

weir::task<> asserts() {
  int n = co_await f();
  auto check = [&] {
    ASSERT_EQ(n, 1); // expected-note {{the assertion is here}}
  };
  check(); // expected-warning {{a failed assertion in 'lambda' leaves only 'lambda': this coroutine goes on}} expected-note {{give its outcome}}
  [&] { ASSERT_TRUE(n == 1); }(); // expected-warning {{leaves only}} expected-note {{the assertion is here}} expected-note {{give its outcome}}
  helper(n); // expected-warning {{a failed assertion in 'helper' leaves only 'helper'}} expected-note {{give its outcome}}
  soft(n);
}
weir::task<> looks() {
  helper(co_await f());
  if (testing::HasFatalFailure())
    co_return;
}
TEST(plain, asserts) {
  ASSERT_EQ(weir::run(f()), 1);
  helper(1);
}

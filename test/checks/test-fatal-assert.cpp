// RUN: %verify=test-fatal-assert -Wno-everything %s

#include <algorithm>
#include <googletest.hpp>
#include <vector>
#include <weir/weir.hpp>

weir::task<int> f();

void helper(int n) {
  ASSERT_EQ(n, 1); // expected-note 3 {{the assertion is here}}
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
// A helper's helper leaves no more than itself, nor does a lambda that an algorithm calls.
void positive(int n) {
  soft(n);
  helper(n);
}
void careful(int n) {
  helper(n);
  if (testing::HasFatalFailure())
    return;
  soft(n);
}
void looks_after(int n) { careful(n); }
void calls_itself(int n) { calls_itself(n - 1); }
weir::task<> asserts_further_down(std::vector<int> all) {
  int n = co_await f();
  positive(n); // expected-warning {{a failed assertion in 'helper' leaves only 'helper'}} expected-note {{give its outcome}}
  looks_after(n);
  calls_itself(n);
  std::for_each(all.begin(), all.end(), [](int each) { ASSERT_EQ(each, 1); }); // expected-warning {{in 'lambda' leaves only}} expected-note 2 {{}}
  std::for_each(all.begin(), all.end(), [](int each) { soft(each); });
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
weir::task<> asserts_at_last() {
  if (int n = co_await f()) {
    helper(n); // nothing goes on behind it
  }
}
weir::task<> asserts_in_a_loop() {
  while (int n = co_await f())
    helper(n); // expected-warning {{leaves only 'helper'}} expected-note {{give its outcome}}
}

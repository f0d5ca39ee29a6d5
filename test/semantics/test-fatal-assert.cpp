// A fatal assertion in a lambda returns from the lambda; the test goes on with what it should not.
//
// RUN: %verify=test-fatal-assert %warnings %s
// RUN: %plain-program -lgtest && not %t --gtest_filter=bad.* 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not %t --gtest_filter=good.* 2>&1 | FileCheck %s --check-prefix=GOOD --implicit-check-not=weir-

#include <gtest/gtest.h>
#include <weir/testing.hpp>
#include <weir/weir.hpp>

#include <iostream>

weir::task<int> load() { co_return 0; }

WEIR_TEST(bad, divides) {
  int n = co_await load();
  [&] { ASSERT_GT(n, 0); }(); // expected-warning {{a failed assertion in 'lambda' leaves only 'lambda': this coroutine goes on}}
  std::cout << "divides by " << n << '\n';
}
// BAD: Expected: (n) > (0)
// BAD: divides by 0

WEIR_TEST(good, divides) {
  int n = co_await load();
  EXPECT_GT(n, 0);
  if (n <= 0)
    co_return;
  std::cout << "divides by " << n << '\n';
}
// GOOD: Expected: (n) > (0)
// GOOD-NOT: divides by

int main(int count, char **words) {
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}

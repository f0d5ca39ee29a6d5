// A test that makes a task and does not run it passes, whatever is wrong.
//
// RUN: %verify=test-never-run %warnings %s
// RUN: %plain-program -lgtest && %t --gtest_filter=bad.* 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: not %t --gtest_filter=good.* 2>&1 | FileCheck %s --check-prefix=GOOD --implicit-check-not=weir-

#include <gtest/gtest.h>
#include <weir/testing.hpp>
#include <weir/weir.hpp>

int sum(int a, int b) { return a - b; } // the mistake a test should find

weir::task<> sums() {
  EXPECT_EQ(sum(1, 2), 3);
  co_return;
}

TEST(bad, sums) {
  sums(); // expected-warning {{'sums' never runs here: the test passes whatever it does}}
}
TEST(bad, kept) {
  auto kept = []() -> weir::task<> { // expected-warning {{'kept' never runs: the test passes whatever it does}}
    EXPECT_EQ(sum(1, 2), 3);
    co_return;
  }();
}
// BAD: [weir-unawaited-task]
// BAD: [  PASSED  ] 2 tests

TEST(good, sums) { weir::run(sums()); }
// GOOD: [  FAILED  ] good.sums

int main(int count, char **words) {
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}

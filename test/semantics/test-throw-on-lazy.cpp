// Making a task throws nothing; running it does.
//
// RUN: %verify=test-throw-on-lazy %warnings %s
// RUN: %plain-program -lgtest && not %t --gtest_filter=bad.* 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: %t --gtest_filter=good.* 2>&1 | FileCheck %s --check-prefix=GOOD --implicit-check-not=weir-

#include <gtest/gtest.h>
#include <weir/weir.hpp>

#include <stdexcept>
#include <string>

weir::task<int> parse(std::string text) { co_return std::stoi(text); }

TEST(bad, refuses_words) {
  EXPECT_THROW((void)parse("one"), std::invalid_argument); // expected-warning {{'parse' only makes a task here: its body does not run, so it cannot throw}}
}
// BAD: it throws nothing

TEST(good, refuses_words) { EXPECT_THROW(weir::run(parse("one")), std::invalid_argument); }
// GOOD: [  PASSED  ] 1 test

int main(int count, char **words) {
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}

// A test on a loop of its own waits real time; `run_test` has a clock that jumps.
//
// RUN: %verify=test-real-sleep %warnings %s
// RUN: %plain-program -lgtest && %t --gtest_filter=bad.* 2>&1 | FileCheck %s --check-prefix=BAD
// RUN: %t --gtest_filter=good.* 2>&1 | FileCheck %s --check-prefix=GOOD --implicit-check-not=weir-

#include <gtest/gtest.h>
#include <weir/testing.hpp>
#include <weir/weir.hpp>

#include <chrono>
#include <iostream>

using namespace std::chrono_literals;

struct stopwatch {
  ~stopwatch() {
    std::cout << (std::chrono::steady_clock::now() - begin < 1s ? "at once\n" : "slowly\n");
  }
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

TEST(bad, expires) {
  stopwatch s;
  weir::run([]() -> weir::task<> {
    co_await weir::sleep(1s); // expected-warning {{'weir::sleep' waits real time in a test}}
  }());
}
// BAD: slowly

WEIR_TEST(good, expires) {
  stopwatch s;
  co_await weir::testing::advance_time(1s);
}
// GOOD: at once

int main(int count, char **words) {
  testing::InitGoogleTest(&count, words);
  return RUN_ALL_TESTS();
}

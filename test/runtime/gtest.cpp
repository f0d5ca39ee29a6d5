// The macros for GoogleTest, as Debian has it: what passes, and what fails and says why.
//
// RUN: %cxx -Wall -Wextra -Werror %s -lgtest -lgtest_main -o %t
// RUN: %gxx -Wall -Wextra -Werror %s -lgtest -lgtest_main -o %t.g
// RUN: not %t | FileCheck %s
// RUN: not %t.g | FileCheck %s
// RUN: env WEIR_SEED=3 not %t --gtest_filter=*order* | FileCheck %s --check-prefix=SEED
// RUN: env WEIR_SEED=later not %t --gtest_filter=*passes | FileCheck %s --check-prefix=NOSEED
// NOSEED: WEIR_SEED is no number: later

#include <gtest/gtest.h>

#include <weir/async_mock.hpp>
#include <weir/testing.hpp>
#include <weir/weir.hpp>

#include <iostream>
#include <string>

using namespace std::chrono_literals;

WEIR_TEST(macros, passes) {
  const auto begin = weir::loop::current().now();
  co_await weir::sleep(24h);
  EXPECT_EQ(weir::loop::current().now() - begin, 24h);
}
// CHECK: [       OK ] macros.passes

WEIR_TEST(macros, fails) {
  co_await weir::yield();
  EXPECT_EQ(1 + 1, 3);
}
// CHECK: gtest.cpp:[[#@LINE-2]]: Failure
// CHECK: [  FAILED  ] macros.fails

WEIR_TEST(macros, throws) {
  co_await weir::yield();
  throw std::runtime_error("thrown by the test");
}
// CHECK: thrown by the test
// CHECK: [  FAILED  ] macros.throws

static weir::task<> helper() { co_await weir::sleep(1ms); }
WEIR_TEST(macros, forgets_to_await) {
  (void)helper();
  co_return;
}
// CHECK: gtest.cpp:{{[0-9]+}}: {{.*}}helper{{.*}}[weir-unawaited-task]
// CHECK: [  FAILED  ] macros.forgets_to_await

WEIR_TEST(macros, leaves_a_task) {
  weir::create_task(weir::sleep(1h), "poller");
  co_return;
}
// CHECK: a task is left running: poller
// CHECK: [  FAILED  ] macros.leaves_a_task

static std::string order;
static weir::task<> note(char c) {
  order += c;
  co_return;
}
WEIR_TEST(macros, order) {
  co_await weir::gather(note('a'), note('b'), note('c'), note('d'), note('e'));
  EXPECT_EQ(order, "abcde"); // a test that relies on luck
}
// CHECK: [       OK ] macros.order
// SEED: [  FAILED  ] macros.order

class fixture : public testing::Test {
protected:
  void SetUp() override { load.returns(7); }
  weir::async_mock<int()> load;
};
WEIR_TEST_F(fixture, mocks) { EXPECT_EQ(co_await load(), 7); }
// CHECK: [       OK ] fixture.mocks
TEST_F(fixture, beside_ordinary_tests) { EXPECT_EQ(load.call_count(), 0u); }
// CHECK: [       OK ] fixture.beside_ordinary_tests

class async_fixture : public testing::Test {
protected:
  weir::task<> AsyncSetUp() {
    co_await weir::sleep(1ms);
    poller = weir::create_task(weir::sleep(1h));
  }
  weir::task<> AsyncTearDown() {
    poller.cancel();
    co_await weir::wait(std::vector<weir::task_handle<>>(1, poller));
    std::cout << "torn down" << std::endl;
  }
  weir::task_handle<> poller;
};
WEIR_TEST_F(async_fixture, is_on_the_loop) {
  co_await weir::yield();
  EXPECT_FALSE(poller.done());
}
// CHECK: torn down
// CHECK-NEXT: [       OK ] async_fixture.is_on_the_loop
WEIR_TEST_F(async_fixture, throws) {
  co_await weir::yield();
  throw std::runtime_error("thrown with a fixture");
}
// CHECK: torn down
// CHECK: thrown with a fixture
// CHECK: [  FAILED  ] async_fixture.throws

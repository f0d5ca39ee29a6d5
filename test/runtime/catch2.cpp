// The macro for Catch2, as Debian has it: what passes, and what fails and says why.
//
// RUN: %cxx -Wall -Wextra -Werror %s -o %t
// RUN: not %t -s | FileCheck %s
// RUN: %gxx -Wall -Wextra -Werror %s -o %t.g
// RUN: not %t.g -s | FileCheck %s

#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include <weir/testing.hpp>
#include <weir/weir.hpp>

using namespace std::chrono_literals;

static int times_begun = 0;

WEIR_TEST_CASE("sections run one by one", "[weir]") {
  ++times_begun;
  const auto begin = weir::loop::current().now();
  SECTION("a minute") {
    co_await weir::sleep(1min);
    CHECK(weir::loop::current().now() - begin == 1min);
  }
  SECTION("an hour") {
    co_await weir::sleep(1h);
    CHECK(weir::loop::current().now() - begin == 1h);
    CHECK(times_begun == 2);
  }
}

WEIR_TEST_CASE("requirements end a test") {
  co_await weir::yield();
  REQUIRE(1 + 1 == 3);
  CHECK("never reached" == std::string());
}
// CHECK: requirements end a test
// CHECK: REQUIRE( 1 + 1 == 3 )
// CHECK-NOT: never reached

WEIR_TEST_CASE("a task is left") {
  weir::create_task(weir::sleep(1h), "poller");
  co_return;
}
// CHECK: a task is left running: poller

// CHECK: test cases: 3 | 1 passed | 2 failed

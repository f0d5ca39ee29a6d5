// A test that waits a minute and takes no time.

#include <gtest/gtest.h>

#include <weir/async_mock.hpp>
#include <weir/testing.hpp>
#include <weir/weir.hpp>

using namespace std::chrono_literals;

weir::task<int> retry(weir::async_mock<int()> &load) {
  for (int attempt = 0;; ++attempt) {
    bool again = false;
    try {
      co_return co_await load();
    } catch (const std::runtime_error &) {
      again = attempt < 3;
      if (!again)
        throw;
    }
    co_await weir::sleep(1min); // takes no time in a test
  }
}

WEIR_TEST(Retry, tries_again_after_a_minute) {
  weir::async_mock<int()> load;
  load.throws(std::runtime_error("busy")).returns(7);
  const auto begin = weir::loop::current().now();
  EXPECT_EQ(co_await retry(load), 7);
  EXPECT_EQ(load.await_count(), 2u);
  EXPECT_EQ(weir::loop::current().now() - begin, 1min);
}
// CHECK: [  PASSED  ] 1 test.

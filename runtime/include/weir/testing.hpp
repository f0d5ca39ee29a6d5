// testing: tests of coroutines, without waiting and without leftovers.
//
// Not part of weir.hpp. Works by itself and with GoogleTest and Catch2, whose
// headers come first if they are used:
//
//     WEIR_TEST(Cache, expires) {              // GoogleTest
//       co_await weir::sleep(1h);              // takes no time
//       EXPECT_TRUE(cache.empty());
//     }
//     WEIR_TEST_F(CacheTest, is_shared) { ... }  // with a fixture
//     WEIR_TEST_CASE("a cache expires") { ... }  // Catch2
//
// See also async_mock.hpp and fake_peer.hpp.

#pragma once

#include <weir/current_task.hpp>
#include <weir/errors.hpp>
#include <weir/report.hpp>
#include <weir/runner.hpp>
#include <weir/sleep.hpp>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace weir::testing {

/// What `run_test` throws for a test that broke a rule.
struct failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct test_options {
  /// Time jumps to the next deadline when every task waits.
  bool virtual_time = true;
  /// Which order ready tasks run in; see run_options. The environment variable
  /// WEIR_SEED, a number, sets it for all tests.
  std::optional<unsigned> shuffle_seed = std::nullopt;
  /// Tasks may be left running at the end; they are cancelled.
  bool allow_leftovers = false;
  /// How long, in real time, a test may hang with nothing but other threads to
  /// wait for, before it fails with a list of what its tasks wait for.
  std::chrono::milliseconds patience{5'000};
};

/// Collects reports instead of printing them, while it lives.
class captured_reports {
public:
  captured_reports()
      : before_(set_report_handler([this](const report &r) {
          std::lock_guard hold(mutex_);
          all_.push_back(r);
        })) {}
  ~captured_reports() { set_report_handler(std::move(before_)); }
  captured_reports(const captured_reports &) = delete;

  /// Takes what was reported so far.
  std::vector<report> take() {
    std::lock_guard hold(mutex_);
    return std::exchange(all_, {});
  }

private:
  std::mutex mutex_;
  std::vector<report> all_;
  report_handler before_;
};

namespace internal {

inline std::optional<unsigned> seed_of_environment() {
  const char *text = std::getenv("WEIR_SEED");
  if (!text || !*text)
    return std::nullopt;
  unsigned seed = 0;
  const char *end = text + std::strlen(text);
  if (const auto [at, error] = std::from_chars(text, end, seed);
      error != std::errc() || at != end)
    throw usage_error("WEIR_SEED is no number: " + std::string(text));
  return seed;
}

} // namespace internal

/// Runs \p test on a loop of its own, in the thread that calls; where time is
/// real, in debug mode. Throws what the test
/// throws; else `failure` if anything was reported (a task never awaited, an
/// exception nobody saw, ...), or a task it started is still running at its
/// end.
inline void run_test(task<> test, test_options options = {}) {
  captured_reports reports;
  std::string complaint;
  std::exception_ptr cancellation;
  {
    run_options how;
    how.virtual_time = options.virtual_time;
    how.shuffle_seed = options.shuffle_seed;
    how.patience = options.patience;
    if (!how.shuffle_seed)
      how.shuffle_seed = internal::seed_of_environment();
    // A virtual test has no real time to block; the watchdog costs a thread.
    how.debug = !options.virtual_time;
    runner r(how);
    auto checked = [](task<> body, bool allow_leftovers,
                      std::string &left) -> task<> {
      co_await std::move(body);
      if (allow_leftovers)
        co_return;
      co_await sleep(std::chrono::seconds(0)); // what is about to end may
      for (const auto &t : all_tasks())
        if (t != current_task())
          left += "a task is left running: " + std::string(t.name()) + "\n";
    };
    try {
      r.run(checked(std::move(test), options.allow_leftovers, complaint));
    } catch (const cancelled &) { // what it was cancelled for says more
      cancellation = std::current_exception();
    }
  }
  for (const auto &r : reports.take())
    complaint += (r.where.line() == 0
                      ? std::string()
                      : r.where.file_name() +
                            (":" + std::to_string(r.where.line())) + ": ") +
                 r.message + " [" + r.rule + "]\n" + r.details;
  if (!complaint.empty())
    throw failure(complaint);
  if (cancellation)
    std::rethrow_exception(cancellation);
}

/// Moves virtual time on by \p duration, running what becomes due, as a sleep
/// does. (kotlinx.coroutines: advanceTimeBy.)
template <class Rep, class Period>
auto advance_time(std::chrono::duration<Rep, Period> duration) {
  return sleep(duration);
}

} // namespace weir::testing

#ifdef GTEST_TEST
/// A GoogleTest test whose body is a task: `TEST` for coroutines. In it use
/// EXPECT_..., and `co_return` where ASSERT_... would return.
#define WEIR_TEST(SUITE, NAME)                                                 \
  static weir::task<> weir_test_##SUITE##_##NAME();                            \
  TEST(SUITE, NAME) {                                                          \
    weir::testing::run_test(weir_test_##SUITE##_##NAME());                     \
  }                                                                            \
  static weir::task<> weir_test_##SUITE##_##NAME()

/// The same with a fixture: `TEST_F`. SetUp and TearDown run outside of the
/// loop; where the fixture has them, `weir::task<> AsyncSetUp()` and
/// `weir::task<> AsyncTearDown()` run on it, before and after the body, the
/// latter also if that throws. (Python: asyncSetUp.)
#define WEIR_TEST_F(FIXTURE, NAME)                                             \
  struct weir_test_##FIXTURE##_##NAME : FIXTURE {                              \
    weir::task<> weir_body();                                                  \
    template <class F> static weir::task<> weir_all(F &fixture) {              \
      if constexpr (requires { fixture.AsyncSetUp(); })                        \
        co_await fixture.AsyncSetUp();                                         \
      std::exception_ptr thrown;                                               \
      try {                                                                    \
        co_await fixture.weir_body();                                          \
      } catch (...) {                                                          \
        thrown = std::current_exception();                                     \
      }                                                                        \
      if constexpr (requires { fixture.AsyncTearDown(); })                     \
        co_await fixture.AsyncTearDown();                                      \
      if (thrown)                                                              \
        std::rethrow_exception(thrown);                                        \
    }                                                                          \
  };                                                                           \
  GTEST_TEST_(FIXTURE, NAME, weir_test_##FIXTURE##_##NAME,                     \
              ::testing::internal::GetTypeId<FIXTURE>()) {                     \
    weir::testing::run_test(weir_all(*this));                                  \
  }                                                                            \
  weir::task<> weir_test_##FIXTURE##_##NAME::weir_body()
#endif

#ifdef TEST_CASE
#define WEIR_TESTING_JOIN2(A, B) A##B
#define WEIR_TESTING_JOIN(A, B) WEIR_TESTING_JOIN2(A, B)
#define WEIR_TESTING_CASE(FUNCTION, ...)                                       \
  static weir::task<> FUNCTION();                                              \
  TEST_CASE(__VA_ARGS__) { weir::testing::run_test(FUNCTION()); }              \
  static weir::task<> FUNCTION()
/// A Catch2 test whose body is a task.
#define WEIR_TEST_CASE(...)                                                    \
  WEIR_TESTING_CASE(WEIR_TESTING_JOIN(weir_test_case_, __LINE__), __VA_ARGS__)
#endif

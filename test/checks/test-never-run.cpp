// RUN: %verify=test-never-run -Wno-everything %s
// RUN: %fix=test-never-run %s | FileCheck %s --check-prefix=FIX

#include <googletest.hpp>
#include <tuple>
#include <weir/weir.hpp>

weir::task<> run();
weir::task<> with(int);
void plain();

TEST(never, drops) {
  run(); // expected-warning {{'run' never runs here: the test passes whatever it does}} expected-note {{run it: 'weir::run(run())'}}
  // FIX: {{^}}  weir::run(run());
}
TEST(never, drops_aloud) {
  plain();
  (void)with(3); // expected-warning {{'with' never runs here}} expected-note {{run it}}
}
TEST(never, keeps) {
  auto t = run(); // expected-warning {{'t' never runs: the test passes whatever it does}}
}
TEST(never, a_lambda) {
  auto body = []() -> weir::task<> { // expected-warning {{'body' never runs}}
    EXPECT_TRUE(true);
    co_return;
  };
}
TEST(never, an_invoked_lambda) {
  []() -> weir::task<> { // expected-warning {{'lambda' never runs here}} expected-note {{run it}}
    EXPECT_TRUE(true);
    co_return;
  }();
}

TEST(runs, one) { weir::run(run()); }
TEST(runs, later) {
  auto t = run();
  weir::run(std::move(t));
}
TEST(runs, a_lambda) {
  auto body = []() -> weir::task<> { co_return; };
  weir::run(body());
}
// Its assertion may be about just that.
TEST(runs, is_lazy) {
  bool started = false;
  auto t = [&]() -> weir::task<> { started = true; co_return; }();
  EXPECT_TRUE(!started);
}
#define ADD_FAILURE() testing::add_failure()
namespace testing { void add_failure(); }
TEST(runs, not_before_it_is_awaited) {
  auto t = []() -> weir::task<> {
    ADD_FAILURE();
    co_return;
  }();
}
TEST(runs, is_dropped) {
  run();
  EXPECT_TRUE(true);
}
void no_test() { (void)run(); }

// Frameworks whose tests are assigned to a literal.
struct test {
  template <class F> void operator=(F) {}
};
test operator""_test(const char *, unsigned long);
void suite() {
  "x"_test = []() -> weir::task<> { co_return; }; // expected-warning {{the framework drops the task that this test makes}}
  "y"_test = [] { weir::run(run()); };
}

// A helper may be what runs it.
static void run_here(weir::task<> t) { weir::run(std::move(t)); }
TEST(runs, in_a_helper) { run_here(run()); }
TEST(runs, gathered) {
  bool done = false;
  weir::run([&]() -> weir::task<> {
    co_await weir::gather(run(), with(1));
    done = true;
  }());
  EXPECT_TRUE(done);
}

// A section is a test of its own.
#define SECTION(name) if (section(name))
bool section(const char *);
TEST(sections, each) {
  EXPECT_TRUE(true);
  SECTION("shares what stands around it") { (void)run(); }
}
TEST(sections, others) {
  SECTION("asserts") { EXPECT_TRUE(true); }
  SECTION("does not") {
    (void)run(); // expected-warning {{never runs}} expected-note 0+ {{}}
  }
}

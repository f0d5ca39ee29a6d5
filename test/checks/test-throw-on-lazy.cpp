// RUN: %verify=test-throw-on-lazy -Wno-everything %s
// RUN: %fix=test-throw-on-lazy %s | FileCheck %s --check-prefix=FIX

#include <googletest.hpp>
#include <weir/weir.hpp>

struct error {};
weir::task<int> parse(int);
weir::task<int> checked(int n) {
  if (n < 0)
    throw error();
  return parse(n);
}
int now(int);
#define REQUIRE_THROWS(expression) static_cast<void>(expression)
#define CHECK(x) static_cast<void>(x)

TEST(lazy, throws) {
  EXPECT_THROW(parse(1), error); // expected-warning {{'parse' only makes a task here: its body does not run, so it cannot throw}} expected-note {{run it: 'weir::run(parse(1))'}}
  // FIX: {{^}}  EXPECT_THROW(weir::run(parse(1)), error);
  EXPECT_NO_THROW(parse(1)); // expected-warning {{'parse' only makes a task}} expected-note {{run it}}
  EXPECT_THROW((void)parse(1), error); // expected-warning {{'parse' only makes a task}} expected-note {{run it}}
  REQUIRE_THROWS(parse(1)); // expected-warning {{'parse' only makes a task}} expected-note {{run it}}
  EXPECT_THROW(weir::run(parse(1)), error);
  EXPECT_THROW(now(1), error);
  EXPECT_THROW(checked(-1), error);
  CHECK(parse(1));
}
TEST(lazy, behind_what_only_makes_it) {
  auto parses = [] { return parse(-1); };
  EXPECT_THROW(parses(), error); // expected-warning {{'lambda' only makes a task}} expected-note {{run it}}
  struct parser {
    weir::task<int> get(int n) { return parse(n); }
    weir::task<int> get_now(int n) { return parse(now(n)); }
  } p;
  EXPECT_THROW(p.get(1), error); // expected-warning {{only makes a task}} expected-note {{run it}}
  EXPECT_THROW(p.get_now(1), error);
  // What is checked before the task is made throws at once.
  struct url {
    url(const char *);
  };
  struct reader {
    weir::task<int> get(url);
    weir::task<int> get_text(const char *text) { return get(text); }
    weir::task<int> get_some(int n) { return parse(n < 0 ? throw error() : n); }
    reader &at(int);
    weir::task<int> get_of(int n) { return at(n).get(url("")); }
  } r;
  EXPECT_THROW(r.get_text(""), error);
  EXPECT_THROW(r.get_some(1), error);
  EXPECT_THROW(r.get_of(1), error);
  EXPECT_THROW({ auto t = parse(1); }, error); // expected-warning {{'parse' only makes a task}} expected-note {{run it}}
}
weir::task<> in_a_coroutine() {
  REQUIRE_THROWS(co_await parse(1));
}

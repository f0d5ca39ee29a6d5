// What the runtime's tests say things with; it works under NDEBUG too.

#pragma once

#include <weir/report.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

/// Ends the test with the place and the condition unless it holds.
#define CHECK(...)                                                             \
  ((__VA_ARGS__) ? void()                                                      \
                 : (std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__,      \
                                 __LINE__, #__VA_ARGS__),                      \
                    std::exit(1)))

/// Ends the test unless evaluating the expression throws an E. Usable around
/// co_await.
#define CHECK_THROWS(E, ...)                                                   \
  do {                                                                         \
    bool thrown = false;                                                       \
    try {                                                                      \
      (void)(__VA_ARGS__);                                                     \
    } catch (const E &) {                                                      \
      thrown = true;                                                           \
    }                                                                          \
    CHECK(thrown &&#E " expected from " #__VA_ARGS__);                         \
  } while (false)

/// Runs a case, a function returning task<>, on a loop of its own whose time
/// is virtual.
#define RUN(CASE)                                                              \
  (std::fprintf(stderr, "%s\n", #CASE),                                        \
   weir::run(CASE(), {.debug = false, .virtual_time = true}))

/// Collects reports while it lives.
class reports {
public:
  reports()
      : before_(weir::set_report_handler(
            [this](const weir::report &r) { all.push_back(r); })) {}
  ~reports() { weir::set_report_handler(std::move(before_)); }

  int count(const std::string &rule) const {
    int n = 0;
    for (auto &r : all)
      n += r.rule == rule;
    return n;
  }

  std::vector<weir::report> all;

private:
  weir::report_handler before_;
};

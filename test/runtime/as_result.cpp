// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/slow.hpp"

#include <weir/weir.hpp>

#include <memory>
#include <stdexcept>

static weir::task<std::unique_ptr<int>> makes(bool fails) {
  co_await weir::yield();
  if (fails)
    throw std::runtime_error("as it should");
  co_return std::make_unique<int>(5);
}
static weir::task<> nothing(bool fails) { co_await makes(fails); }

static weir::task<> value() {
  auto made = co_await weir::as_result(makes(false));
  CHECK(made && **made == 5 && made.error() == nullptr);
  auto done = co_await weir::as_result(nothing(false));
  CHECK(done.has_value());
}

static weir::task<> failure_is_a_value() {
  auto made = co_await weir::as_result(makes(true));
  CHECK(!made);
  CHECK_THROWS(std::runtime_error, made.value());
  auto done = co_await weir::as_result(nothing(true));
  CHECK(!done && !done.was_cancelled());
}

static weir::task<> of_a_handle_and_other_awaitables() {
  auto good = weir::create_task(slow("a", 1ms));
  auto bad = weir::create_task(slow("b", 1ms, true));
  CHECK((co_await weir::as_result(good)).value() == "a");
  CHECK(!co_await weir::as_result(bad));
  CHECK((co_await weir::as_result(weir::sleep(1ms))).has_value());
}

// The awaiting task can be stopped as ever.
static weir::task<> cancellation_passes() {
  auto shrugs = []() -> weir::task<> {
    auto r = co_await weir::as_result(slow("a", 1s));
    events.push_back(r ? "value" : "failure");
  };
  auto t = weir::create_task(shrugs());
  co_await weir::sleep(10ms);
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(events == strings{"a cancelled"});
}

static weir::task<> empty_task_is_refused() {
  CHECK_THROWS(weir::usage_error,
               (co_await weir::as_result(weir::task<int>())).has_value());
}

int main() {
#define CASE(NAME) (events.clear(), RUN(NAME))
  CASE(value);
  CASE(failure_is_a_value);
  CASE(of_a_handle_and_other_awaitables);
  CASE(cancellation_passes);
  CASE(empty_task_is_refused);
}

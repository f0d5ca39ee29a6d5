// With WEIR_STRICT_LIFETIMES clang itself reports references that a stored task
// keeps too long, and nothing in the headers or in correct programs.
//
// RUN: %cxx -DWEIR_STRICT_LIFETIMES -Wall -Wextra -fsyntax-only -Xclang -verify %s

#include <weir/testing.hpp>
#include <weir/weir.hpp>

#include <string>

weir::task<std::size_t> size_of(const std::string &text) {
  co_await weir::yield();
  co_return text.size();
}
weir::task<int> number() { co_return 1; }

weir::task<> dangles() {
  auto later = size_of(std::string("gone")); // expected-warning {{temporary whose address is used}}
  co_await later;
}

weir::task<> lambda_that_is_gone() {
  int n = 0;
  auto later = [n]() -> weir::task<int> { co_return n; }(); // expected-warning {{temporary whose address is used}}
  co_await later;
}

// The temporary lives as long as the await.
weir::task<> is_fine() {
  co_await size_of(std::string("here"));
  std::string text = "here";
  auto later = size_of(text);
  co_await later;
  co_await weir::gather(number(), number());
  co_await weir::race(number(), number());
  (void)co_await weir::as_result(number());
  (void)co_await weir::as_result(weir::create_task(number()));
  co_await weir::gather(weir::keep_running, number(), number());
  co_await weir::timeout(std::chrono::seconds(1), number());
  co_await weir::with_task_group([](weir::task_group &group) -> weir::task<> {
    group.create_task(weir::eager, number());
    co_return;
  });
  co_await weir::with_cancel_scope([](auto &) -> weir::task<> { co_return; });
}

int main() { weir::run(is_fine()); }

// RUN: %verify=starving-loop -Wno-everything %s

#include <optional>
#include <weir/task.hpp>

using weir::task;
task<int> f();
std::optional<int> try_pop();
void handle(int);
bool x;

task<> never_suspended() {
  co_await f();
  for (;;) { // expected-warning {{this loop can turn for ever without being suspended}} expected-note {{await something}}
    if (auto m = try_pop())
      handle(*m);
  }
}
task<> not_on_each_path() {
  while (true) { // expected-warning {{can turn for ever}} expected-note {{await something}}
    if (auto m = try_pop())
      handle(*m);
    else
      co_await f(); // expected-note {{a turn that does not come here keeps the thread}}
  }
}
task<> continues() {
  for (;;) { // expected-warning {{}} expected-note {{await something}}
    auto m = try_pop();
    if (!m)
      continue;
    co_await f(); // expected-note {{}}
  }
}
task<> long_computation() {
  for (int i = 0; i < 5'000'000; ++i) // expected-warning {{this loop runs long without ever being suspended}} expected-note {{on a thread of its own}}
    handle(i);
  co_return;
}

task<> suspended_in_each_turn() {
  for (;;) {
    if (x)
      break;
    co_await f();
  }
  for (;;)
    for (;;)
      co_await f();
  while (true) {
    while (x)
      handle(1);
    co_await f();
  }
  do {
    co_await f();
  } while (true);
}
task<> suspended_in_one_of_two_ways() {
  for (;;) {
    if (x)
      co_await f();
    else
      co_await f();
  }
}
task<> left_at_some_time() {
  for (;;) {
    if (auto m = try_pop())
      handle(*m);
    else
      break;
  }
  while (x)
    handle(1);
  for (int i = 0; i < 3; ++i)
    handle(i);
  for (int i = 0; i < 5'000'000; ++i) {
    handle(i);
    co_await f();
  }
  co_return;
}
// On threads of a pool a loop is in nobody's way.
namespace cppcoro {
struct static_thread_pool {
  task<> schedule();
};
struct io_service {
  task<> schedule();
};
} // namespace cppcoro
task<> on_a_pool(cppcoro::static_thread_pool &pool, cppcoro::io_service &io) {
  co_await pool.schedule();
  for (int i = 0; i < 5'000'000; ++i)
    handle(i);
  co_await f();
  for (;;) {
    if (x)
      co_await f();
    else
      handle(1);
    if (auto m = try_pop())
      break;
  }
  for (int i = 0; i < 5'000'000; ++i)
    if (!try_pop())
      co_await f();
  co_await io.schedule();
  for (int i = 0; i < 5'000'000; ++i) // expected-warning {{runs long}} expected-note {{thread}}
    handle(i);
}

task<> never_comes_there() {
  co_await f();
  for (;;) {
  }
}
void no_coroutine() {
  for (;;)
    handle(1);
}
task<> test_of_many_turns() {
  for (int i = 0; i < 5'000'000; ++i)
    handle(i);
  co_return;
}

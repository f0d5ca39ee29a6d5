// Ctrl-C under `run`. Each case is a process of its own, since most end by it.
//
// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"

#include <weir/weir.hpp>

#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;

static int said[2]; // a pipe: what the case has to say survives it

static void say(char what) { CHECK(::write(said[1], &what, 1) == 1); }

/// What the case said, then `!` if it ended by SIGINT or its exit code.
static std::string outcome_of(void (*test)()) {
  CHECK(::pipe(said) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGINT, SIG_DFL); // who runs tests in the background ignores it
    ::alarm(60);
    test();
    ::_exit(0);
  }
  ::close(said[1]);
  std::string text;
  for (char c; ::read(said[0], &c, 1) == 1;)
    text += c;
  ::close(said[0]);
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
    return text + '!';
  CHECK(WIFEXITED(status));
  return text + std::to_string(WEXITSTATUS(status));
}

static weir::task<> says_when_cancelled(char what) {
  try {
    co_await weir::sleep(1h);
  } catch (const weir::cancelled &) {
    say(what);
    throw;
  }
}

static void press_ctrl_c_in(std::chrono::milliseconds delay) {
  std::thread([delay] {
    std::this_thread::sleep_for(delay);
    ::kill(::getpid(), SIGINT);
  }).detach();
}

static weir::task<> waits_in_vain() {
  weir::create_task(says_when_cancelled('b'));
  co_await says_when_cancelled('a');
}
static void first_cancels_main_then_the_rest_and_ends_by_the_signal() {
  press_ctrl_c_in(20ms);
  weir::run(waits_in_vain());
  say('x'); // never
}

static weir::task<> leaves_a_task_that_waits_for_a_signal() {
  weir::create_task([]() -> weir::task<> {
    co_await weir::next_signal(SIGINT);
  }());
  co_await weir::yield();
  co_await weir::yield();
}
static void after_run_it_ends_the_process_again() {
  weir::run(leaves_a_task_that_waits_for_a_signal());
  ::raise(SIGINT);
  say('x'); // never
}

static weir::task<int> returns_when_cancelled() {
  try {
    co_await weir::sleep(1h);
  } catch (const weir::cancelled &) {
  }
  co_return 5;
}
static void main_that_returns_lets_run_return() {
  press_ctrl_c_in(20ms);
  CHECK(weir::run(returns_when_cancelled()) == 5);
  struct sigaction now {};
  ::sigaction(SIGINT, nullptr, &now);
  CHECK(now.sa_handler == SIG_DFL);
}

static weir::task<> does_not_end() {
  for (;;) {
    try {
      co_await weir::sleep(1h);
    } catch (const weir::cancelled &) {
      say('1');
      ::raise(SIGINT);
      say('2');
    }
  }
}
static void second_ends_the_process_at_once() {
  press_ctrl_c_in(20ms);
  weir::run(does_not_end());
}

static weir::task<> blocks() {
  co_await weir::yield();
  std::this_thread::sleep_for(1h);
}
static void second_ends_a_loop_that_stands_still() {
  press_ctrl_c_in(20ms);
  press_ctrl_c_in(60ms);
  weir::run(blocks());
}

static void other_threads_are_left_alone() {
  std::thread([] {
    press_ctrl_c_in(20ms);
    weir::run(says_when_cancelled('x'));
  }).join();
}

static weir::task<> short_sleep() { co_await weir::sleep(50ms); }
static void handler_of_the_program_is_left_alone() {
  ::signal(SIGINT, [](int) { say('h'); });
  press_ctrl_c_in(20ms);
  weir::run(short_sleep());
}

static weir::task<> awaits_the_signal_first() {
  weir::loop::current().call_later(10ms, [] { ::raise(SIGINT); });
  CHECK(co_await weir::next_signal(SIGINT) == SIGINT);
  say('s');
  weir::loop::current().call_later(10ms, [] { ::raise(SIGINT); });
  co_await says_when_cancelled('a');
}
static void next_signal_goes_before() { weir::run(awaits_the_signal_first()); }

static void runner_can_be_used_again() {
  weir::runner r;
  press_ctrl_c_in(20ms);
  CHECK(r.run(returns_when_cancelled()) == 5);
  press_ctrl_c_in(20ms);
  CHECK(r.run(returns_when_cancelled()) == 5);
  r.run(short_sleep());
}

int main() {
#define CASE(NAME, OUTCOME)                                                    \
  (std::fprintf(stderr, "%s\n", #NAME), CHECK(outcome_of(NAME) == OUTCOME))
  CASE(first_cancels_main_then_the_rest_and_ends_by_the_signal, "ab!");
  CASE(after_run_it_ends_the_process_again, "!");
  CASE(main_that_returns_lets_run_return, "0");
  CASE(second_ends_the_process_at_once, "1!");
  CASE(second_ends_a_loop_that_stands_still, "!");
  CASE(other_threads_are_left_alone, "!");
  CASE(handler_of_the_program_is_left_alone, "h0");
  CASE(next_signal_goes_before, "sa!");
  CASE(runner_can_be_used_again, "0");
}

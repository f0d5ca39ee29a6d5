// RUN: %verify=dangling-parameter -Wno-everything %s
// RUN: %fix=dangling-parameter %s | FileCheck %s --check-prefix=FIX

#include <coroutine>
#include <string>
#include <string_view>
#include <vector>
#include <weir/create_task.hpp>
#include <weir/run.hpp>
#include <weir/sleep.hpp>
#include <weir/task.hpp>

struct fire_and_forget {
  struct promise_type {
    fire_and_forget get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
};
void print(std::string_view);
struct service { void log(std::string_view); };

// Nobody can await it: a caller goes on at the first suspension.
fire_and_forget on_message(const std::string &text); // expected-warning 0 {{}}
// FIX: {{^}}fire_and_forget on_message(std::string text);
fire_and_forget on_message(const std::string &text) { // expected-warning {{parameter 'text' of 'on_message' is used when what it refers to may be gone}} expected-note {{nobody can await a 'fire_and_forget': a caller goes on at the first suspension}} expected-note {{take 'text' by value}}
  // FIX: {{^}}fire_and_forget on_message(std::string text) {
  print(text);
  co_await std::suspend_always(); // expected-note {{'on_message' may be suspended here}}
  print(text); // expected-note {{'text' is used here}}
}
fire_and_forget view(std::string_view text) { // expected-warning {{'text'}} expected-note 2 {{}}
  co_await std::suspend_always(); // expected-note {{}}
  print(text); // expected-note {{}}
}
fire_and_forget rvalue(std::string &&text) { // expected-warning {{'text'}} expected-note 2 {{}}
  co_await std::suspend_always(); // expected-note {{}}
  print(text); // expected-note {{}}
}
fire_and_forget loop(const std::vector<int> &all) { // expected-warning {{'all'}} expected-note 2 {{}}
  for (int each : all) { // expected-note {{'all' is used here}}
    co_await std::suspend_always(); // expected-note {{}}
    print("");
  }
}
fire_and_forget handler(const std::string &text) { // expected-warning {{'text'}} expected-note 2 {{}}
  try {
    co_await std::suspend_always(); // expected-note {{}}
  } catch (...) {
    print(text); // expected-note {{'text' is used here}}
  }
}
fire_and_forget loop_over_a_copy(const std::vector<int> &all) {
  for (int each : std::vector<int>(all))
    co_await std::suspend_always();
}
auto in_a_lambda = [](const std::string &text) -> fire_and_forget { // expected-warning {{'text'}} expected-note 2 {{}}
  co_await std::suspend_always(); // expected-note {{}}
  print(text); // expected-note {{}}
};

// Used before the first suspension, copied before it, or not used at all.
fire_and_forget first(const std::string &text) {
  print(text);
  co_await std::suspend_always();
}
fire_and_forget copies(const std::string &text) {
  std::string copy = text;
  co_await std::suspend_always();
  print(copy);
}
fire_and_forget on_one_path(const std::string &text, bool b) {
  if (b) {
    co_await std::suspend_always();
    co_return;
  }
  print(text);
}
fire_and_forget voided(const std::string &text) {
  co_await std::suspend_always();
  (void)text;
}
// By value, or something that lives long.
fire_and_forget by_value(std::string text) {
  co_await std::suspend_always();
  print(text);
}
fire_and_forget uses_a_service(service &s, service *p) {
  co_await std::suspend_always();
  s.log("");
  p->log("");
}

// A task that is started, with what the starter itself was only lent.
weir::task<> handle(const std::string &text) { // expected-warning {{parameter 'text' of 'handle' is used when what it refers to may be gone}} expected-note {{take 'text' by value}}
  // FIX: {{^}}weir::task<> handle(std::string text) {
  print(text); // expected-note {{'text' is used here}}
  co_return;
}
void receive(const std::string &text) {
  weir::create_task(handle(text)); // expected-note {{'handle' is started here and not waited for, and 'text' need not outlive the call}}
}
weir::task<> handle_view(std::string_view text) { // expected-warning {{'text'}} expected-note {{let 'text' own what it refers to}}
  print(text); // expected-note {{}}
  co_return;
}
void receive_view(std::string_view text) {
  auto handling = handle_view(text);
  weir::create_task(std::move(handling)); // expected-note {{'handle_view' is started here and not waited for}}
}
weir::task<> awaited(const std::string &text) {
  print(text);
  co_return;
}
weir::task<> awaits(const std::string &text) {
  co_await awaited(text);
  auto running = weir::create_task(awaited(text));
  co_await running;
}
weir::task<> hands_on(const std::string &text) { return awaited(text); }
void waits(const std::string &text) { weir::run(awaited(text)); }
std::string global;
struct owner {
  std::string name;
  void starts() {
    weir::create_task(awaited(name));
    weir::create_task(awaited(global));
  }
};

// Not awaitable, but somebody has it in hand.
struct held_by_its_maker {
  struct promise_type {
    held_by_its_maker get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  std::coroutine_handle<promise_type> handle;
};
held_by_its_maker started_and_waited_for(std::string &&text) {
  co_await std::suspend_always();
  print(text);
}

// What is known to be done does not suspend.
struct result {
  int status() const;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  int await_resume();
};
void abort();
fire_and_forget expects(result r, const std::string &text) {
  if (r.status() != 1)
    abort();
  co_await r;
  print(text);
}
fire_and_forget asks_another(result r, result other, const std::string &text) { // expected-warning {{'text'}} expected-note 2 {{}}
  if (other.status() != 1)
    abort();
  co_await r; // expected-note {{}}
  print(text); // expected-note {{}}
}

// A type that is only the handle of a frame that frees itself.
namespace only_a_handle {
template <class Job, class AtEnd> struct promise {
  Job get_return_object();
  std::suspend_never initial_suspend() noexcept { return {}; }
  AtEnd final_suspend() noexcept { return {}; }
  void return_void();
  void unhandled_exception();
};
struct job_promise;
struct job : std::coroutine_handle<job_promise> {
  using promise_type = job_promise;
};
struct job_promise : promise<job, std::suspend_never> {};
struct kept_promise;
struct kept : std::coroutine_handle<kept_promise> {
  using promise_type = kept_promise;
};
struct kept_promise : promise<kept, std::suspend_always> {};

void use(const std::string &);
job watch(const std::string &name) { // expected-warning {{parameter 'name' of 'only_a_handle::watch' is used when what it refers to may be gone}} expected-note {{take 'name' by value}} expected-note {{nobody can await a 'job'}}
  co_await std::suspend_always{}; // expected-note {{suspended}}
  use(name); // expected-note {{'name' is used here}}
}
kept asked_for(const std::string &name) {
  co_await std::suspend_always{};
  use(name);
}
} // namespace only_a_handle

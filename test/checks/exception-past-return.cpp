// RUN: %verify=exception-past-return -Wno-everything %s
// RUN: %fix=exception-past-return %s | FileCheck %s --check-prefix=FIX

#include <coroutine>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <weir/task.hpp>

weir::task<int> use(const std::string &s);
weir::task<int> load(int id);
weir::task<int> ready(int i) { co_return i; }
weir::task<int> failed(std::exception_ptr);
int parse(const std::string &);
void log();
std::string x;
std::mutex m;

weir::task<int> handled() {
  try { // a handler that returns a task cannot await it: no fix
    return use(x); // expected-warning {{an exception of 'use' does not reach the handler: the task that is returned runs when the try block is left}} expected-note {{await it in the try block: 'co_return co_await'}}
    // FIX: {{^}}    return use(x);
  } catch (...) { // expected-note {{this handler cannot catch what the task throws}}
    return ready(0);
  }
}
weir::task<int> logged(std::string s) {
  try {
    return use(s); // expected-warning {{'use'}} expected-note {{}}
    // FIX: {{^}}    co_return co_await use(s);
  } catch (const std::exception &) { // expected-note {{}}
    log();
    throw;
  }
}
weir::task<int> with_another_return(bool b) {
  if (b)
    return load(1);
  // FIX: {{^}}    co_return co_await load(1);
  try {
    return load(2); // expected-warning {{'load'}} expected-note {{}}
    // FIX: {{^}}    co_return co_await load(2);
  } catch (const std::exception &) { // expected-note {{}}
    log();
  }
  return load(3);
  // FIX: {{^}}  co_return co_await load(3);
}
struct client {
  weir::task<int> get();
  weir::task<int> get_logged() {
    try {
      return get(); // expected-warning {{'get'}} expected-note {{}}
    } catch (...) { // expected-note {{}}
      log();
      throw;
    }
  }
};
weir::task<int> function_try_block()
try {
  return load(1); // expected-warning {{'load'}} expected-note {{}}
} catch (...) { // expected-note {{}}
  log();
  throw;
}

// A coroutine awaits in the try block.
weir::task<int> coroutine() {
  try {
    co_return co_await load(1);
  } catch (...) {
  }
  co_return 0;
}
// Something else may throw, and at once.
weir::task<int> parses(std::string s) {
  try {
    int id = parse(s);
    return load(id);
  } catch (...) {
    return ready(0);
  }
}
weir::task<int> parses_in_place(std::string s) {
  try {
    return load(parse(s));
  } catch (...) {
    return ready(0);
  }
}
// The handler makes a failed task of it: the same as what the task does.
weir::task<int> passes_on() {
  try {
    return load(1);
  } catch (...) {
    return failed(std::current_exception());
  }
}
// A plain function may throw before it makes the task.
weir::task<int> checks_first(int id) {
  if (id < 0)
    throw 1;
  return load(id);
}
weir::task<int> calls_plain_function() {
  try {
    return checks_first(1);
  } catch (...) {
    return ready(0);
  }
}
weir::task<int> hands_on(int id) { return load(id); }
weir::task<int> through_a_function() {
  try {
    return hands_on(1); // expected-warning {{'hands_on'}} expected-note {{}}
  } catch (...) { // expected-note {{}}
    return ready(0);
  }
}
weir::task<int> in_the_handler() {
  try {
    parse("");
  } catch (...) {
    return load(1);
  }
  return load(2);
}

// A guard that is there for the task alone.
weir::task<int> locked() {
  std::lock_guard l(m); // expected-note {{'l' is destroyed at the return}}
  return use(x); // expected-warning {{'l' is gone before the task of 'use' runs: the task that is returned begins when it is awaited}} expected-note {{make the function a coroutine that awaits the task}}
}
struct scoped_timer {
  scoped_timer();
  scoped_timer(const scoped_timer &) = delete;
  ~scoped_timer();
};
weir::task<int> timed() {
  scoped_timer t; // expected-note {{}}
  return load(1); // expected-warning {{'t' is gone}} expected-note {{}}
}
// A guard for something that happens under it.
struct cache {
  std::mutex m;
  int id;
  std::string name;
  std::shared_ptr<client> c;
  weir::task<int> reads_under_the_lock() {
    std::lock_guard l(m);
    return load(id);
  }
  weir::task<int> calls_through_what_is_locked() {
    std::lock_guard l(m);
    return c->get();
  }
  weir::task<int> works_under_the_lock() {
    std::lock_guard l(m);
    ++id;
    return load(1);
  }
  weir::task<int> unlocks() {
    std::unique_lock l(m);
    l.unlock();
    return load(1);
  }
};
weir::task<int> no_guard() {
  std::string s;
  return load(1);
}

// A variable on the way is no help.
weir::task<int> kept_first(int id) {
  try {
    auto t = load(id); // expected-warning {{an exception of 'load' does not reach the handler}}
    return t; // expected-note {{await it in the try block}}
  } catch (...) { // expected-note {{}}
    return ready(0);
  }
}

// Guards of a program's own, by their destructor and name; either arm of a choice.
struct trace_scope {
  const char *name;
  explicit trace_scope(const char *name) : name(name) {}
  ~trace_scope() { log(); }
};
struct time_span {
  std::string text;
};
struct Clock {
  ~Clock() { log(); }
};
weir::task<int> own_guards(bool b) {
  if (b) {
    trace_scope scope("load"); // expected-note {{destroyed at the return}}
    return load(1); // expected-warning {{'scope' is gone before the task of 'load' runs}} expected-note 0+ {{}}
  }
  time_span span;
  return load(2);
}
weir::task<int> no_lock() {
  Clock clock;
  return load(1);
}
weir::task<int> either(bool b) {
  std::lock_guard l(m); // expected-note {{destroyed at the return}}
  return b ? load(1) : load(2); // expected-warning {{'l' is gone before the task of 'load' runs}} expected-note 0+ {{}}
}

// What a handler keeps of an exception does not come back as the task's.
void keep(std::exception_ptr);
weir::task<int> kept(std::string s) {
  try {
    return use(s); // expected-warning {{'use'}} expected-note {{}}
  } catch (const std::exception &) { // expected-note {{}}
    keep(std::current_exception());
  }
  return load(1);
}

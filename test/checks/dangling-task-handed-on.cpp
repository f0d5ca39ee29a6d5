// RUN: %verify=dangling-task -Wno-everything %s
//
// Plain functions that hand on what the task refers to.

#include <kj.hpp>
#include <string>
#include <vector>
#include <weir/task.hpp>

using weir::task;

// A member that returns the task of another of its object, its own or inherited.
struct page {
  int size = 0;
  task<int> measure() {
    co_await std::suspend_always(); // expected-note 0+ {{}}
    co_return size; // expected-note 0+ {{}}
  }
  task<int> again() { return measure(); } // expected-note 0+ {{}}
};
struct page_with_text : page {
  std::string text;
  task<int> both() { return measure(); } // expected-note 0+ {{}}
};
task<int> of_a_local() {
  page p;
  return p.again(); // expected-warning {{the task of 'page::measure' refers to 'p', which dies}} expected-note 0+ {{}}
}
task<int> of_a_derived_one() {
  page_with_text p;
  return p.both(); // expected-warning {{the task of 'page::measure' refers to 'p', which dies}} expected-note 0+ {{}}
}
// Of an iterator another kind.
task<int> sums(std::vector<int>::const_iterator begin, std::vector<int>::const_iterator end) {
  co_await std::suspend_always(); // expected-note 0+ {{}}
  co_return *begin + *end; // expected-note 0+ {{}}
}
task<int> of_a_parameter(std::vector<int> all) {
  return sums(all.begin(), all.end()); // expected-warning {{the task of 'sums' refers to 'all', which dies}} expected-note 0+ {{}}
}

// What an owner of another library's owns dies with it, unless it moves on.
struct stream {
  task<int> read();
};
kj::Promise<void> echo(stream &s) {
  co_await std::suspend_always(); // expected-note 0+ {{}}
  s.read(); // expected-note 0+ {{}}
}
kj::Promise<void> of_what_is_owned(kj::Own<stream> s) {
  return echo(*s); // expected-warning {{the task of 'echo' refers to 's', which dies}} expected-note 0+ {{}}
}
kj::Promise<void> goes_along(kj::Own<stream> s) { return echo(*s).attach(kj::mv(s)); }

// A view that is copied on the way refers to what it views, not to the copy before.
struct device {
  task<int> read(std::string_view into);
  template <class... A> task<int> read_with(A &&...args) { return read(args...); }
  task<int> reads(std::string_view into) { return read_with(into); }
};
task<int> device::read(std::string_view into) {
  co_await std::suspend_always();
  co_return into.size();
}
struct any_device {
  virtual task<int> read(std::string_view into) = 0;
  task<int> reads(std::string_view into) { return read_with(into); }
  template <class... A> task<int> read_with(A &&...args) { return read(args...); }
};

// An owner that is returned takes what it owns along.
#include <memory>
#include <weir/create_task.hpp>
struct worker {
  int steps = 0;
  task<> run() {
    co_await std::suspend_always(); // expected-note 0+ {{}}
    ++steps; // expected-note 0+ {{}}
  }
};
std::unique_ptr<worker> starts() {
  auto made = std::make_unique<worker>();
  weir::create_task(made->run());
  return made;
}
void starts_and_drops() {
  auto made = std::make_unique<worker>();
  weir::create_task(made->run()); // expected-warning {{refers to 'made', which dies}} expected-note 0+ {{}}
}

// What an eager coroutine gives to one that it awaits.
namespace awaited {
struct promise_base {
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void return_void();
  void unhandled_exception();
};
struct job {
  struct promise_type : promise_base {
    job get_return_object();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
void use(const std::string &);
job saves(const std::string &who) {
  co_await std::suspend_always(); // expected-note 0+ {{}}
  use(who); // expected-note 0+ {{}}
}
job at_once(const std::string &who) {
  use(who);
  co_await std::suspend_always();
}
job reacts(const std::string &who) {
  co_await saves(who); // expected-note {{'awaited::reacts' awaits 'awaited::saves'}}
}
job looks(const std::string &who) { co_await at_once(who); }
std::string number();
job sends() {
  co_await reacts(number());
  looks(number());
  reacts(number()); // expected-warning {{refers to a temporary that dies at the end of the statement}} expected-note 0+ {{}}
}
} // namespace awaited

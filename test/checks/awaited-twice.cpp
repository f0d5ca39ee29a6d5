// RUN: %verify=awaited-twice -Wno-everything %s

#include <type_traits>
#include <map>
#include <utility>
#include <vector>
#include <weir/gather.hpp>
#include <weir/generator.hpp>
#include <weir/task.hpp>

using weir::task;
task<int> f();
void spawn(task<int>);
void renew(task<int> &);
bool again();

task<> twice() {
  auto t = f(); // expected-note {{make another task, or keep the first result}}
  co_await std::move(t); // expected-note {{it was awaited here}}
  co_await std::move(t); // expected-warning {{the task 't' is awaited again, but it runs only once}}
}
task<> after_it_was_handed_on() {
  auto t = f(); // expected-note {{}}
  spawn(std::move(t)); // expected-note {{it was handed on here}}
  co_await std::move(t); // expected-warning {{'t' is awaited again}}
}
task<> handed_on_after_it_was_awaited() {
  auto t = f(); // expected-note {{}}
  co_await std::move(t); // expected-note {{it was awaited here}}
  spawn(std::move(t)); // expected-warning {{'t' is handed on again}}
}
task<> after_either_arm(bool b) {
  auto t = f(); // expected-note {{}}
  if (b)
    co_await std::move(t); // expected-note {{awaited here}}
  else
    spawn(std::move(t)); // expected-note {{handed on here}}
  co_await std::move(t); // expected-warning {{}}
}
task<> in_every_turn(int n) {
  auto t = f(); // expected-note {{make the task inside the loop}}
  for (int i = 0; i < n; ++i)
    co_await std::move(t); // expected-warning {{the task 't' is awaited in every turn of the loop}}
}
task<> parameter(task<int> t) { // expected-note {{}}
  co_await std::move(t); // expected-note {{}}
  co_await std::move(t); // expected-warning {{}}
}
task<> given_to_a_combinator() {
  auto t = f(); // expected-note {{}}
  co_await weir::gather(std::move(t)); // expected-note {{handed on here}}
  co_await std::move(t); // expected-warning {{}}
}

// Once on each path, or nobody knows.
task<> once_on_each_path(bool b) {
  auto t = f();
  if (b) {
    co_await std::move(t);
    co_return;
  }
  co_await std::move(t);
}
task<> perhaps(bool b) {
  auto t = f();
  if (b)
    co_await std::move(t);
  if (!b)
    co_await std::move(t);
}
task<> made_again(int n) {
  auto t = f();
  co_await std::move(t);
  t = f();
  co_await std::move(t);
  for (int i = 0; i < n; ++i) {
    auto inner = f();
    co_await std::move(inner);
  }
  while (again()) {
    t = f();
    co_await std::move(t);
  }
}
task<> by_somebody_else() {
  auto t = f();
  co_await std::move(t);
  renew(t);
  co_await std::move(t);
}
task<> one_turn_only(int n) {
  auto t = f();
  for (int i = 0; i < n; ++i)
    if (i == 3)
      co_await std::move(t);
}
task<> leaves_the_loop() {
  auto t = f();
  for (;;) {
    co_await std::move(t);
    break;
  }
}
task<> different(std::vector<task<int>> all) {
  for (auto &t : all)
    co_await std::move(t);
}

// Types nobody described.
struct copyable {};
struct movable {
  movable(movable &&);
};
template <class T, bool Copies> struct own_task : std::conditional_t<Copies, copyable, movable> {
  struct promise_type {
    own_task get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
  own_task(own_task &&) = default;
  own_task(const own_task &) = default;
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  T await_resume();
};
own_task<int, false> own();
void spawn(own_task<int, false>);
own_task<int, true> shared();
void spawn(own_task<int, true>);
own_task<int, false> of_unknown_use() {
  auto t = own(); // expected-note {{}}
  co_await t;
  co_await t; // it may be one that keeps its result
  spawn(std::move(t)); // expected-note {{handed on here}}
  co_await t; // expected-warning {{}}
  auto s = shared();
  spawn(std::move(s));
  co_return co_await s;
}
struct once {
  struct promise_type {
    once get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  struct awaiter {
    bool await_ready();
    void await_suspend(std::coroutine_handle<>);
    void await_resume();
  };
  once(once &&);
  awaiter operator co_await() &&;
};
once make_once();
once by_its_shape() {
  auto t = make_once(); // expected-note {{}}
  co_await std::move(t); // expected-note {{}}
  co_await std::move(t); // expected-warning {{}}
}
template <class T> task<> in_a_template(T) {
  auto t = f(); // expected-note {{}}
  co_await std::move(t); // expected-note {{}}
  co_await std::move(t); // expected-warning {{}}
}
template task<> in_a_template(int);

// The loop of a macro turns once.
bool wanted();
#define BOOST_REQUIRE_EQUAL(a, b)                                              \
  do {                                                                         \
    (void)((a) == (b));                                                        \
  } while (wanted())
task<> asserted() {
  auto t = f();
  BOOST_REQUIRE_EQUAL(co_await std::move(t), 42);
}

// Nobody else has what a `T &&` is bound to.
task<> lent_for_good(task<int> &&t) { // expected-note {{}}
  co_await std::move(t); // expected-note {{it was awaited here}}
  co_await std::move(t); // expected-warning {{the task 't' is awaited again}}
}
task<> lent(task<int> &t) {
  co_await std::move(t);
  co_await std::move(t);
}

// The elements of a container, by the loop that awaits each.
task<> elements(std::vector<task<int>> all) { // expected-note {{make another task, or keep the first result}}
  for (auto &each : all)
    co_await std::move(each); // expected-note {{they were awaited here}}
  for (auto &each : all)
    co_await std::move(each); // expected-warning {{the tasks of 'all' are awaited again, but each runs only once}}
}
task<> elements_handed_on(std::vector<task<int>> all) { // expected-note {{}}
  for (auto &&each : all)
    spawn(std::move(each)); // expected-note {{they were handed on here}}
  for (auto &&each : all)
    co_await std::move(each); // expected-warning {{the tasks of 'all' are awaited again}}
}
task<> elements_of_an_array(bool b) {
  task<int> both[] = {f(), f()}; // expected-note {{make the task inside the loop}}
  while (b)
    for (auto &each : both)
      co_await std::move(each); // expected-warning {{the tasks of 'both' are awaited in every turn of the loop}}
}
task<> other_elements(std::vector<task<int>> all, bool b) {
  for (auto &each : all)
    co_await std::move(each);
  all.clear();
  all.push_back(f());
  for (auto &each : all)
    co_await std::move(each);
}
task<> some_of_the_elements(std::vector<task<int>> all, bool b) {
  for (auto &each : all)
    if (again())
      co_await std::move(each);
  for (auto &each : all)
    co_await std::move(each);
}
task<> on_one_path_only(std::vector<task<int>> all, bool b) {
  if (b)
    for (auto &each : all)
      co_await std::move(each);
  else
    for (auto &each : all)
      co_await std::move(each);
}

// A test that sees to it that it is refused.
#define REQUIRE_THROWS_AS(e, type)                                             \
  do {                                                                         \
    try {                                                                      \
      (void)(e);                                                               \
    } catch (const type &) {                                                   \
    }                                                                          \
  } while (false)
task<> refused() {
  auto t = f();
  spawn(std::move(t));
  REQUIRE_THROWS_AS(co_await std::move(t), int);
}

// Elements whose index is a number.
task<> one_element(std::vector<task<int>> all) { // expected-note {{make another task}}
  co_await std::move(all[0]); // expected-note {{it was awaited here}}
  co_await std::move(all[1]);
  co_await std::move(all[0]); // expected-warning {{the task 'all[0]' is awaited again, but it runs only once}}
}
task<> of_an_array(bool b) {
  task<int> both[2] = {f(), f()}; // expected-note {{make the task inside the loop}}
  co_await std::move(both[1]);
  while (b)
    co_await std::move(both[0]); // expected-warning {{the task 'both[0]' is awaited in every turn of the loop}}
}
task<> elements_made_again(std::vector<task<int>> all, int i) {
  co_await std::move(all[0]);
  all[0] = f();
  co_await std::move(all[0]);
  all.erase(all.begin());
  co_await std::move(all[0]);
  all[i] = f();
  co_await std::move(all[0]);
  co_await std::move(all[i]);
  co_await std::move(all[i]);
}
task<> element_and_loop(std::vector<task<int>> all) {
  co_await std::move(all[0]);
  for (auto &each : all)
    co_await std::move(each);
  co_await std::move(all[1]);
}

// Members that nobody else can give another task meanwhile.
class closed {
  task<int> once = f(); // expected-note {{make another task}}
  task<int> again = f(), changed = f();
  bool turn() { return true; }

public:
  int open = 0;
  task<> twice() {
    co_await std::move(once); // expected-note {{it was awaited here}}
    co_await std::move(once); // expected-warning {{the task 'once' is awaited again}}
  }
  task<> renewed() {
    co_await std::move(again);
    again = f();
    co_await std::move(again);
  }
  task<> by_others() {
    co_await std::move(changed);
    co_await std::move(changed);
  }
  void change() { changed = f(); }
};
class partly_elsewhere {
  task<int> t = f();
  void change();

public:
  task<> twice() {
    co_await std::move(t);
    co_await std::move(t);
  }
};
struct seen_by_all {
  task<int> t = f();
  task<> twice() {
    co_await std::move(t);
    co_await std::move(t);
  }
};

// A generator is gone through once.
weir::generator<int> numbers();
weir::generator<int> evens(weir::generator<int>);
void look(int);
bool has(weir::generator<int> &);
void gone_through_twice() {
  auto g = numbers(); // expected-note {{make another generator, or keep what it gave}}
  for (int n : g) // expected-note {{it was gone through here}}
    look(n);
  for (int n : g) // expected-warning {{the generator 'g' is gone through again, but it runs only once}}
    look(n);
}
void in_every_turn() {
  auto g = numbers(); // expected-note {{make the generator inside the loop}}
  while (again())
    for (int n : g) // expected-warning {{the generator 'g' is gone through in every turn of the loop, but it runs only once}}
      look(n);
}
void goes_on_where_it_was() {
  auto g = numbers();
  for (int n : g)
    if (n > 3)
      break;
  for (int n : g)
    look(n);
}
void stops_by_throwing() {
  auto g = numbers();
  try {
    for (int n : g)
      if (n > 3)
        throw n;
  } catch (int) {
  }
  for (int n : g)
    look(n);
}
void made_anew() {
  auto g = numbers();
  for (int n : g)
    look(n);
  g = numbers();
  for (int n : g)
    look(n);
  has(g);
  for (int n : g)
    look(n);
}
void several(std::vector<weir::generator<int>> all) {
  for (auto &g : all)
    for (int n : g)
      look(n);
  for (auto &g : all)
    look(g.begin() == g.end());
}

// What the standard library makes or keeps of it has it.
task<> packed_up(std::vector<task<int>> &all) {
  auto t = f(); // expected-note {{}}
  auto both = std::make_pair(std::move(t), 1); // expected-note {{handed on here}}
  co_await std::move(t); // expected-warning {{'t' is awaited again}}
  auto u = f(); // expected-note {{}}
  all.push_back(std::move(u)); // expected-note {{handed on here}}
  co_await std::move(u); // expected-warning {{'u' is awaited again}}
}
task<> perhaps_taken(std::map<int, task<int>> &all) {
  auto t = f();
  if (!all.emplace(1, std::move(t)).second)
    co_await std::move(t);
}
task<> in_a_block_of_its_own() {
  auto t = f(); // expected-note {{make the task inside the loop}}
  while (again()) {
    try {
      co_await std::move(t); // expected-warning {{in every turn of the loop}}
    } catch (...) {
    }
  }
}
task<> perhaps_not_reached() {
  auto t = f();
  while (again()) {
    try {
      if (again())
        throw 1;
      co_await std::move(t);
    } catch (int) {
    }
  }
}

// A macro that says its argument twice, the second time in a loop that turns once.
#define EXPECT(condition) \
  if (condition) \
    ; \
  else \
    for (bool once = true; once; once = false) \
      log_all(condition)
void log_all(...);
bool is_one(task<int>);
void expects() {
  auto t = f();
  EXPECT(is_one(std::move(t)));
}

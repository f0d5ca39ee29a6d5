// RUN: %verify=dangling-task -Wno-everything %s
// RUN: %verify=dangling-task -Wno-everything -std=c++23 %s

#include <coroutine>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <weir/stream.hpp>
#include <weir/weir.hpp>

weir::task<int> use(const std::string &s); // expected-note 0+ {{a lazy task keeps 's' as a reference until it has run}}
weir::task<> ready();
weir::task<int> by_value(std::string s);
weir::task<int> view(std::string_view s) { // seen: the body decides
  co_return s.size(); // expected-note 0+ {{'s' is used here, and nothing of a lazy task runs before it is awaited}}
}
weir::task<int> ignores(const std::string &s) { co_return 1; }
weir::task<int> hands_on(const std::string &s) { return view(s); } // expected-note 0+ {{'hands_on' returns the task of 'view'}}
weir::task<int> copies_first(const std::string &s) { return by_value(s); }
weir::task<int> pointer(int *p) { co_return *p; } // expected-note 0+ {{used here}}

weir::task<int> returned() {
  return use("tmp"); // expected-warning {{the task of 'use' refers to a temporary that dies at the end of the statement}} expected-note {{the task is returned}} expected-note {{await it in the expression that makes it, or let 'use' take its parameter by value}}
}
weir::task<int> parameter(std::string s) {
  return use(s); // expected-warning {{the task of 'use' refers to 's', which dies when 'parameter' returns}} expected-note 2 {{}}
}
weir::task<int> local() {
  std::string s;
  return view(s); // expected-warning {{refers to 's', which dies at the end of its scope}} expected-note 2 {{}}
}
weir::task<int> conditional(bool b, std::string s) {
  return b ? use(s) : by_value(s); // expected-warning {{'s'}} expected-note 2 {{}}
}
weir::task<int> element(std::vector<std::string> all) {
  return use(all[0]); // expected-warning {{'all'}} expected-note 2 {{}}
}
struct pair_of { std::string name; };
weir::task<int> part(pair_of p) {
  return use(p.name); // expected-warning {{'p'}} expected-note 2 {{}}
}
weir::task<int> address() {
  int i = 0;
  return pointer(&i); // expected-warning {{'i'}} expected-note 2 {{}}
}

// Awaited in the expression that makes it: everything lives that long.
weir::task<int> coroutine(std::string s) { co_return co_await use(s); }
weir::task<> at_once() {
  co_await use("tmp");
  auto [a, b] = co_await weir::gather(use("a"), use("b"));
  co_await weir::wait_for(use("tmp"), std::chrono::seconds(1));
}
void waits() {
  weir::run(use("tmp"));
  std::string s;
  weir::run(use(s));
}
weir::task<> kept() {
  auto t = use("tmp"); // expected-warning {{temporary}} expected-note {{the task is kept in 't'}} expected-note {{await it}}
  co_await std::move(t);
}
weir::task<> kept_view() {
  auto t = view(std::string("tmp")); // expected-warning {{temporary}} expected-note 2 {{}}
  co_await std::move(t);
  auto literal = view("static");
  co_await std::move(literal);
}
weir::task<> gathered_later() {
  auto both = weir::gather(use("a"), by_value("b")); // expected-warning {{temporary}} expected-note 2 {{}}
  co_await std::move(both);
}
weir::task<> kept_beside_it() {
  std::string s;
  auto t = use(s);
  co_await std::move(t);
}
weir::task<> kept_in_a_container(std::vector<std::string> names) {
  std::vector<weir::task<int>> all;
  for (std::string name : names)
    all.push_back(use(name)); // expected-warning {{refers to 'name', which dies at the end of its scope}} expected-note 2 {{}}
  for (const std::string &name : names)
    all.push_back(use(name));
  for (auto &each : all)
    co_await std::move(each);
}
std::vector<weir::task<int>> container_returned(std::string s) {
  std::vector<weir::task<int>> all;
  all.push_back(use(s)); // expected-warning {{'s'}} expected-note {{}}
  return all; // expected-note {{the task is returned}}
}

// A scope may outlive what its tasks refer to.
weir::task<> given_to_a_scope(weir::task_group &scope) {
  std::string s;
  scope.create_task(use(s)); // expected-warning {{'s'}} expected-note {{the task is started here, and not waited for}} expected-note {{await it}}
  co_return;
}
weir::task<> awaited_later(weir::task_group &scope) {
  std::string s;
  auto running = scope.create_task(use(s));
  co_await running;
}
weir::task<> a_path_leaves(weir::task_group &scope, bool b) {
  std::string s;
  auto running = scope.create_task(use(s)); // expected-warning {{'s'}} expected-note 2 {{}}
  if (b)
    co_return;
  co_await running;
}
weir::task<> sleeping_is_not_joining() {
  std::string s;
  weir::create_task(use(s)); // expected-warning {{'s'}} expected-note 2 {{}}
  co_await weir::sleep(std::chrono::seconds(1));
}
void started() {
  weir::create_task(use("tmp")); // expected-warning {{temporary}} expected-note 2 {{}}
}
struct own_scope {
  void start_soon(weir::task<int>);
  weir::task<> wait_for_all();
};
weir::task<> unknown_scope(own_scope &scope) { // nobody said what it does with it
  std::string s;
  scope.start_soon(use(s));
  co_return;
}
struct holder {
  weir::task<int> member;
  void stores(std::string s) {
    member = use(s); // expected-warning {{'s'}} expected-note {{the task is stored}} expected-note {{await it}}
  }
  std::string name;
  void stores_its_own() { member = use(name); }
};

// What the callee does with it decides.
weir::task<int> harmless(std::string s) {
  if (s.empty())
    return ignores(s);
  if (s == "copy")
    return copies_first(s);
  return by_value(s);
}
weir::task<int> through_a_function(std::string s) {
  return hands_on(s); // expected-warning {{the task of 'view' refers to 's'}} expected-note 2 {{}}
}

// Decisions, and things that live long enough.
weir::task<int> wrapped(std::reference_wrapper<std::string> s) { co_return s.get().size(); }
weir::task<int> deliberate(std::string &s) { return wrapped(std::ref(s)); }
std::string global;
weir::task<int> long_lived(const std::string &s, std::shared_ptr<std::string> p) {
  static std::string kept;
  if (s == "a")
    return use(kept);
  if (s == "b")
    return use(global);
  if (s == "c")
    return use(*p);
  return use(s);
}
struct tag {};
weir::task<int> tagged(const tag &, int);
weir::task<int> stateless() { return tagged(tag{}, 1); }
void never_awaited() { auto t = use("tmp"); } // weir-unconsumed-task

// The object of a member coroutine is one more reference.
struct connection {
  int fd;
  weir::task<int> read() { co_return fd; } // expected-note 0+ {{the object is used here}}
  weir::task<int> unseen();
};
connection connect();
weir::task<int> of_a_temporary() {
  return connect().read(); // expected-warning {{the task of 'connection::read' refers to a temporary}} expected-note {{returned}} expected-note {{keep the object of 'connection::read' alive}}
}
weir::task<int> of_a_local() {
  connection c;
  return c.read(); // expected-warning {{refers to 'c'}} expected-note 2 {{}}
}
weir::task<int> of_an_unseen_member() {
  connection c;
  return c.unseen();
}
weir::task<int> awaited_of_a_temporary() { co_return co_await connect().read(); }

// An eager coroutine has read its parameters before it is suspended, or not.
struct eager {
  struct promise_type {
    eager get_return_object();
    std::suspend_never initial_suspend();
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
};
void print(const std::string &);
eager prints_later(const std::string &s) {
  co_await std::suspend_always(); // expected-note 0+ {{'prints_later' may be suspended here}}
  print(s); // expected-note 0+ {{'s' is used here}}
}
eager prints_first(const std::string &s) {
  print(s);
  co_await std::suspend_always();
}
void detached() {
  prints_later("tmp"); // expected-warning {{the task of 'prints_later' refers to a temporary}} expected-note 2 {{}}
  prints_first("tmp");
}

// A parameter is a reference in an instantiation that makes it one.
template <class T> weir::task<int> generic(T value) { co_return value.size(); } // expected-note 0+ {{used here}}
weir::task<int> instantiated(std::string s, bool b) {
  if (b)
    return generic(s);
  return generic<std::string &>(s); // expected-warning {{'s'}} expected-note 2 {{}}
}

// The way around a wait is taken where there is nothing to wait for.
struct nested_loop { void exec(); };
eager sets(bool &done, nested_loop &l) {
  co_await std::suspend_always(); // expected-note {{}}
  done = true; // expected-note {{}}
}
void waits_unless_done() {
  bool done = false;
  nested_loop l;
  sets(done, l);
  if (!done)
    l.exec();
}
weir::task<> joins_in_a_loop(int n) {
  std::string s;
  std::vector<weir::task_handle<int>> all;
  for (int i = 0; i < n; ++i)
    all.push_back(weir::create_task(use(s)));
  for (auto &each : all)
    co_await each;
}
void forgets_to_wait() {
  bool done = false;
  nested_loop l;
  sets(done, l); // expected-warning {{'done'}} expected-note 2 {{}}
}

// What wakes it may let it end.
struct owned_lock { void release(); };
void wakes(owned_lock &o, nested_loop &l) {
  bool done = false;
  sets(done, l);
  o.release();
}
// A scope of a library: what it has begun ends with its join.
namespace folly::coro {
struct AsyncScope {
  void add(weir::task<int>);
  weir::task<> joinAsync();
};
} // namespace folly::coro
using scope = folly::coro::AsyncScope;
weir::task<> joined_scope_behind_it() {
  std::string s;
  scope sc;
  sc.add(use(s));
  co_await sc.joinAsync();
}
weir::task<> joined_scope_before_it() {
  scope sc;
  std::string s;
  sc.add(use(s));
  co_await sc.joinAsync();
}
weir::task<> a_path_skips_the_join(bool b) {
  scope sc;
  std::string s;
  sc.add(use(s)); // expected-warning {{'s'}} expected-note 2 {{}}
  if (b)
    co_return;
  co_await sc.joinAsync();
}
weir::task<> scope_outlives_it(scope &sc) {
  std::string s;
  sc.add(use(s)); // expected-warning {{'s'}} expected-note 2 {{}}
  co_return;
}
weir::task<int> two(const std::string &a, const std::string &b); // expected-note {{a lazy task keeps 'a'}}
weir::task<int> one_report_for_each_call(std::string a, std::string b) {
  return two(a, b); // expected-warning {{'a'}} expected-note 2 {{}}
}

// Giving others a turn may be how a test waits.
weir::task<> gives_a_turn() {
  std::string s;
  weir::create_task(use(s));
  co_await weir::yield();
}

// What a task runs on may end with it; a test knows how it waits.
struct thread_pool { ~thread_pool(); };
void pool_ends_first() {
  std::string s;
  thread_pool pool;
  weir::create_task(use(s));
}
void pool_ends_last() {
  thread_pool pool;
  std::string s;
  weir::create_task(use(s)); // expected-warning {{'s'}} expected-note 2 {{}}
}
struct flag { bool is_set() const; };
void spins(flag &done) {
  std::string s;
  weir::create_task(use(s));
  while (!done.is_set())
    ;
}
#define TEST(suite, name) void suite##_##name()
TEST(a, test) {
  std::string s;
  weir::create_task(use(s));
}

// A template without a body here may forward into a task that copies.
template <class... Args> weir::task<int> forwards(Args &&...);
extern template weir::task<int> forwards(std::string &);
weir::task<int> forwarded(std::string s) { return forwards(s); }

// A view that is moved refers to what it did.
template <class S> weir::task<int> moves_on(S s) { return view(std::move(s)); }
weir::task<int> view_of_elsewhere(std::string_view s) { return moves_on(s); }

// A view that is lent to somebody who copies it.
weir::task<int> lends(std::string_view &&s) { return view(s); } // expected-note {{'lends' returns the task of 'view'}}
weir::task<> lends_a_view(std::string alive) {
  auto t = lends(std::string_view(alive));
  co_await std::move(t);
  auto of_a_temporary = lends(std::string_view(std::string("x"))); // expected-warning {{the task of 'view' refers to a temporary}} expected-note 2 {{}}
  co_await std::move(of_a_temporary);
}

// The report stands at the call, where the default is not seen.
weir::task<int> defaulted(const std::string &s = "default") { co_return s.size(); } // expected-note {{'s' is used here}}
weir::task<int> by_default() {
  return defaulted(); // expected-warning {{the task of 'defaulted' refers to a temporary that dies at the end of the statement}} expected-note 2 {{}}
}
// Another name of the same thing.
weir::task<int> renamed(std::string s) {
  auto &name = s;
  return view(name); // expected-warning {{refers to 's', which dies when 'renamed' returns}} expected-note 2 {{}}
}
// What a smart pointer owns, unless somebody else gets it.
struct own_client {
  int fd;
  weir::task<int> run() { co_return fd; } // expected-note 0+ {{}}
};
void keep(std::unique_ptr<own_client>);
weir::task<int> owned(std::unique_ptr<own_client> c) {
  return c->run(); // expected-warning {{the task of 'own_client::run' refers to 'c'}} expected-note 2 {{}}
}
weir::task<> shared_by_nobody() {
  auto t = std::make_shared<own_client>()->run(); // expected-warning {{refers to a temporary}} expected-note 2 {{}}
  co_await std::move(t);
}
weir::task<int> kept_by_somebody(std::unique_ptr<own_client> c) {
  auto t = c->run();
  keep(std::move(c));
  return t;
}
weir::task<int> shared_with_others(std::shared_ptr<own_client> c) { return c->run(); }

// A generator runs when it is asked for a value.
template <class T> struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend();
    std::suspend_always final_suspend() noexcept;
    std::suspend_always yield_value(T);
    void unhandled_exception();
    void return_void();
  };
  struct iterator {
    T operator*();
    iterator &operator++();
    bool operator!=(const iterator &);
  };
  iterator begin();
  iterator end();
};
std::string make();
generator<char> letters(const std::string &s) {
  for (char c : s) // expected-note 0+ {{'s' is used here, and nothing of a generator runs before it is asked for a value}}
    co_yield c;
}
int from_a_temporary() {
  int n = 0;
#if __cplusplus < 202302L // which lets it live as long as the loop
  for (char c : letters(make())) // expected-warning {{the generator of 'letters' refers to a temporary that dies at the end of the statement}} expected-note {{the loop begins when what its range was made of is gone}} expected-note {{use it where that is alive, or let 'letters' take its parameter by value}}
    n += c;
#endif
  auto kept = letters(make()); // expected-warning {{temporary}} expected-note {{the generator is kept in 'kept'}} expected-note {{}}
  for (char c : kept)
    n += c;
  std::string alive;
  for (char c : letters(alive))
    n += c;
  return n + *letters(make()).begin();
}
generator<char> returned_generator(std::string s) {
  return letters(s); // expected-warning {{the generator of 'letters' refers to 's', which dies when 'returned_generator' returns}} expected-note 2 {{}}
}

// A view, a pointer or an iterator in a variable of its own.
weir::task<int> numbers(std::span<const int> s) { co_return s.size(); } // expected-note 0+ {{}}
weir::task<int> from(std::vector<int>::iterator i) { co_return *i; } // expected-note 0+ {{}}
weir::task<int> view_in_a_variable(std::string s) {
  std::string_view v = s;
  return view(v); // expected-warning {{refers to 's', which dies when 'view_in_a_variable' returns}} expected-note 2 {{}}
}
weir::task<int> span_in_a_variable() {
  std::vector<int> all;
  std::span<int> part(all);
  return numbers(part); // expected-warning {{refers to 'all'}} expected-note 2 {{}}
}
weir::task<int> pointer_in_a_variable(bool b) {
  int n = 0;
  int *p = &n;
  if (b)
    return pointer(p); // expected-warning {{refers to 'n'}} expected-note 2 {{}}
  std::string s;
  const char *text = s.c_str();
  return view(text); // expected-warning {{refers to 's'}} expected-note 2 {{}}
}
weir::task<int> iterator(std::vector<int> all, bool b) {
  if (b)
    return from(all.begin()); // expected-warning {{refers to 'all'}} expected-note 2 {{}}
  auto it = all.begin();
  return from(it); // expected-warning {{refers to 'all'}} expected-note 2 {{}}
}
void view_started() {
  std::string s;
  std::string_view v(s.data(), 2);
  weir::create_task(view(v)); // expected-warning {{refers to 's'}} expected-note 2 {{}}
}
weir::task<int> views_that_live_on(std::vector<int> &all, std::string_view other, std::string s) {
  std::string_view v = s;
  int n = co_await view(v);
  auto it = all.begin();
  auto t = from(it);
  co_return n + co_await std::move(t);
}
weir::task<int> view_of_something_else(std::string_view other, std::string s) {
  std::string_view v = s;
  v = other;
  return view(v);
}

// What initialises a member is stored in it.
struct in_a_constructor {
  weir::task<int> t;
  explicit in_a_constructor(std::string s) : t(use(s)) {} // expected-warning {{refers to 's', which dies when 'in_a_constructor' returns}} expected-note {{the task is stored}} expected-note {{}}
};
struct of_its_own {
  std::string s;
  weir::task<int> t;
  explicit of_its_own(std::string x) : s(std::move(x)), t(use(s)) {}
};
struct by_a_default {
  weir::task<int> t = use("x"); // expected-warning {{refers to a temporary}}  expected-note {{}}
  by_a_default() {} // expected-note {{the task is stored}}
};
struct two_tasks { weir::task<int> a, b; };
two_tasks in_a_struct(std::string s) {
  return {use(s), by_value("b")}; // expected-warning {{refers to 's'}} expected-note 2 {{}}
}

// A function object says what it takes, and no more.
std::function<weir::task<int>(const std::string &)> callback;
std::function<generator<char>(const std::string &)> branch;
weir::task<> of_a_function_object() {
  auto t = callback("x"); // expected-warning {{the task of 'callback' refers to a temporary}} expected-note {{the task is kept in 't'}} expected-note {{let 'callback' take its parameter by value}}
  co_await std::move(t);
  co_await callback("x");
  auto letters = branch(make()); // expected-warning {{the generator of 'branch' refers to a temporary}} expected-note 2 {{}}
  for (char c : letters)
    ;
}

// A plain lambda hands what it captured to the task that it returns.
weir::task<int> captured_by_reference() {
  std::string s = make();
  auto start = [&] { return use(s); }; // expected-note {{'lambda' returns the task of 'use'}}
  return start(); // expected-warning {{the task of 'use' refers to 's', which dies at the end of its scope}} expected-note 2 {{}}
}
weir::task<int> called_on_the_spot(std::string s) {
  return [&] { return use(s); }(); // expected-warning {{refers to 's'}} expected-note 3 {{}}
}
weir::task<> captured_by_value(std::string s) {
  auto t = [s] { return use(s); }(); // expected-warning {{the task of 'use' refers to a temporary}} expected-note 3 {{}}
  co_await std::move(t);
}
struct with_a_name { std::string name; };
weir::task<int> captured_member(with_a_name w) {
  auto start = [w] { return view(w.name); };
  return start();
}
weir::task<int> captured_reference(with_a_name w) {
  auto start = [&w] { return use(w.name); }; // expected-note {{}}
  return start(); // expected-warning {{refers to 'w'}} expected-note 2 {{}}
}
weir::task<int> captured_but_alive(const std::string &s) {
  std::string own = make();
  int n = co_await [&] { return use(own); }();
  auto start = [&] { return use(own); };
  n += co_await start();
  auto t = start();
  co_return n + co_await std::move(t);
}
weir::task<int> captured_from_elsewhere(const std::string &s) {
  auto start = [&] { return use(s); };
  std::string own = s;
  auto copies = [&] { return by_value(own); };
  if (s.empty())
    return copies();
  return start();
}

// An element of what a loop goes over.
weir::task<int> of_the_first(std::vector<std::string> all) {
  for (const auto &each : all)
    return use(each); // expected-warning {{refers to 'all', which dies when 'of_the_first' returns}} expected-note 2 {{}}
  return by_value("none");
}
weir::task<int> of_the_first_lent(const std::vector<std::string> &all) {
  for (const auto &each : all)
    return use(each);
  return by_value("none");
}
weir::task<int> of_a_part(std::pair<std::string, int> p) {
  auto [name, number] = p;
  return use(name); // expected-warning {{refers to 'name'}} expected-note 2 {{}}
}

// A coroutine whose object is an explicit parameter keeps it like any other.
#if __cplusplus >= 202302L
struct explicit_object {
  int fd;
  weir::task<int> by_reference(this explicit_object &self) { co_return self.fd; } // expected-note 0+ {{}}
  weir::task<int> by_value(this explicit_object self) { co_return self.fd; }
};
weir::task<int> of_an_explicit_object(bool b) {
  explicit_object o;
  if (b)
    return o.by_value();
  return o.by_reference(); // expected-warning {{refers to 'o'}} expected-note 2 {{}}
}
#endif

// What a lazy task is given by value runs when that one does, or later.
weir::task<int> logged(weir::task<int> inner, std::string what) { co_return co_await std::move(inner); }
weir::task<int> declared_only(weir::task<int> inner);
weir::task<int> through_another(std::string s) {
  return logged(use(s), s); // expected-warning {{the task of 'use' refers to 's', which dies when 'through_another' returns}} expected-note 2 {{}}
}
weir::task<int> through_two() {
  std::string s;
  return declared_only(logged(use(s), s)); // expected-warning {{the task of 'use' refers to 's'}} expected-note 2 {{}}
}
weir::task<> through_one_that_is_kept() {
  auto t = declared_only(use("tmp")); // expected-warning {{temporary}} expected-note 2 {{}}
  co_await std::move(t);
  co_await logged(use("tmp"), "here");
}
int runs_it(weir::task<int> t) { return weir::run(std::move(t)); }
int given_to_what_runs_it(std::string s) { return runs_it(use(s)); }

// A function of the program's own that starts or stores what it is given.
void launch(weir::task<int> t) { weir::create_task(std::move(t)); }
template <class T> void launch_any(T &&t) { weir::create_task(std::forward<T>(t)); }
int launch_and_wait(weir::task<int> t) {
  auto handle = weir::create_task(std::move(t));
  return weir::run(by_value("other"));
}
struct jobs {
  std::vector<weir::task<int>> all;
  std::vector<weir::task_handle<int>> started;
  void add(weir::task<int> t) { all.push_back(std::move(t)); }
  void start(weir::task<int> t) { started.push_back(weir::create_task(std::move(t))); }
};
void put(std::vector<weir::task<int>> &into, weir::task<int> t) { into.push_back(std::move(t)); }
void launches(jobs &others, std::vector<weir::task<int>> &mine) {
  std::string s = "x";
  launch(use(s)); // expected-warning {{the task of 'use' refers to 's', which dies at the end of its scope}} expected-note {{the task is started here}} expected-note {{}}
  launch_any(use("tmp")); // expected-warning {{temporary}} expected-note 2 {{}}
  others.add(use(s)); // expected-warning {{'s'}} expected-note 2 {{}}
  others.start(use(s)); // expected-warning {{'s'}} expected-note 2 {{}}
  put(mine, use("tmp"));
}
void launches_and_waits() {
  std::string s = "x";
  launch_and_wait(use(s));
}
weir::task<> stored_in_what_goes_first(std::string s) {
  jobs own;
  own.add(use(s));
  for (auto &each : own.all)
    co_await std::move(each);
}

// From inside an argument: a part of a view, one of two, a closure.
weir::task<> later(std::function<void()> f) { co_await ready(); f(); } // expected-note 0+ {{'f' is used here}}
template <class F> weir::task<> later_any(F f) { co_await ready(); f(); } // expected-note 0+ {{'f' is used here}}
void from_inside(bool b) {
  std::string s = "x", t;
  weir::create_task(view(std::string_view(s).substr(1))); // expected-warning {{'s'}} expected-note 2 {{}}
  weir::create_task(use(b ? s : t)); // expected-warning {{'s'}} expected-note 2 {{}}
}
void closures() {
  int n = 1;
  weir::create_task(later([&] { ++n; })); // expected-warning {{the task of 'later' refers to 'n', which dies}} expected-note {{started}} expected-note {{keep what the argument refers to alive until it is done}}
  weir::create_task(later_any([&n] { ++n; })); // expected-warning {{the task of 'later_any' refers to 'n'}} expected-note 2 {{}}
  weir::create_task(later([n] { (void)n; }));
}
void closures_waited_for() {
  int n = 1;
  weir::run(later([&] { ++n; }));
}
weir::task<> closures_in_time() {
  int n = 1;
  co_await later([&] { ++n; });
}

// A closure of a pointer's target.
auto of_a_pointer(pair_of *p) {
  return [p] { return by_value(p->name); };
}

// A view of itself, as it may stand there half typed.
weir::task<> of_itself() {
  std::string_view v = v.substr(1);
  auto t = view(v);
  co_await std::move(t);
}

// An object by value, and what its members refer to.
std::string make();
struct options {
  std::string_view url;
  int retries = 0;
};
struct named {
  const std::string &name;
  int id;
  named(int id, const std::string &name) : name(name), id(id) {}
};
weir::task<int> fetch(options o) { co_return o.url.size() + o.retries; } // expected-note 0+ {{'o' is used here}}
weir::task<int> retries_only(options o) { co_return o.retries; }
weir::task<int> greet(named n) { co_return n.name.size(); } // expected-note 0+ {{'n' is used here}}
weir::task<int> members(int which, std::string kept) {
  if (which == 0)
    return fetch({.url = make()}); // expected-warning {{the task of 'fetch' refers to a temporary that dies at the end of the statement}} expected-note 2 {{}}
  if (which == 1)
    return greet(named(1, make())); // expected-warning {{the task of 'greet' refers to a temporary}} expected-note 2 {{}}
  if (which == 2)
    return greet({1, kept}); // expected-warning {{the task of 'greet' refers to 'kept'}} expected-note 2 {{}}
  if (which == 3)
    return fetch({.url = "a literal"});
  return retries_only({.url = make()});
}
weir::task<int> awaited_members() { co_return co_await fetch({.url = make()}) + co_await greet(named(1, make())); }

// Neither to read and write nor a loop that does is to wait for the task; what
// a pointer points to is not asked for either.
struct device {
  int number;
  bool is_open();
};
weir::task<int> serve(device &d, int *) { co_return d.number; } // expected-note 0+ {{used here}}
weir::task<> accepts(device d, weir::stream &in) {
  while (d.is_open()) {
    auto buffer = std::make_unique<int>(1);
    int *p = buffer.get();
    co_await in.read(4);
    weir::create_task(serve(d, p)); // expected-warning {{refers to 'd', which dies}} expected-note 2 {{}}
  }
}

// A `T &&` takes nothing: what is moved dies where it was.
weir::task<int> takes(std::vector<int> &&v) { co_return v.size(); } // expected-note 0+ {{'v' is used here}}
weir::task<int> takes_a_value(std::vector<int> v) { co_return v.size(); }
weir::task<int> moves(bool by_value, std::vector<int> v) {
  if (by_value)
    return takes_a_value(std::move(v));
  std::vector<int> other;
  return takes(std::move(other)); // expected-warning {{the task of 'takes' refers to 'other', which dies at the end of its scope}} expected-note 2 {{}}
}

// A loop that lets time pass waits.
weir::task<int> finishes(device &d, bool &done) { done = true; co_return d.number; }
weir::task<> polls(device d) {
  bool done = false;
  weir::create_task(finishes(d, done));
  while (!done)
    co_await weir::sleep(std::chrono::milliseconds(1));
}

// An eager task that frees itself goes on when it is dropped, whether or not it
// could have been awaited.
template <class Final> struct awaitable_eager {
  struct promise_type {
    awaitable_eager get_return_object();
    std::suspend_never initial_suspend();
    Final final_suspend() noexcept;
    void unhandled_exception();
    void return_void();
  };
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};
awaitable_eager<std::suspend_never> retries(auto &&f) {
  co_await std::suspend_always(); // expected-note {{}}
  f(1); // expected-note {{'f' is used here}}
}
awaitable_eager<std::suspend_always> may_be_ended(auto &&f) {
  co_await std::suspend_always();
  f(1);
}
struct waits_at_its_end : awaitable_eager<std::suspend_never> {
  struct promise_type : awaitable_eager<std::suspend_never>::promise_type {
    waits_at_its_end get_return_object();
  };
  ~waits_at_its_end();
};
waits_at_its_end waited_for(const std::string &s) {
  co_await std::suspend_always();
  print(s);
}
void drops_what_waits() { waited_for("tmp"); }
void drops_eager(std::string id) {
  retries([id](int) { print(id); }); // expected-warning {{the task of 'retries' refers to a temporary}} expected-note 2 {{}}
  may_be_ended([id](int) { print(id); });
}

// A std::future that a coroutine returns, as C++/WinRT and others let it.
#include <future>
template <class T, class... Args> struct std::coroutine_traits<std::future<T>, Args...> {
  struct promise_type {
    std::future<T> get_return_object();
    std::suspend_never initial_suspend() noexcept;
    std::suspend_never final_suspend() noexcept;
    void unhandled_exception();
    void return_value(T);
  };
};
struct has_future : std::enable_shared_from_this<has_future> {
  int field;
  std::future<int> pending;
  std::future<int> adds(const std::shared_ptr<int> &input) {
    co_await std::suspend_always(); // expected-note {{}}
    co_return *input + 1; // expected-note {{}}
  }
  std::future<int> reads() {
    co_await std::suspend_always(); // expected-note 0+ {{}}
    co_return field; // expected-note 0+ {{}}
  }
  void start() { pending = adds(std::make_shared<int>(1)); } // expected-warning {{the task of 'has_future::adds' refers to a temporary}} expected-note 2 {{}}
};
std::future<int> of_a_shared_local() {
  auto object = std::make_shared<has_future>();
  return object->reads(); // expected-warning {{the task of 'has_future::reads' refers to 'object', which dies at the end of its scope}} expected-note 2 {{}}
}

// What only this function has a pointer to dies with that.
struct connected : std::enable_shared_from_this<connected> {
  int fd;
  weir::task<> run() { co_await ready(); fd = 1; } // expected-note 0+ {{}}
  weir::task<> keeps_itself() {
    auto self = shared_from_this();
    co_await ready();
    fd = 1;
  }
  void start() { weir::create_task(keeps_itself()); }
};
extern std::vector<std::shared_ptr<connected>> all_connected;
void listens() {
  auto only_here = std::make_shared<connected>();
  only_here->fd = 7;
  weir::create_task(only_here->run()); // expected-warning {{the task of 'connected::run' refers to 'only_here', which dies at the end of its scope}} expected-note 2 {{}}
  auto kept = std::make_shared<connected>();
  all_connected.push_back(kept);
  weir::create_task(kept->run());
  auto keeping = std::make_shared<connected>();
  weir::create_task(keeping->keeps_itself());
  auto starting = std::make_shared<connected>();
  starting->start();
  weir::create_task(starting->run());
}

// A modelled generator begins as its promise says.
weir::generator<char> modelled(const std::string &s) {
  for (char c : s) // expected-note {{'s' is used here, and nothing of a generator runs before it is asked for a value}}
    co_yield c;
}
void keeps_modelled() {
  auto kept = modelled("tmp"); // expected-warning {{the generator of 'modelled' refers to a temporary}} expected-note 2 {{}}
  for (char c : kept)
    (void)c;
}

// A loop that waits until the tasks have counted the local down.
eager counts_down(int &left) {
  co_await std::suspend_always(); // expected-note {{}}
  --left; // expected-note {{}}
}
weir::task<> fans_out(int n) {
  int left = n;
  for (int i = 0; i < n; ++i)
    counts_down(left);
  while (left > 0) {
    n = 0;
    co_await weir::sleep(std::chrono::milliseconds(1));
  }
}
weir::task<> waits_for_another(int n) {
  int left = n;
  counts_down(left); // expected-warning {{refers to 'left'}} expected-note 2 {{}}
  while (n > 0) {
    --n;
    co_await weir::sleep(std::chrono::milliseconds(1));
  }
}

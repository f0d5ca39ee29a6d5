// RUN: %verify=sequential-await -Wno-everything %s
// RUN: %fix=sequential-await %s | FileCheck %s --check-prefix=FIX

#include <cstdio>
#include <iostream>
#include <map>
#include <string>
#include <vector>
#include <weir/file.hpp>
#include <weir/stream.hpp>
#include <weir/weir.hpp>

using namespace std::chrono_literals;

struct user { int id; };
static std::map<int, std::string> table;
static int served = 0;

weir::task<user> get_user(int id) {
  co_await weir::sleep(1ms);
  co_return user{id};
}
weir::task<std::vector<std::string>> get_posts(int id) {
  co_await weir::sleep(1ms);
  std::vector<std::string> posts;
  posts.push_back(table[id].empty() ? "" : "x");
  co_return posts;
}
weir::task<std::string> read_table(int id) {
  co_await weir::sleep(1ms);
  co_return std::string("x") + std::to_string(id);
}

weir::task<int> elsewhere(int);

weir::task<int> independent(int id) {
  auto a = co_await get_user(id);   // expected-note {{the first await is here}}
  auto b = co_await read_table(id); // expected-warning {{'b' waits for 'a' without need: 'get_user' and 'read_table' could run at the same time}} expected-note {{write 'auto [a, b] = co_await weir::gather(get_user(id), read_table(id))'}}
  // FIX: {{^}}  auto [a, b] = co_await weir::gather(get_user(id), read_table(id));
  co_return a.id + b.size();
}

weir::task<int> three(int id) {
  auto a = co_await get_user(id);   // expected-note {{first}}
  auto b = co_await read_table(id); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
  auto c = co_await get_user(id + 1); // expected-note {{so could 'get_user'}}
  co_return a.id + b.size() + c.id;
}

weir::task<int> dependent(int id) {
  auto a = co_await get_user(id);
  auto c = co_await read_table(a.id);
  co_return c.size();
}

weir::task<int> early_exit(int id) {
  auto a = co_await get_user(id);
  if (!a.id)
    co_return 0;
  auto b = co_await read_table(id);
  co_return b.size();
}

// A run may be part of a longer one.
weir::task<int> partly(int id) {
  auto a = co_await elsewhere(id);
  auto b = co_await get_user(id);   // expected-note {{first}}
  auto c = co_await read_table(id); // expected-warning {{'c' waits for 'b'}} expected-note {{write 'auto [b, c] = co_await weir::gather(get_user(id), read_table(id))'}}
  auto d = co_await elsewhere(id);
  co_return a + b.id + c.size() + d;
}

// An await for its effect alone says that order matters.
weir::task<> for_effect(int id) {
  co_await get_user(id);
  co_await read_table(id);
}

// What one changes the other looks at.
weir::task<int> count() {
  co_await weir::sleep(1ms);
  co_return ++served;
}
weir::task<int> counts() {
  auto a = co_await count();
  auto b = co_await count();
  co_return a + b;
}
weir::task<int> fill(std::vector<int> &into) {
  co_await weir::sleep(1ms);
  into.push_back(1);
  co_return 1;
}
weir::task<int> fills_its_own() {
  std::vector<int> mine;
  auto a = co_await fill(mine);
  auto b = co_await fill(mine);
  co_return a + b;
}
weir::task<int> fills_what_others_see(std::vector<int> &shared, std::vector<int> &maybe_the_same) {
  auto a = co_await fill(shared);
  auto b = co_await fill(maybe_the_same);
  co_return a + b;
}
weir::task<int> fills_two() {
  std::vector<int> left, right;
  auto a = co_await fill(left);  // expected-note {{first}}
  auto b = co_await fill(right); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
  co_return a + b;
}

// One connection, one conversation.
struct connection {
  std::string buffer;
  weir::task<std::string> query(std::string text) {
    co_await weir::sleep(1ms);
    buffer += text;
    co_return buffer;
  }
};
weir::task<int> converses(connection &c) {
  auto a = co_await c.query("a");
  auto b = co_await c.query("b");
  co_return a.size() + b.size();
}

// Nothing is won: one of them never suspends.
weir::task<int> at_once() { co_return 1; }
weir::task<int> nothing_won(int id) {
  auto a = co_await at_once();
  auto b = co_await get_user(id);
  co_return a + b.id;
}

// Unknown is silent.
weir::task<int> unknown(int id) {
  auto a = co_await elsewhere(id);
  auto b = co_await elsewhere(id);
  co_return a + b;
}

// Order decides what is caught.
weir::task<int> in_a_try(int id) {
  try {
    auto a = co_await get_user(id);
    auto b = co_await read_table(id);
    co_return a.id + b.size();
  } catch (const std::exception &) {
    co_return 0;
  }
}

// What depends on the first through a condition or a local, or may not happen
// after it.
weir::task<int> through_a_condition(int id) {
  auto a = co_await get_user(id);
  auto b = co_await read_table(a.id ? id : 0);
  co_return b.size();
}
weir::task<int> through_a_local(int id) {
  auto a = co_await get_user(id);
  int next = a.id + 1;
  auto b = co_await read_table(next);
  co_return b.size();
}
weir::task<int> throws_between(int id) {
  auto a = co_await get_user(id);
  if (a.id < 0)
    throw a.id;
  auto b = co_await read_table(id);
  co_return b.size();
}
weir::task<int> of_the_same_name(int id) {
  int a = id;
  {
    auto a = co_await get_user(id);   // expected-note {{first}}
    auto b = co_await read_table(id); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
    id = a.id + b.size();
  }
  co_return a + id;
}

// A lock comes first because it is to.
weir::task<int> under_a_lock(weir::lock &mutex, int id) {
  auto held = co_await mutex.scoped();
  auto b = co_await read_table(id);
  co_return b.size();
}

weir::task<int> test_of_an_order(int id) {
  auto a = co_await get_user(id);
  auto b = co_await read_table(id);
  co_return a.id + b.size();
}

// What people read, no code looks at.
weir::task<int> tells(int id) {
  std::cout << "begin " << id << "\n";
  std::printf("id %d\n", id);
  co_await weir::sleep(1ms);
  std::cerr << "end\n";
  co_return id;
}
weir::task<int> both_tell() {
  auto a = co_await tells(1); // expected-note {{first}}
  auto b = co_await tells(2); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
  co_return a + b;
}
weir::task<int> tells_somebody(std::ostream &out) {
  co_await weir::sleep(1ms);
  out << "one";
  co_return 1;
}
weir::task<int> tell_somebody(std::ostream &out) {
  auto a = co_await tells_somebody(out);
  auto b = co_await tells_somebody(out);
  co_return a + b;
}

// Whatever the results are kept in; the fix is for the plain form.
weir::task<int> kept_otherwise(int id) {
  const auto a = co_await get_user(id);         // expected-note {{first}}
  std::string b = co_await read_table(id);      // expected-warning {{'b' waits for 'a'}}
  auto [only] = co_await get_user(id + 1);      // expected-note {{so could 'get_user'}}
  co_return a.id + b.size() + only;             // expected-note@-3 {{write 'co_await weir::gather(get_user(id), read_table(id), get_user(id + 1))'}}
}
// FIX: {{^}}  std::string b = co_await read_table(id);

// Between them may stand what changes nothing that either could see.
int id_of(int n) { return n + 1; }
int served_by(int n) {
  ++served;
  return n;
}
weir::task<int> serves() {
  co_await weir::sleep(1ms);
  co_return served;
}
weir::task<int> something_between(int id) {
  auto a = co_await get_user(id); // expected-note {{first}} expected-note {{write}}
  std::cout << "one of two\n";
  std::string key = "k" + std::to_string(id);
  int next = id_of(id);
  auto b = co_await read_table(next + key.size()); // expected-warning {{'b' waits for 'a'}}
  co_return a.id + b.size();
}
weir::task<int> something_behind(int id) {
  auto a = co_await get_user(id);   // expected-note {{first}}
  auto b = co_await read_table(id); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
  // FIX: {{^}}  auto [a, b] = co_await weir::gather(get_user(id), read_table(id));
  std::cout << "both\n";
  co_return a.id + b.size();
}
weir::task<int> looks_between(int id) {
  auto a = co_await get_user(id);
  std::cout << a.id;
  auto b = co_await read_table(id);
  co_return b.size();
}
weir::task<int> writes_between(int id) {
  auto a = co_await get_user(id);
  ++id;
  auto b = co_await read_table(id);
  co_return a.id + b.size();
}
weir::task<int> serves_between(int id) {
  auto a = co_await serves();
  int next = served_by(id);
  auto b = co_await read_table(next);
  co_return a + b.size();
}

// One expression may wait twice.
int add(int, int);
weir::task<int> number(int n) {
  co_await weir::sleep(1ms);
  co_return n;
}
weir::task<int> in_one_expression(int id) {
  std::cout << co_await number(1) << co_await number(2) << "\n"; // expected-warning {{'number' waits for 'number' without need: they could run at the same time}} expected-note {{first}} expected-note {{write 'co_await weir::gather(number(1), number(2))'}}
  int sum = add(co_await number(1), co_await number(2)); // expected-warning {{'number' waits}} expected-note {{first}} expected-note {{write}}
  bool both = co_await number(1) && co_await number(2);
  int nested = co_await number(co_await number(2));
  int one = id ? co_await number(1) : co_await number(2);
  co_return co_await number(id) + co_await number(id + 1); // expected-warning {{'number' waits}} expected-note {{first}} expected-note {{write}}
}
weir::task<int> in_one_expression_of_one_counter() { co_return co_await count() + co_await count(); }

// A lazy task begins where it is awaited.
weir::task<int> made_before(int id) {
  auto user = get_user(id);
  auto row = read_table(id);
  auto a = co_await std::move(user); // expected-note {{first}}
  auto b = co_await std::move(row);  // expected-warning {{'b' waits for 'a'}} expected-note {{write 'auto [a, b] = co_await weir::gather(std::move(user), std::move(row))'}}
  co_return a.id + b.size();
}

// Reading the object disturbs nobody.
struct service {
  int base = 0;
  weir::task<int> first() const { co_await weir::sleep(1ms); co_return base; }
  weir::task<int> second(int n) const { co_await weir::sleep(1ms); co_return base + n; }
  weir::task<int> third() { co_await weir::sleep(1ms); co_return ++base; }
  weir::task<int> reads() {
    auto a = co_await first();   // expected-note {{first}}
    auto b = co_await second(1); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
    co_return a + b;
  }
  weir::task<int> writes() {
    auto a = co_await first();
    auto b = co_await third();
    co_return a + b;
  }
};

// What calls itself does no more than it does.
weir::task<int> sum(int from, int to) {
  co_await weir::yield();
  if (to - from < 2)
    co_return from;
  int half = from + (to - from) / 2;
  auto a = co_await sum(from, half); // expected-note {{first}}
  auto b = co_await sum(half, to);   // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
  co_return a + b;
}
weir::task<int> count_down(int &n) {
  co_await weir::yield();
  if (--n == 0)
    co_return 0;
  auto a = co_await count_down(n);
  auto b = co_await count_down(n);
  co_return a + b;
}

// What an operation of a library changes, its model says.
weir::task<int> two_files() {
  auto a = co_await weir::read_file("a"); // expected-note {{first}}
  auto b = co_await weir::read_file("b"); // expected-warning {{'b' waits for 'a' without need: 'weir::read_file' and 'weir::read_file' could run at the same time}} expected-note {{write 'auto [a, b] = co_await weir::gather(weir::read_file("a"), weir::read_file("b"))'}}
  co_return a.size() + b.size();
}
weir::task<int> written_between() {
  auto a = co_await weir::read_file("a");
  co_await weir::write_file("b", a);
  auto b = co_await weir::read_file("b");
  co_return a.size() + b.size();
}
weir::task<int> two_streams(weir::stream_reader &left, weir::stream_reader &maybe_the_same) {
  auto a = co_await left.read_line();
  auto b = co_await maybe_the_same.read_line();
  co_return a.size() + b.size();
}

// Time passes after a delay of a program's own, too.
struct clock_awaiter {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<>);
  void await_resume() {}
};
clock_awaiter after(std::chrono::milliseconds);
weir::task<int> price(int id) {
  co_await after(5ms);
  co_return id;
}
weir::task<int> prices(int id) {
  auto a = co_await price(id);     // expected-note {{first}}
  auto b = co_await price(id + 1); // expected-warning {{'b' waits for 'a'}} expected-note {{write}}
  co_return a + b;
}

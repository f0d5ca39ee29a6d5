// RUN: %verify=blocking-call -Wno-everything %s
//
// What the standard library calls and constructs on the way, what an ordinary
// function does before it returns a task, and what waits in a destructor.

#include <algorithm>
#include <functional>
#include <future>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <thread>
#include <unistd.h>
#include <variant>
#include <vector>
#include <weir/task.hpp>

weir::task<> step();
void use(int);
void keep(std::future<void>);
int slow(int n) { // expected-note 0+ {{}}
  ::usleep(n); // expected-note 0+ {{'slow' calls 'usleep', which blocks}}
  return n;
}

weir::task<> for_each(std::vector<int> v) {
  std::for_each(v.begin(), v.end(), [](int n) { slow(n); }); // expected-warning {{'lambda' puts to sleep the thread that runs coroutine 'for_each'}} expected-note 0+ {{}}
  co_await step();
}
weir::task<> of_ranges(std::vector<int> v) {
  std::ranges::sort(v, [](int a, int b) { return slow(a) < b; }); // expected-warning {{'lambda' puts to sleep}} expected-note 0+ {{}}
  co_await step();
}
weir::task<> with_a_name(std::vector<int> v) {
  auto named = [](int n) { slow(n); return false; }; // expected-note 0+ {{}}
  std::erase_if(v, named); // expected-warning {{'lambda' puts to sleep}} expected-note 0+ {{}}
  co_await step();
}
weir::task<> a_function() {
  use(std::invoke(slow, 2)); // expected-warning {{'slow' puts to sleep}}
  co_await step();
}
weir::task<> once(std::once_flag &flag) {
  std::call_once(flag, [] { slow(1); }); // expected-warning {{'lambda' puts to sleep}} expected-note 0+ {{}}
  co_await step();
}
weir::task<> values(std::variant<int, char> either, std::optional<int> maybe) {
  std::visit([](auto x) { slow(x); }, either); // expected-warning {{'lambda' puts to sleep}} expected-note 0+ {{}}
  maybe.emplace(1);
  co_await step();
}
weir::task<> only_made(std::vector<int> v) {
  auto later = std::bind(slow, 3);
  std::function<int(int)> kept = slow;
  auto lazily = v | std::views::transform([](int n) { return slow(n); });
  auto other = std::not_fn(slow);
  std::jthread away([] { slow(4); }); // expected-warning {{blocks}}
  co_await step();
}

struct file {
  explicit file(int n) { ::usleep(n); } // expected-note 0+ {{'file::file' calls 'usleep'}}
  file(const char *, int);
};
struct overloaded {
  overloaded(int n) { ::usleep(n); }
  overloaded(long n) {}
};
weir::task<> constructed() {
  auto a = std::make_unique<file>(1); // expected-warning {{'file::file' puts to sleep}} expected-note {{write 'co_await weir::to_thread([&] { return std::make_unique<file>(1); })'}}
  co_await step();
}
weir::task<> shared() {
  auto b = std::make_shared<file>(1); // expected-warning {{'file::file' puts to sleep}} expected-note {{write}}
  co_await step();
}
weir::task<> emplaced(std::vector<file> &all) {
  all.emplace_back(1); // expected-warning {{'file::file' puts to sleep}} expected-note {{write}}
  co_await step();
}
weir::task<> emplaced_at_last(std::optional<file> &maybe) {
  maybe.emplace(1); // expected-warning {{'file::file' puts to sleep}} expected-note {{write}}
  co_await step();
}
weir::task<> constructed_unseen() {
  auto another = std::make_unique<file>("name", 1);
  auto unknown = std::make_unique<overloaded>(1);
  co_await step();
}

weir::task<> prepare() {
  ::usleep(1); // expected-note 2 {{'prepare' calls 'usleep', which blocks}}
  return step();
}
weir::task<> prepared() {
  co_await prepare(); // expected-warning {{'prepare' puts to sleep the thread that runs coroutine 'prepared'}}
}
weir::task<> prepared_and_kept() {
  auto t = prepare(); // expected-warning {{'prepare' puts to sleep}}
  co_await std::move(t);
}

weir::task<> waits_at_its_end() {
  auto f = std::async(std::launch::async, [] { use(1); }); // expected-warning {{'std::async' blocks}}
  auto g = std::async(std::launch::async, [] { use(1); });
  keep(std::move(g));
  co_await step();
}

// What comes back from a thread is a value; a reference is left there.
struct device { // not to be copied
  device(const device &) = delete;
  device &write(int n) {
    ::usleep(n); // expected-note 0+ {{}}
    return *this;
  }
  operator int() const {
    ::usleep(1); // expected-note 0+ {{}}
    return 1;
  }
};
weir::task<> left_on_the_thread(device &d) {
  d.write(1); // expected-warning {{'device::write' puts to sleep}} expected-note {{write 'co_await weir::to_thread([&] { d.write(1); })'}}
  co_await step();
}
weir::task<> not_to_be_written(device &d) {
  use(d.write(2)); // expected-warning {{'device::write' puts to sleep}} expected-warning {{'device::operator int' puts to sleep}}
  co_await step();
}

// In the lambdas of a generic lambda, once for all that it is made for.
template <class F> void with_two(F f) { f(1), f('a'); }
void start(weir::task<>);
void in_generic_lambdas() {
  with_two([](auto) {
    start([]() -> weir::task<> {
      ::usleep(1); // expected-warning {{'usleep' puts to sleep}} expected-note {{write}}
      co_await step();
    }());
  });
}

// RUN: %verify=large-frame -Wno-everything %s

#include <array>
#include <memory>
#include <vector>
#include <weir/task.hpp>

using weir::task;
task<int> f();
task<int> read(char *);
void parse(const char *);
using buffer = std::array<char, 8192>;

task<> carried() {
  buffer b; // expected-warning {{the 8192 bytes of 'b' are kept in the coroutine's frame while it is suspended}} expected-note {{let it end}}
  co_await read(b.data()); // expected-note {{suspended here}}
}
task<> used_later() {
  char b[4096]; // expected-warning {{}} expected-note {{}}
  b[0] = 0;
  co_await f(); // expected-note {{}}
  parse(b);
}
task<> parameter(buffer b) { // expected-warning {{}} expected-note {{}}
  co_await f(); // expected-note {{}}
  parse(b.data());
}

task<> gone_before() {
  {
    buffer b;
    parse(b.data());
  }
  co_await f();
}
task<> made_after() {
  co_await f();
  buffer b;
  parse(b.data());
}
task<> small(int n) {
  char b[64];
  co_await read(b);
}
task<> elsewhere(buffer &b) {
  auto own = std::make_unique<buffer>();
  std::vector<char> heap(8192);
  static buffer shared;
  co_await read(own->data());
  co_await read(b.data());
}

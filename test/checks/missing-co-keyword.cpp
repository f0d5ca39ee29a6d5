// RUN: %verify=missing-co-keyword -Wno-everything %s
// RUN: %fix=missing-co-keyword %s | FileCheck %s --check-prefix=FIX

#include <cstdlib>
#include <stdexcept>
#include <weir/task.hpp>

weir::task<int> other();
void work();
[[noreturn]] void fail();

weir::task<> forgotten() { // expected-warning {{'forgotten' returns a 'weir::task<>', but is no coroutine and ends without one}}
  work();
} // expected-note {{nothing is returned here; 'co_return' makes it a coroutine}}
// FIX: {{^}}  co_return;
// FIX-NEXT: {{^}}} //
weir::task<int> on_one_path(bool b) { // expected-warning {{'on_one_path' returns}}
  if (b)
    return other();
  work();
} // expected-note {{}}
auto lambda = []() -> weir::task<> { // expected-warning {{this lambda returns}}
  work();
}; // expected-note {{}}
weir::task<int> in_a_handler() { // expected-warning {{'in_a_handler'}}
  try {
    return other();
  } catch (...) {
    work();
  }
} // expected-note {{}}
struct s {
  weir::task<> member() { work(); } // expected-warning {{'member'}} expected-note {{}}
};
template <class T> weir::task<> of_a_template(T) { // expected-warning {{'of_a_template}}
  work();
} // expected-note {{}}
template weir::task<> of_a_template(int);

weir::task<> coroutine() {
  work();
  co_return;
}
weir::task<> falls_off_as_a_coroutine(bool b) {
  if (b)
    co_await other();
}
weir::task<int> hands_on() { return other(); }
weir::task<int> on_every_path(bool b) {
  if (b)
    return other();
  else
    return hands_on();
}
weir::task<int> throws() { throw std::logic_error("todo"); }
weir::task<int> rethrows() {
  try {
    return other();
  } catch (...) {
    work();
    throw;
  }
}
weir::task<int> fails() { fail(); }
weir::task<int> aborts(bool b) {
  if (b)
    return other();
  std::abort();
}
weir::task<int> loops() {
  while (true)
    work();
}
weir::task<int> switches(bool b) {
  switch (b) {
  case true:
    return other();
  default:
    return hands_on();
  }
}
weir::task<int> &reference(weir::task<int> &t) { return t; }

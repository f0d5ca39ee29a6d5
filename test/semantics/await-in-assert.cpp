// Where assert is switched off, what it awaits does not happen.
//
// RUN: %verify=await-in-assert %warnings %s
// RUN: %cxx -DNDEBUG %s -o %t && %bad && %good

#include "support/harm.hpp"

#include <cassert>

bool is_connected = false;
weir::task<bool> connect() {
  co_await weir::sleep(1ms);
  co_return is_connected = true;
}

weir::task<> bad() {
  assert(co_await connect()); // expected-warning {{this await is gone where 'assert' is switched off}}
  std::cout << (is_connected ? "connected\n" : "not connected\n");
  co_return;
}
// BAD: not connected

weir::task<> good() {
  [[maybe_unused]] bool connected = co_await connect();
  assert(connected);
  std::cout << (is_connected ? "connected\n" : "not connected\n");
}
// GOOD: {{^connected}}

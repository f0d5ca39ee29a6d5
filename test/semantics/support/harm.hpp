// The program around `bad` and `good`: in debug mode, and in virtual time, so
// that nothing is waited for and every run takes the same.

#pragma once

#include <weir/debug_locks.hpp>
#include <weir/weir.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

weir::task<> bad();
weir::task<> good();

/// Milliseconds since the program began, as its tasks see it.
inline weir::loop::time_point beginning;
inline long elapsed() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             weir::loop::current().now() - beginning)
      .count();
}

inline weir::task<> begin(bool is_bad) {
  beginning = weir::loop::current().now();
  if (is_bad)
    co_await bad();
  else
    co_await good();
}

int main(int, char **words) {
  std::cout << std::unitbuf;
  try {
    weir::run(begin(words[1] == std::string("bad")),
              {.debug = true, .slow = 200ms, .virtual_time = true});
  } catch (const std::exception &error) {
    std::cout << "fails: " << error.what() << '\n';
  }
}

// The task most cases are about: waits, and writes down how it ended.

#pragma once

#include <weir/sleep.hpp>
#include <weir/task.hpp>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using strings = std::vector<std::string>;

inline strings events;

inline weir::task<std::string> slow(std::string name,
                                    std::chrono::milliseconds duration,
                                    bool fails = false, bool swallows = false) {
  try {
    co_await weir::sleep(duration);
    if (fails)
      throw std::runtime_error(name);
    events.push_back(name + " done");
    co_return name;
  } catch (const weir::cancelled &) {
    events.push_back(name + " cancelled");
    if (!swallows)
      throw;
  }
  co_return name + " swallowed";
}

// RUN: %verify=blocking-call -Wno-everything %s
//
// userver has no coroutines of C++20; it is known by what blocks, to those
// that another library has.

#include "userver.hpp"
#include <weir/task.hpp>

extern userver::engine::TaskProcessor files;

weir::task<> reads() {
  userver::fs::blocking::ReadFileContents("path"); // expected-warning {{'userver::fs::blocking::ReadFileContents' does blocking I/O}} expected-note {{write}}
  userver::fs::ReadFileContents(files, "path");
  userver::utils::Async("read", [] { userver::fs::blocking::ReadFileContents("path"); });
  co_return;
}

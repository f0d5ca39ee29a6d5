// RUN: mkdir -p %t/benchmarks
// RUN: cp %s %t/benchmarks/load.cpp
// RUN: cp %s %t/send_bench.cpp
// RUN: cp %s %t/tst_send.cpp
// RUN: %verify=lost-exception -Wno-everything %s
// RUN: %verify=lost-exception -Wno-everything -DMEASURES %t/tst_send.cpp
// RUN: %verify=lost-exception -Wno-everything -DMEASURES %t/benchmarks/load.cpp
// RUN: %verify=lost-exception -Wno-everything -DMEASURES %t/send_bench.cpp
//
// What only measures may drop results; what tests, too.

#include <system_error>
#include <weir/task.hpp>

weir::task<std::error_code> send();

#ifdef MEASURES
// expected-no-diagnostics
weir::task<> sends() { co_await send(); }
#else
weir::task<> sends() { co_await send(); } // expected-warning {{dropped}} expected-note 0+ {{}}
struct socket_test {
  weir::task<> sends() { co_await send(); }
};
#endif

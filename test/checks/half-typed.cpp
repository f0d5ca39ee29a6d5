// What stands there half typed, in the editor above all, ends no analysis.
//
// RUN: not %weir check --no-cache --checks='weir-*,weir-passthrough-coroutine' %s \
// RUN:   -- -std=c++20 -I%root/runtime/include 2>&1 | FileCheck %s --implicit-check-not=crashed
//
// CHECK: not analysed completely: cannot bind non-class, non-array type 'int'

#include <weir/weir.hpp>

weir::task<int> answer();
weir::task<> binds_what_has_no_parts() {
  auto [error, n] = co_await answer();
  (void)n;
}

class undefined;
weir::task<int> takes(undefined);
weir::task<int> given(undefined u) { co_return co_await takes(u); }

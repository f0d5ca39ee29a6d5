// RUN: %verify=sync-wait,weir-blocking-call -Wno-everything %s
// RUN: %verify=sync-wait,weir-blocking-call -Wno-everything -DSOMEBODY_ELSES %s
//
// Not every library whose namespace and folder are `coro` is libcoro.

#include "coro/coro.hpp"

coro::task<int> work();
coro::task<int> waits() {
#ifdef SOMEBODY_ELSES
  // expected-no-diagnostics
  co_return coro::sync_wait(work());
#else
  co_return coro::sync_wait(work()); // expected-warning {{'coro::sync_wait' blocks}} expected-note {{}}
#endif
}

// Awaits that complete at once must not pile up on the stack, and chains of
// awaits may be as long as memory allows.
//
// RUN: %cxx -O0 %s -o %t && %t 1000000
// RUN: %cxx -O2 %s -o %t && %t 1000000
// RUN: %cxx -O0 -fsanitize=address,undefined %s -o %t && %t 20000
// RUN: %cxx -O1 -fsanitize=thread %s -o %t && %t 20000
// RUN: %gxx -O0 %s -o %t.g && %t.g 1000000
// RUN: %gxx -O2 %s -o %t.g && %t.g 1000000
// RUN: %gxx -O0 -fsanitize=address,undefined %s -o %t.g && %t.g 20000
// RUN: %gxx -O0 -fsanitize=thread %s -o %t.g && %t.g 20000

#include "support/check.hpp"

#include <weir/weir.hpp>

static weir::task<int> done_at_once(int i) { co_return i; }

static weir::task<> three_million_synchronous_awaits() {
  long sum = 0;
  for (int i = 0; i < 3'000'000; ++i)
    sum += co_await done_at_once(1);
  CHECK(sum == 3'000'000);
}

static weir::task<int> chain(int depth, bool suspends) {
  if (depth == 0) {
    if (suspends)
      co_await weir::yield();
    co_return 0;
  }
  co_return 1 + co_await chain(depth - 1, suspends);
}

int main(int, char **arguments) {
  const int depth = std::atoi(arguments[1]);
  RUN(three_million_synchronous_awaits);
  CHECK(weir::run(chain(depth, true)) == depth);
  CHECK(weir::run(chain(depth, false)) == depth);
}

// What is shared may change while a task is suspended: a loop over it goes on over what is no more.
//
// RUN: %verify=stale-across-await %warnings %s
// RUN: %program && %crash && %good

#include "support/harm.hpp"

weir::task<> send(int to) {
  co_await weir::sleep(1ms);
  std::cout << "hello " << to << '\n';
}

struct room {
  std::vector<int> members{1, 2};

  weir::task<> join(int who) {
    members.push_back(who);
    co_return;
  }
  weir::task<> greet() {
    for (int member : members)
      co_await send(member); // expected-warning {{the loop goes on over 'members' after a suspension in which it may change}}
  }
  weir::task<> greet_those_present() {
    auto present = members;
    for (int member : present)
      co_await send(member);
  }
};

weir::task<> bad() {
  room r;
  co_await weir::gather(r.greet(), r.join(3));
}
// BAD: hello 1
// BAD: ERROR: AddressSanitizer: heap-use-after-free

weir::task<> good() {
  room r;
  co_await weir::gather(r.greet_those_present(), r.join(3));
}
// GOOD: hello 1
// GOOD: hello 2

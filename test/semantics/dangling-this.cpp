// A task of a member does not keep the object alive.
//
// RUN: %verify=dangling-this %warnings %s
// RUN: %program && %crash && %good

#include "support/harm.hpp"

class fickle_session : public std::enable_shared_from_this<fickle_session> {
public:
  void start() {
    weir::create_task(run()); // expected-warning {{nothing here keeps the object of 'run' alive until it is done}}
  }

private:
  weir::task<> run() {
    co_await weir::sleep(1ms);
    std::cout << "connection " << connection << '\n';
  }
  int connection = 7;
};

weir::task<> bad() {
  std::make_shared<fickle_session>()->start();
  co_await weir::sleep(10ms);
}
// BAD: ERROR: AddressSanitizer: heap-use-after-free

class session : public std::enable_shared_from_this<session> {
public:
  void start() { weir::create_task(run(shared_from_this())); }

private:
  weir::task<> run(std::shared_ptr<session> self) {
    co_await weir::sleep(1ms);
    std::cout << "connection " << connection << '\n';
  }
  int connection = 7;
};

weir::task<> good() {
  std::make_shared<session>()->start();
  co_await weir::sleep(10ms);
}
// GOOD: connection 7

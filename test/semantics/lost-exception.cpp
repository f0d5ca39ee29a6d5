// A handler that does nothing lets the caller believe that all went well.
//
// RUN: %verify=lost-exception %warnings %s
// RUN: %program && %bad && %good

#include "support/harm.hpp"

weir::task<> pay() {
  co_await weir::sleep(1ms);
  throw std::runtime_error("card declined");
}

weir::task<> bad() {
  std::exception_ptr error; // expected-warning {{the exception in 'error' is neither rethrown nor handed on}}
  try {
    co_await pay();
  } catch (...) {
    error = std::current_exception();
  }
  std::cout << "the order is paid\n";
}
// BAD-NOT: declined
// BAD: the order is paid

weir::task<> good() {
  std::exception_ptr error;
  try {
    co_await pay();
  } catch (...) {
    error = std::current_exception();
  }
  if (error)
    std::rethrow_exception(error);
  std::cout << "the order is paid\n";
}
// GOOD-NOT: paid
// GOOD: fails: card declined

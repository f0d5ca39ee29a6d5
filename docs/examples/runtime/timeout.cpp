// What a timeout does to the one who takes too long.

#include <weir/weir.hpp>

#include <iostream>

using namespace std::chrono_literals;

weir::task<std::string> slow_answer() {
  try {
    co_await weir::sleep(1h);
  } catch (const weir::cancelled &) {
    std::cout << "cancelled where it waits\n";
    throw; // always
  }
  co_return "never";
}

weir::task<> ask() {
  try {
    std::cout << co_await weir::timeout(10ms, slow_answer());
  } catch (const weir::timeout_error &e) {
    std::cout << e.what() << '\n';
  }
}
// CHECK: cancelled where it waits
// CHECK-NEXT: timed out

int main() { weir::run(ask()); }

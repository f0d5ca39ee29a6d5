// A task that stops the loop, as WEIR_DEBUG=1 shows it.

#include <weir/weir.hpp>

#include <thread>

using namespace std::chrono_literals;

weir::task<> handle_request() {
  co_await weir::yield();
  std::this_thread::sleep_for(300ms); // the whole loop stands still
}

int main() { weir::run(handle_request()); }
// CHECK: blocking.cpp:[[#]]: weir: the loop stands still since {{[0-9]+}} ms: a task blocks its thread [weir-blocking-call]
// CHECK: handle_request
// CHECK: stack of the thread

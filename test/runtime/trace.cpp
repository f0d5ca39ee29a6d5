// What WEIR_TRACE writes: JSON, each event with its times, and who waited for what.
//
// RUN: rm -rf %t && mkdir %t
// RUN: %cxx -Wall -Wextra -Werror -g -O1 -rdynamic %s -o %t/program
// RUN: env WEIR_TRACE=%t/%%p.json %t/program
// RUN: cat %t/*.json > %t/trace && FileCheck %s < %t/trace
// RUN: %python -m json.tool %t/trace %t/pretty
// RUN: %gxx -Wall -Wextra -Werror -O0 %s -o %t/g && env WEIR_TRACE=%t/g.json %t/g
// RUN: FileCheck %s --check-prefix=G < %t/g.json
// RUN: env WEIR_TRACE=%t/killed.json not --crash timeout -s KILL 1 %t/program forever
// RUN: FileCheck %s --check-prefix=KILLED < %t/killed.json
// RUN: not env WEIR_TRACE=%t/no/such/folder %t/program 2>&1 | FileCheck %s --check-prefix=NOFILE

#include <weir/weir.hpp>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <thread>

using namespace std::chrono_literals;

[[gnu::noinline]] void blocks_here(std::chrono::milliseconds how_long) {
  std::this_thread::sleep_for(how_long);
  asm volatile(""); // or the call above would be a jump, and not on the stack
}
static weir::task<> leaf(bool for_ever) {
  co_await weir::sleep(5ms);
  blocks_here(for_ever ? 1h : 250ms);
}
static weir::task<> middle(bool for_ever) { co_await leaf(for_ever); }
static weir::task<> fails() {
  co_await weir::yield();
  throw std::runtime_error("expected");
}
static weir::task<> never_ends() { co_await weir::sleep(1h); }
static weir::task<> everything(bool for_ever) {
  auto stays = weir::create_task(never_ends(), "a \"poller\"");
  auto worker = weir::create_task(middle(for_ever), "worker");
  try {
    co_await fails();
  } catch (const std::runtime_error &) {
  }
  auto broken = weir::create_task(fails());
  try {
    co_await broken;
  } catch (const std::runtime_error &) {
  }
  co_await worker;
}

int main(int count, char **) {
  try {
    weir::run(everything(count > 1));
    weir::run(leaf(false)); // a second loop, in the same file
  } catch (const std::exception &e) {
    std::puts(e.what());
    return 1;
  }
}

// CHECK: [{"ph":"M","name":"weir_trace",{{.*}}"version":1,"process":{{[0-9]+}},"program":"{{.*}}/program"}}
// CHECK: "process_name","pid":1,{{.*}}"loop 1"
// CHECK: "thread_name","pid":1,"tid":[[MAIN:[0-9]+]],"args":{"name":"main"}
// CHECK-DAG: "thread_name","pid":1,"tid":[[POLLER:[0-9]+]],"args":{"name":"a \"poller\""}
// CHECK-DAG: "thread_name","pid":1,"tid":[[WORKER:[0-9]+]],"args":{"name":"worker"}
// CHECK: "tid":[[WORKER]],"cat":"ready",{{.*}}"by":[[MAIN]]
// CHECK: "weir_place",{{.*}}"id":[[MIDDLE:[0-9]+]],"function":"{{.*}}middle{{.*}}","file":"{{.*}}trace.cpp","line":31}
// CHECK: "weir_place",{{.*}}"id":[[LEAF:[0-9]+]],"function":"{{.*}}leaf{{.*}}","file":"{{.*}}trace.cpp","line":28,"awaited_by":[[MIDDLE]]}
// A task that waits for another is woken by it.
// CHECK: "name":"{{.*}}fails{{.*}}"ends":"error"
// CHECK: "tid":[[MAIN]],"cat":"wait","name":"a task",{{.*}}"by":
// CHECK: "tid":[[WORKER]],"cat":"wait","name":"sleep",{{.*}}"place":[[LEAF]]}}
// CHECK: "ph":"i",{{.*}}"tid":[[WORKER]],"cat":"blocked",{{.*}}"since":{{.*}}"place":[[LEAF]],{{.*}}blocks_here
// CHECK: "tid":[[WORKER]],"cat":"run","name":"{{.*}}leaf{{.*}},"dur":{{2[0-9][0-9]...}}.{{.*}}"ends":"value"
// CHECK: "tid":[[POLLER]],"cat":"run",{{.*}}"ends":"cancelled"
// CHECK: "process_name","pid":2,{{.*}}"loop 2"
// CHECK: {{^}}]

// G: "function":"{{.*}}leaf{{.*}}","file":"{{.*}}trace.cpp","line":28,"awaited_by":
// G: "cat":"blocked",
// G: {{^}}]

// What blocks for ever is in the file before the program ends.
// KILLED: "cat":"blocked",{{.*}}blocks_here
// KILLED-NOT: {{^}}]

// NOFILE: WEIR_TRACE: {{.*}}/no/such/folder: No such file or directory

#include "task.h"
#include <unistd.h>
task<int> work();

task<> each() {
  work();   // NOLINT
  sleep(1); // NOLINT
  work();   // NOLINT(weir-unawaited-task)
  sleep(1); // NOLINT(weir-blocking-call)
  // NOLINTNEXTLINE(weir-*)
  sleep(1);
  // NOLINTBEGIN(weir-blocking-call)
  sleep(1);
  work();
  // CHECK: nolint.cpp:[[@LINE-1]]:3: warning: {{.*}}[weir-unawaited-task]
  // NOLINTEND(weir-blocking-call)
  sleep(1); // NOLINT(weir-unawaited-task)
  // CHECK: nolint.cpp:[[@LINE-1]]:3: warning: {{.*}}[weir-blocking-call]
  sleep(1); // NOLINT(bugprone-*)
  // CHECK: nolint.cpp:[[@LINE-1]]:3: warning: {{.*}}[weir-blocking-call]
  co_await work();
}
// CHECK: 3 warnings in 1 file, 6 suppressed

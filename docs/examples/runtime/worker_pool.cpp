// Four workers share a queue; the producer waits when they do not keep up.

#include <weir/weir.hpp>

#include <iostream>

using namespace std::chrono_literals;

weir::task<> worker(weir::queue<int> &jobs, int &sum) {
  for (;;) {
    int job = co_await jobs.get(); // throws queue_shutdown when all is done
    co_await weir::sleep(1ms);
    sum += job;
    jobs.task_done();
  }
}

weir::task<> process() {
  weir::queue<int> jobs(10);
  int sum = 0;
  co_await weir::with_task_group(
      [&](weir::task_group &group) -> weir::task<> {
        for (int i = 0; i < 4; ++i)
          group.create_task(worker(jobs, sum));
        for (int job = 1; job <= 100; ++job)
          co_await jobs.put(job); // waits when the workers do not keep up
        co_await jobs.join();
        group.cancel();
      });
  std::cout << sum << '\n'; // CHECK: 5050
}

int main() { weir::run(process()); }

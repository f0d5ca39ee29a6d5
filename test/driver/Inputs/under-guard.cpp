#include <mutex>
#include <vector>
#include <weir/weir.hpp>

weir::task<int> work();
weir::task<int> waits(std::mutex &m, std::vector<int> &shared) {
  int sum = 0;
  {
    std::lock_guard lock(m);
    int guarded = weir::run(work());
    sum += guarded;
  }
  int free = weir::run(work());
  for (int each : shared)
    sum += weir::run(work());
  co_return sum + free;
}

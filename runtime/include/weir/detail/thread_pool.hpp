// Threads for work that blocks, and the way back to the loop.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace weir::detail {

/// Work for a pool: do it there, then post yourself to the loop.
class offload : public message {
public:
  virtual void work() noexcept = 0;

protected:
  ~offload() = default;
};

/// Starts a thread when there is work and none is idle, up to a limit. Its
/// destructor waits for all work that was submitted.
class thread_pool final : public service {
public:
  thread_pool(scheduler &home, unsigned limit) : home_(home), limit_(limit) {}
  ~thread_pool() override {
    {
      std::lock_guard hold(mutex_);
      closing_ = true;
    }
    work_or_close_.notify_all();
    for (auto &t : threads_)
      t.join();
  }

  /// The loop's thread.
  void submit(offload &job) {
    std::unique_lock hold(mutex_);
    queue_.push_back(&job);
    ++unfinished_;
    if (idle_ < queue_.size() && threads_.size() < limit_) {
      try {
        threads_.emplace_back([this] { serve(); });
      } catch (...) {
        if (threads_.empty()) {
          queue_.pop_back();
          --unfinished_;
          throw;
        }
      }
    }
    hold.unlock();
    work_or_close_.notify_one();
  }

  bool busy() const noexcept override {
    std::lock_guard hold(mutex_);
    return unfinished_ > 0;
  }

private:
  void serve() {
    std::unique_lock hold(mutex_);
    for (;;) {
      ++idle_;
      work_or_close_.wait(hold, [&] { return closing_ || !queue_.empty(); });
      --idle_;
      if (queue_.empty())
        return;
      offload &job = *queue_.front();
      queue_.pop_front();
      hold.unlock();
      job.work();
      hold.lock();
      --unfinished_;
      home_.post(job); // under the lock: busy() never misses it
    }
  }

  scheduler &home_;
  const unsigned limit_;
  mutable std::mutex mutex_;
  std::condition_variable work_or_close_;
  std::deque<offload *> queue_;
  std::vector<std::thread> threads_;
  unsigned idle_ = 0, unfinished_ = 0;
  bool closing_ = false;
};

/// The pool of `to_thread`, made when first used.
inline thread_pool &worker_threads(scheduler &s) {
  auto &slot = s.services[scheduler::threads];
  if (!slot)
    slot = std::make_unique<thread_pool>(
        s, std::min(32u, std::thread::hardware_concurrency() + 4));
  return static_cast<thread_pool &>(*slot);
}

} // namespace weir::detail

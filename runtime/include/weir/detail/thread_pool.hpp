// Threads for work that blocks, and the way back to the loop.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
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
/// destructor waits for all work that was submitted, unless it was given up.
class thread_pool final : public service {
public:
  thread_pool(scheduler &home, unsigned limit)
      : shared_(std::make_shared<shared>(&home)), limit_(limit) {}
  ~thread_pool() override {
    {
      std::lock_guard hold(shared_->mutex);
      shared_->closing = true;
    }
    shared_->work_or_close.notify_all();
    for (auto &t : threads_)
      shared_->home ? t.join() : t.detach();
  }

  /// The loop's thread.
  void submit(offload &job) {
    auto &s = *shared_;
    std::unique_lock hold(s.mutex);
    s.queue.push_back(&job);
    ++s.unfinished;
    if (s.idle < s.queue.size() && threads_.size() < limit_) {
      try {
        threads_.emplace_back(serve, shared_);
      } catch (...) {
        if (threads_.empty()) {
          s.queue.pop_back();
          --s.unfinished;
          throw;
        }
      }
    }
    hold.unlock();
    s.work_or_close.notify_one();
  }

  bool busy() const noexcept override {
    std::lock_guard hold(shared_->mutex);
    return shared_->unfinished > 0;
  }
  /// When nobody is left who waits for the work.
  unsigned give_up() noexcept override {
    std::lock_guard hold(shared_->mutex);
    if (shared_->unfinished > 0)
      shared_->home = nullptr;
    return shared_->unfinished;
  }

private:
  /// What the threads need, which may outlive the pool.
  struct shared {
    explicit shared(scheduler *s) : home(s) {}

    std::mutex mutex;
    std::condition_variable work_or_close;
    std::deque<offload *> queue;
    scheduler *home; ///< Null: given up.
    unsigned idle = 0, unfinished = 0;
    bool closing = false;
  };

  static void serve(std::shared_ptr<shared> s) {
    std::unique_lock hold(s->mutex);
    for (;;) {
      ++s->idle;
      s->work_or_close.wait(hold,
                            [&] { return s->closing || !s->queue.empty(); });
      --s->idle;
      if (s->queue.empty())
        return;
      offload &job = *s->queue.front();
      s->queue.pop_front();
      hold.unlock();
      job.work();
      hold.lock();
      --s->unfinished;
      if (s->home) {
        s->home->post(job); // under the lock: busy() never misses it
      } else {
        hold.unlock();
        job.run();
        hold.lock();
      }
    }
  }

  const std::shared_ptr<shared> shared_;
  const unsigned limit_;
  std::vector<std::thread> threads_;
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

// Notices, from a thread of its own, that a step of a task takes too long.
//
// What the task was is written down before each step, as addresses of texts
// that live for ever: cheap enough to do always, and safe to read while the
// step goes on and its frames come and go.

#pragma once

#include <weir/detail/job.hpp>
#include <weir/detail/job_extras.hpp>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <source_location>
#include <string>
#include <thread>

#include <pthread.h>

namespace weir::detail {

/// Where a task goes on, and who awaits it there.
struct step_origin {
  static constexpr int most = 32;

  step_origin() = default; ///< A callback of the loop.
  explicit step_origin(const job &root) {
    const job *frame = root.flags & job::fresh ? &root : root.point;
    for (; frame && count < most;
         frame = frame->flags & job::is_root ? nullptr : frame->caller)
      frames[count++] = frame->where;
    if (auto *extras = root.extras())
      task[extras->name.copy(task, sizeof task - 1)] = '\0';
  }
  std::source_location where() const {
    return count ? frames[0] : std::source_location();
  }
  /// "function, file:line", and so on for who awaits it.
  std::string describe() const {
    std::string text = describe_frames();
    if (count == 0)
      text += "  in a callback of the loop\n";
    if (task[0])
      text += "  task '" + std::string(task) + "'\n";
    return text;
  }
  std::string describe_frames() const {
    std::string text;
    for (int i = 0; i < count; ++i)
      text += std::string(i == 0 ? "  in " : "  awaited by ") +
              frames[i].function_name() + "\n    " + frames[i].file_name() +
              ":" + std::to_string(frames[i].line()) + "\n";
    return text;
  }

  std::source_location frames[most]; ///< The innermost first.
  int count = 0;
  char task[48] = {}; ///< Its name, if it has one; shortened.
};

class watchdog {
public:
  using clock = std::chrono::steady_clock;

  class listener {
  public:
    /// On the watchdog's thread, while the loop's goes on if it can. \p nth
    /// counts from 1 within a step: said after `slow`, again each time it has
    /// passed, and more seldom the longer the step lasts.
    virtual void on_slow(const step_origin &, clock::time_point since,
                         clock::time_point now, int nth) noexcept = 0;

  protected:
    ~listener() = default;
  };

  /// Made on the thread of the loop.
  watchdog(std::chrono::milliseconds slow, listener &l)
      : loop_thread(pthread_self()), slow_(slow), listener_(l),
        thread_([this] { watch(); }) {}
  ~watchdog() {
    {
      std::lock_guard hold(mutex_);
      stop_ = true;
    }
    wakeup_.notify_one();
    thread_.join();
  }
  watchdog(const watchdog &) = delete;

  void begin(const step_origin &step, clock::time_point now) noexcept {
    std::lock_guard hold(mutex_);
    step_ = step;
    since_ = now;
    next_ = now + slow_;
    told_ = 0;
    is_running_ = true;
  }
  void end() noexcept {
    std::lock_guard hold(mutex_);
    is_running_ = false;
  }

  const pthread_t loop_thread;

private:
  void watch() {
    std::unique_lock hold(mutex_);
    while (!stop_) {
      wakeup_.wait_for(hold, std::max<std::chrono::nanoseconds>(
                                 slow_ / 4, std::chrono::milliseconds(1)));
      const auto now = clock::now();
      if (!is_running_ || now < next_)
        continue;
      next_ = now + std::max<clock::duration>(slow_, (now - since_) / 8);
      const int nth = ++told_;
      const step_origin step = step_;
      const auto since = since_;
      hold.unlock();
      listener_.on_slow(step, since, now, nth);
      hold.lock();
    }
  }

  const std::chrono::milliseconds slow_;
  listener &listener_;
  std::mutex mutex_;
  std::condition_variable wakeup_;
  step_origin step_;
  clock::time_point since_, next_;
  int told_ = 0;
  bool is_running_ = false, stop_ = false;
  std::thread thread_; // last: it uses the others
};

} // namespace weir::detail

// Notices, from a thread of its own, that a step of a task takes too long.
//
// What the task was is written down before each step, as addresses of texts
// that live for ever: safe to read while the step goes on and its frames come
// and go. It is written without a lock (a version that is odd meanwhile tells
// the reader), and the time of a step's beginning is what the watchdog's own
// looks at it say, for a lock and a clock cost more than a step.

#pragma once

#include <weir/detail/job.hpp>
#include <weir/detail/job_extras.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <source_location>
#include <string>
#include <thread>
#include <utility>
#include <vector>

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
  /// Puts \p chain, whose last is the first frame as it stands now, in its
  /// place.
  void enter(const std::vector<std::source_location> &chain) {
    if (chain.empty())
      return;
    const std::size_t room = most;
    const auto old = std::vector(frames + 1, frames + count);
    count = 0;
    for (const auto *part : {&chain, &old})
      for (std::size_t i = 0;
           i < part->size() && static_cast<std::size_t>(count) < room; ++i)
        frames[count++] = (*part)[i];
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
  char task[48] = {};     ///< Its name, if it has one; shortened.
  job *resumed = nullptr; ///< What the first frame is of.
  unsigned version = 0;   ///< Of the watchdog's steps.
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
      : loop_thread(pthread_self()),
        slow_(std::clamp<std::chrono::milliseconds>(
            slow, {}, std::chrono::hours(24 * 365))), // longer is never
        listener_(l), thread_([this] { watch(); }) {}
  ~watchdog() {
    {
      std::lock_guard hold(mutex_);
      stop_ = true;
    }
    wakeup_.notify_one();
    thread_.join();
  }
  watchdog(const watchdog &) = delete;

  /// A task, or a callback, begins a step. \p since: when, if that is known.
  void begin(job *root, clock::time_point since = unknown) noexcept {
    const unsigned version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    int count = 0;
    job *const resumed = root && root->flags & job::fresh ? root
                         : root                           ? root->point
                                                          : nullptr;
    put(resumed_, resumed);
    for (const job *frame = resumed; frame && count < step_origin::most;
         frame = frame->flags & job::is_root ? nullptr : frame->caller)
      put(frames_[count++], std::bit_cast<const void *>(frame->where));
    put(count_, count);
    std::size_t length = 0;
    if (const auto *extras = root ? root->extras() : nullptr)
      for (char c : extras->name)
        if (length < sizeof step_origin::task - 1)
          put(task_[length++], c);
    put(task_[length], '\0');
    put(since_, since.time_since_epoch().count());
    put(version_, version + 2);
  }
  void end() noexcept { put(since_, idle.time_since_epoch().count()); }
  /// Whether the step still goes on: what was seen of it meanwhile is of it.
  bool lasts(const step_origin &step) const noexcept {
    return step.version % 2 == 0 &&
           version_.load(std::memory_order_relaxed) == step.version &&
           get(since_) != idle.time_since_epoch().count();
  }

  const pthread_t loop_thread;

private:
  static constexpr clock::time_point unknown = clock::time_point::max(),
                                     idle = clock::time_point::min();

  // Releasing, so that nobody sees it without the odd version before it.
  template <class T> static void put(std::atomic<T> &to, T value) noexcept {
    to.store(value, std::memory_order_release);
  }
  template <class T> static T get(const std::atomic<T> &from) noexcept {
    return from.load(std::memory_order_acquire);
  }

  /// The step of that version, unless the next has begun.
  bool read(unsigned version, step_origin &step) const noexcept {
    step.count = get(count_);
    for (int i = 0; i < step.count; ++i)
      step.frames[i] = std::bit_cast<std::source_location>(get(frames_[i]));
    for (std::size_t i = 0; i < sizeof step.task; ++i)
      step.task[i] = get(task_[i]);
    step.resumed = get(resumed_);
    step.version = version;
    return lasts(step);
  }

  void watch() {
    std::unique_lock hold(mutex_);
    unsigned seen = 0;
    clock::time_point since, next;
    for (int told = 0; !stop_;) {
      wakeup_.wait_for(hold, std::max<std::chrono::nanoseconds>(
                                 slow_ / 4, std::chrono::milliseconds(1)));
      const auto now = clock::now();
      const unsigned version = get(version_);
      const clock::time_point begun{clock::duration(get(since_))};
      if (begun == idle)
        continue;
      if (version != std::exchange(seen, version)) {
        since = begun == unknown ? now : begun;
        next = since + slow_;
        told = 0;
      }
      step_origin step;
      if (now < next || !read(version, step))
        continue;
      next = now + std::max<clock::duration>(slow_, (now - since) / 8);
      hold.unlock();
      listener_.on_slow(step, since, now, ++told);
      hold.lock();
    }
  }

  const std::chrono::milliseconds slow_;
  listener &listener_;
  std::mutex mutex_; // of stop_
  std::condition_variable wakeup_;
  bool stop_ = false;
  std::atomic<unsigned> version_{0}; ///< Odd while the next are written.
  std::atomic<const void *> frames_[step_origin::most];
  std::atomic<int> count_{0};
  std::atomic<job *> resumed_{nullptr};
  std::atomic<char> task_[sizeof step_origin::task]{};
  std::atomic<clock::rep> since_{idle.time_since_epoch().count()};
  std::thread thread_; // last: it uses the others
};

} // namespace weir::detail

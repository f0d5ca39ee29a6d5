// debug: watches a running program for broken rules.
//
// On with `run(main, {.debug = true})` or WEIR_DEBUG=1. Nothing of it is on the
// way of a program that runs without. Unawaited tasks, lost exceptions, second
// awaits and unfinished tasks are reported always, since that costs nothing.

#pragma once

#include <weir/detail/held_locks.hpp>
#include <weir/detail/native_stack.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/report.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace weir::detail {

/// "file:line: function", and so on for who awaits it.
inline std::string describe_chain(const job *leaf) {
  std::string text;
  for (const job *frame = leaf; frame;
       frame = frame->flags & job::is_root ? nullptr : frame->caller) {
    const auto &at = frame->where;
    text += std::string("  ") + (frame == leaf ? "in " : "awaited by ") +
            at.function_name() + "\n    " + at.file_name() + ":" +
            std::to_string(at.line()) + "\n";
  }
  return text;
}

/// Reports a step that takes too long while it does (weir-blocking-call), and
/// a step that suspends with a thread's lock held (weir-lock-across-await).
class monitor final : public instrument {
public:
  explicit monitor(std::chrono::milliseconds slow)
      : slow_(slow), loop_thread_(pthread_self()),
        watchdog_([this] { watch(); }) {}
  ~monitor() override {
    {
      std::lock_guard hold(mutex_);
      stop_ = true;
    }
    wakeup_.notify_one();
    watchdog_.join();
  }

  void before_step(job &root) noexcept override {
    locks_ = held_locks();
    const job *leaf = root.flags & job::fresh ? &root : root.point;
    begin(describe_step(root, leaf), leaf->where);
  }
  void after_step(job &root) noexcept override {
    end();
    if (held_locks() > locks_ && !root.is_done()) {
      report r;
      r.rule = "weir-lock-across-await";
      r.message = "a task suspends while its thread holds a mutex";
      r.where = root.point->where;
      r.details = describe_chain(root.point);
      send(r);
    }
  }
  void before_callback() noexcept override {
    begin("  in a callback of the loop\n", {});
  }
  void after_callback() noexcept override { end(); }

private:
  static std::string describe_step(const job &root, const job *leaf) {
    std::string text = describe_chain(leaf);
    if (root.extras && !root.extras->name.empty())
      text += "  task '" + root.extras->name + "'\n";
    return text;
  }

  void begin(std::string what, std::source_location where) noexcept {
    std::lock_guard hold(mutex_);
    what_ = std::move(what);
    where_ = where;
    since_ = std::chrono::steady_clock::now();
    is_running_ = true;
    is_reported_ = false;
  }
  void end() noexcept {
    std::lock_guard hold(mutex_);
    is_running_ = false;
  }

  void watch() {
    std::unique_lock hold(mutex_);
    while (!stop_) {
      wakeup_.wait_for(hold, slow_ / 4);
      const auto took = std::chrono::steady_clock::now() - since_;
      if (!is_running_ || is_reported_ || took < slow_)
        continue;
      is_reported_ = true;
      report r;
      r.rule = "weir-blocking-call";
      r.where = where_;
      r.message =
          "the loop stands still since " +
          std::to_string(
              std::chrono::duration_cast<std::chrono::milliseconds>(took)
                  .count()) +
          " ms: a task blocks its thread";
      r.details = "task resumed\n" + what_;
      hold.unlock(); // the loop's thread goes on meanwhile, if it can
      r.details += "stack of the thread\n" + native_stack_of(loop_thread_);
      send(r);
      hold.lock();
    }
  }

  const std::chrono::milliseconds slow_;
  const pthread_t loop_thread_;
  int locks_ = 0;

  std::mutex mutex_;
  std::condition_variable wakeup_;
  std::string what_;
  std::source_location where_;
  std::chrono::steady_clock::time_point since_;
  bool is_running_ = false, is_reported_ = false, stop_ = false;
  std::thread watchdog_; // last: it uses the others
};

} // namespace weir::detail

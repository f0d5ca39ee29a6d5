// Ctrl-C while `run` runs: the main task is cancelled, and when all is cleaned
// up the process ends by the signal, as it would have without us.
//
// The handler is gone after its first call, so the second Ctrl-C ends a program
// whose clean-up hangs. In the handler a message is posted: one exchange, one
// write.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

#include <pthread.h>
#include <unistd.h>

namespace weir::detail {

inline bool is_main_thread() noexcept {
#ifdef __linux__
  return ::gettid() == ::getpid();
#else
  return ::pthread_main_np() != 0;
#endif
}

/// Turns the first SIGINT into a cancellation of a task, from its making to its
/// end. Does nothing in other threads than the main one, and if the program
/// has a handler of its own.
class interrupt_guard {
public:
  explicit interrupt_guard(job &main) : home_(main.owner->home) {
    struct sigaction now {};
    if (!is_main_thread() || ::sigaction(SIGINT, nullptr, &now) != 0 ||
        (now.sa_flags & SA_SIGINFO) || now.sa_handler != SIG_DFL)
      return;
    request().main = &main;
    request().arrived = false;
    target().store(&home_);
    struct sigaction ours {};
    ours.sa_handler = handle;
    ours.sa_flags = SA_RESTART;
    is_on_ = ::sigaction(SIGINT, &ours, nullptr) == 0;
  }
  interrupt_guard(const interrupt_guard &) = delete;
  interrupt_guard &operator=(const interrupt_guard &) = delete;
  ~interrupt_guard() { stop(); }

  /// From here on SIGINT does what it did before. True if one has arrived.
  bool stop() noexcept {
    if (!is_on_)
      return false;
    is_on_ = false;
    struct sigaction now {};
    if (::sigaction(SIGINT, nullptr, &now) == 0 && now.sa_handler == handle)
      ::signal(SIGINT, SIG_DFL);
    if (target().exchange(nullptr))
      return false;
    while (!request().arrived) { // another thread is in the handler
      home_.drain_inbox();
      std::this_thread::yield();
    }
    return true;
  }

private:
  struct cancel_main final : message {
    void run() noexcept override {
      arrived = true;
      request_cancel(*main);
    }
    job *main = nullptr;
    bool arrived = false;
  };
  // There is one main thread, and one loop at a time on it.
  static cancel_main &request() noexcept {
    static cancel_main it;
    return it;
  }
  static std::atomic<scheduler *> &target() noexcept {
    static std::atomic<scheduler *> it{nullptr};
    return it;
  }
  static void handle(int) {
    const int error = errno;
    ::signal(SIGINT, SIG_DFL); // the thread sanitizer forgets SA_RESETHAND
    if (scheduler *home = target().exchange(nullptr))
      home->post(request());
    else // put back by somebody who had taken our place when we left
      ::raise(SIGINT);
    errno = error;
  }

  scheduler &home_;
  bool is_on_ = false;
};

} // namespace weir::detail

// The native stack of another thread, taken by a signal to it.

#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include <cxxabi.h>
#include <execinfo.h>
#include <pthread.h>

namespace weir::detail {

struct stack_sample {
  static constexpr int most = 64;
  void *frames[most];
  int count = 0;
  std::atomic<bool> taken{false};

  static std::atomic<stack_sample *> &wanted() noexcept {
    static std::atomic<stack_sample *> sample{nullptr};
    return sample;
  }
  static void take(int) {
    const int error = errno;
    if (auto *s = wanted().exchange(nullptr)) {
      s->count = ::backtrace(s->frames, most);
      s->taken.store(true);
    }
    errno = error;
  }
};

/// One line for each frame, the innermost first; function names as far as the
/// program exports them (link with -rdynamic for all). Interrupts the thread
/// with SIGURG, which is ignored otherwise. Empty if it does not answer.
inline std::string native_stack_of(pthread_t thread) {
  static std::mutex one_at_a_time;
  std::lock_guard hold(one_at_a_time);
  static stack_sample sample; // static: a late answer still finds it
  void *warm_up[1];
  ::backtrace(warm_up, 1); // loads libgcc now, not in the handler

  struct sigaction action {}, before {};
  action.sa_handler = stack_sample::take;
  action.sa_flags = SA_RESTART;
  sample.taken.store(false);
  stack_sample::wanted().store(&sample);
  ::sigaction(SIGURG, &action, &before);
  ::pthread_kill(thread, SIGURG);
  for (int i = 0; i < 100 && !sample.taken.load(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  const bool answered =
      sample.taken.load() || !stack_sample::wanted().exchange(nullptr);
  ::sigaction(SIGURG, &before, nullptr);
  if (!answered || !sample.taken.load())
    return {};

  std::string text;
  char **lines = ::backtrace_symbols(sample.frames, sample.count);
  for (int i = 2; lines && i < sample.count; ++i) { // handler and trampoline
    std::string line = lines[i];
    const auto open = line.find('('), plus = line.find('+', open);
    if (open != line.npos && plus != line.npos && plus > open + 1) {
      int status = 0;
      char *name = abi::__cxa_demangle(
          line.substr(open + 1, plus - open - 1).c_str(), nullptr, nullptr,
          &status);
      if (status == 0)
        line = line.substr(0, open) + "(" + name + line.substr(plus);
      std::free(name);
    }
    text += "  " + line + "\n";
  }
  std::free(lines);
  return text;
}

} // namespace weir::detail

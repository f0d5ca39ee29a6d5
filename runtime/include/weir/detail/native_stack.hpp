// The native stack of another thread, taken by a signal to it.

#pragma once

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>
#include <pthread.h>
#include <ucontext.h>

namespace weir::detail {

/// Where a thread was: its registers, and the top of its stack. All zero where
/// we do not know the machine.
struct machine_state {
  std::uintptr_t registers[32] = {};
  std::uintptr_t stack = 0;

  void take([[maybe_unused]] const void *interrupted) noexcept {
#if defined(__x86_64__) && defined(__linux__)
    const auto &at = static_cast<const ucontext_t *>(interrupted)->uc_mcontext;
    for (int i = 0; i < REG_RIP; ++i)
      registers[i] = static_cast<std::uintptr_t>(at.gregs[i]);
    stack = static_cast<std::uintptr_t>(at.gregs[REG_RSP]);
#elif defined(__aarch64__) && defined(__linux__)
    const auto &at = static_cast<const ucontext_t *>(interrupted)->uc_mcontext;
    for (int i = 0; i < 31; ++i)
      registers[i] = static_cast<std::uintptr_t>(at.regs[i]);
    stack = static_cast<std::uintptr_t>(at.sp);
#endif
  }
};

struct stack_sample {
  static constexpr int most = 64;
  void *frames[most];
  int count = 0;
  machine_state state;
  std::atomic<bool> taken{false};

  static std::atomic<stack_sample *> &wanted() noexcept {
    static std::atomic<stack_sample *> sample{nullptr};
    return sample;
  }
  static void take(int, siginfo_t *, void *interrupted) {
    const int error = errno;
    if (auto *s = wanted().exchange(nullptr)) {
      s->state.take(interrupted);
      s->count = ::backtrace(s->frames, most);
      s->taken.store(true);
    }
    errno = error;
  }
};

/// One call: what addr2line needs, and the function as far as the program
/// exports it (link with -rdynamic for all).
struct native_frame {
  std::string module;
  std::uintptr_t offset = 0; ///< As in the module's file.
  std::string function;      ///< Demangled; empty if it is not exported.

  std::string describe() const {
    char at[32];
    std::snprintf(at, sizeof at, "+0x%zx", static_cast<std::size_t>(offset));
    return (function.empty() ? "" : function + " in ") + module + at;
  }
};

inline native_frame native_frame_at(void *address) {
  native_frame f;
  f.offset = reinterpret_cast<std::uintptr_t>(address);
  Dl_info found{};
  link_map *map = nullptr;
  if (!::dladdr1(address, &found, reinterpret_cast<void **>(&map),
                 RTLD_DL_LINKMAP))
    return f;
  f.module = found.dli_fname;
  f.offset -= map->l_addr;
  if (found.dli_sname) {
    int status = 0;
    char *name =
        abi::__cxa_demangle(found.dli_sname, nullptr, nullptr, &status);
    f.function = status == 0 ? name : found.dli_sname;
    std::free(name);
  }
  return f;
}

/// The innermost call first. Interrupts the thread with SIGURG, which is
/// ignored otherwise. Empty if it does not answer.
inline std::vector<native_frame>
native_stack_of(pthread_t thread, machine_state *state = nullptr) {
  static std::mutex one_at_a_time;
  std::lock_guard hold(one_at_a_time);
  static stack_sample sample; // static: a late answer still finds it
  void *warm_up[1];
  ::backtrace(warm_up, 1); // loads libgcc now, not in the handler

  struct sigaction action {}, before {};
  action.sa_sigaction = stack_sample::take;
  action.sa_flags = SA_RESTART | SA_SIGINFO;
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

  if (state)
    *state = sample.state;
  std::vector<native_frame> stack;
  for (int i = 2; i < sample.count; ++i) { // without handler and trampoline
    // A return address is behind its call, and maybe in the next line.
    auto *address = static_cast<char *>(sample.frames[i]) - (i > 2);
    stack.push_back(native_frame_at(address));
  }
  return stack;
}

} // namespace weir::detail

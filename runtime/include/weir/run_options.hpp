// run_options: how `run` and `runner` set up their loop.

#pragma once

#include <chrono>
#include <optional>

namespace weir {

/// A plain value, for any thread; read once, when the loop is made. (asyncio:
/// the arguments of Runner, loop.slow_callback_duration, PYTHONASYNCIODEBUG.)
struct run_options {
  /// Watches for broken rules while the program runs (see debug.hpp). Also on
  /// if the environment variable WEIR_DEBUG is set and not empty or 0.
  /// A system call that blocks the thread may then return EINTR, when the watch
  /// looks at the stack.
  bool debug = false;

  /// In debug mode: a task that keeps its thread for longer is reported, with
  /// the thread's stack, while it does.
  std::chrono::milliseconds slow{100};

  /// Time stands still while there is something to do and jumps to the next
  /// deadline when there is not: tests wait for nothing (see testing.hpp).
  bool virtual_time = false;

  /// With virtual time: how long, in real time, a loop in which nothing can
  /// happen waits for another thread's call_soon_threadsafe. After that all
  /// tasks are reported with what they wait for (weir-deadlock), and cancelled.
  std::chrono::milliseconds patience{5'000};

  /// Runs what is ready in an order made from this seed instead of first come,
  /// first served: to find tests and programs that rely on luck.
  std::optional<unsigned> shuffle_seed = std::nullopt;

  /// How long, in real time, the end of the loop waits for calls of `to_thread`
  /// that still run. After that they are reported (weir-unfinished-task) and go
  /// on by themselves, like a detached std::thread. (asyncio: 300 s.)
  std::chrono::milliseconds join_timeout{300'000};
};

} // namespace weir

// How control passes between coroutines.
//
// Clang: symmetric transfer, a tail call from frame to frame; depth costs
// nothing. g++ makes that a real call at -O0 and under the sanitizers, and a
// loop of awaits overflows the stack. There an awaited task is started inside
// its awaiter (enter), says by its phase whether it finished at once, and
// otherwise hands its caller to the loop when it is done (leave). Past a depth
// of `nesting` the loop takes over starting too, so chains of any length work.

#pragma once

#include <weir/detail/config.hpp>
#include <weir/detail/job.hpp>

#include <coroutine>
#include <utility>

namespace weir::detail {

#if WEIR_SYMMETRIC_TRANSFER

using transfer = std::coroutine_handle<>;

/// From an awaiter: \p child runs, \p caller waits for it.
inline transfer enter(job &child, job &caller) noexcept {
  child.caller = &caller;
  child.phase = phase::running;
  return child.handle();
}

/// From a final suspension point, by way of its awaiter.
inline transfer leave(job &done) noexcept {
  done.phase = phase::done;
  if (done.flags & job::is_root) [[unlikely]]
    return std::noop_coroutine();
  return done.caller->handle();
}

/// From the loop.
inline void resume(job &leaf) { leaf.handle().resume(); }

#else

using transfer = bool;

inline constexpr int nesting = 256;
inline constinit thread_local int nested = 0;
inline constinit thread_local job *resume_next = nullptr;

inline transfer enter(job &child, job &caller) noexcept {
  child.caller = &caller;
  if (nested == nesting) [[unlikely]] {
    child.phase = phase::blocked; // its end goes through the loop
    resume_next = &child;
    return true;
  }
  child.phase = phase::running;
  ++nested;
  child.handle().resume();
  --nested;
  if (child.phase == phase::done) [[likely]]
    return false;
  child.phase = phase::blocked;
  return true;
}

inline transfer leave(job &done) noexcept {
  const bool started_by_caller = done.phase == phase::running;
  done.phase = phase::done;
  if (!started_by_caller && !(done.flags & job::is_root))
    resume_next = done.caller;
  return true;
}

inline void resume(job &leaf) {
  for (job *next = &leaf; next; next = std::exchange(resume_next, nullptr))
    next->handle().resume();
}

#endif

} // namespace weir::detail

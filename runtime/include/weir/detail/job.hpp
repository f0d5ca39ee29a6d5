// job: the head of every coroutine frame, and what the loop schedules.
//
// Each coroutine of the library has a promise that begins with a job. A chain
// of coroutines that await each other is one task to the user; the job of its
// outermost frame (the root) stands for it. A live task is always in exactly
// one place: running, in the ready queue, or blocked in one waiter. So one
// link serves all places, and scheduling a task allocates nothing.
//
// Everything here belongs to the loop's thread; nothing is atomic.

#pragma once

#include <weir/cancelled.hpp>
#include <weir/errors.hpp>

#include <atomic>
#include <coroutine>
#include <cstdint>
#include <exception>
#include <memory>
#include <source_location>
#include <typeinfo>
#include <utility>

namespace weir::detail {

struct job;
class waiter;
class job_owner;
struct job_extras;

/// Where a job is. The first two and the last also describe inner frames.
enum class phase : std::uint8_t {
  lazy,     ///< Not started.
  running,  ///< Started; as a root: on the stack now.
  ready,    ///< In the ready queue.
  interrupted, ///< There too: a request to cancel ended its wait.
  blocked,  ///< In a waiter.
  done,     ///< At its final suspension point.
  callback, ///< Not a job at all: a callback in the ready queue.
};

/// What the promise of a job holds.
enum class outcome : std::uint8_t { none, value, error, cancelled, taken };

/// Tells the thread of one loop from that of another: a task of a foreign
/// thread must not even be asked whether it is done.
inline std::uint16_t thread_number() noexcept {
  static std::atomic<std::uint16_t> threads{0};
  static thread_local const std::uint16_t number = ++threads;
  return number;
}

/// An entry of the ready queue.
struct ready_node {
  union {
    ready_node *next; ///< While ready.
    waiter *waiting;  ///< While blocked.
  };
  detail::phase phase = detail::phase::lazy;
  std::uint8_t flags = 0;
  std::uint16_t cancels; ///< Requests not yet taken back by uncancel.
};

/// Told once when a job is done, on the loop's thread, before anything else
/// runs. It may only make jobs ready.
class observer {
public:
  observer *next_observer = nullptr;
  virtual void on_done(job &) noexcept = 0;

protected:
  ~observer() = default;
};

struct job : ready_node {
  enum : std::uint8_t {
    is_root = 1,
    must_cancel = 2,      ///< The next suspension throws `cancelled`.
    scope_cancelled = 4,  ///< Every suspension does (see cancel_scope).
    fresh = 8,            ///< Scheduled, but its body has not begun.
    retrieved = 16,       ///< Somebody has seen the outcome.
    is_link = 32,         ///< Stands for a task that is somebody else's.
    abandons = 64,        ///< A link that is cancelled without passing it on.
    has_extras = 128,     ///< It has what few roots have.
    attention = must_cancel | scope_cancelled,
  };

  // What only a root has is set when it becomes one (scheduler::start): most
  // frames are inner ones, and an await costs little more than these stores.
  std::uint32_t refs; ///< Root: the loop's share and each handle's.
  union {
    job *point;               ///< Root, not done: the innermost frame.
    std::exception_ptr error; ///< If the outcome is an error.
  };
  union {
    observer *first_observer; ///< Root: see observers_of.
    job_extras *more;         ///< Root that has_extras: see extras_of.
  };
  union {
    job *caller;      ///< Inner frame, started: who awaits it.
    job_owner *owner; ///< Root: who is told when it is done.
  };
  std::source_location where; ///< Where it was made, then its latest co_await.
  std::uint32_t index;        ///< Root: its place with its owner.
  detail::outcome outcome = detail::outcome::none;
  bool asked_to_end;    ///< Root: cancelled because its loop ends.
  std::uint16_t thread; ///< Root: see thread_number. Never changes.

  job() noexcept {}
  job(const job &) = delete;
  ~job() {
    if (outcome == detail::outcome::error)
      std::destroy_at(&error);
  }

  /// Must be called from a handler: keeps what was thrown.
  void keep_exception() noexcept;
  [[noreturn]] void rethrow() const;

  bool is_done() const noexcept { return phase == detail::phase::done; }

  /// Root: its name and the like, or null.
  job_extras *extras() const noexcept {
    return flags & has_extras ? more : nullptr;
  }

  // Promise types start with their job and are aligned no more than 16, so
  // that a handle to one can be made from the job (checked in promise.hpp).
  std::coroutine_handle<job> handle() noexcept {
    return std::coroutine_handle<job>::from_promise(*this);
  }
};

constexpr std::uint8_t without(std::uint8_t flags, std::uint8_t flag) noexcept {
  return static_cast<std::uint8_t>(flags & ~flag);
}

/// Whether the exception is `cancelled`, without the price of a rethrow where
/// the standard library can tell.
inline bool is_cancelled(const std::exception_ptr &error) noexcept {
  if (!error)
    return false;
#ifdef __GLIBCXX__
  return *error.__cxa_exception_type() == typeid(cancelled);
#else
  try {
    std::rethrow_exception(error);
  } catch (const cancelled &) {
    return true;
  } catch (...) {
    return false;
  }
#endif
}

inline void job::keep_exception() noexcept {
  auto thrown = std::current_exception();
  if (is_cancelled(thrown)) {
    outcome = detail::outcome::cancelled;
  } else {
    std::construct_at(&error, std::move(thrown));
    outcome = detail::outcome::error;
  }
}

[[gnu::noinline]] inline void job::rethrow() const {
  if (outcome == detail::outcome::error)
    std::rethrow_exception(error);
  if (outcome == detail::outcome::taken)
    throw invalid_state("the result was moved to another reader");
  throw cancelled{};
}

/// What a blocked job waits in: the base of the awaiters that really suspend.
class waiter {
public:
  job *blocked = nullptr; ///< The root that waits here.

  /// Asks the wait to end early. True: nothing refers to the waiter any more
  /// and the job can go on. False: the request went to what is awaited, which
  /// will wake the job.
  virtual bool cancel_wait() noexcept {
    abandon();
    return true;
  }

  /// The task to ask in place of the one that waits, or null.
  virtual job *asked_instead() const noexcept { return nullptr; }

  /// Unlinks the waiter from whatever would wake it.
  virtual void abandon() noexcept = 0;

  /// In debug mode: tells what is waited for whose thread's tasks do so.
  virtual void note_thread(std::uint16_t) noexcept {}

  /// What is waited for, as in "lock.acquire": for traces and call graphs.
  virtual const char *what() const noexcept = 0;

protected:
  waiter() = default;
  ~waiter() = default;
};

} // namespace weir::detail

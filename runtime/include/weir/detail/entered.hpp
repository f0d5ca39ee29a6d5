// Which coroutines a step has entered since it began, seen from another thread.
//
// Nobody writes down which coroutine runs: an await would cost more. But who
// runs has its frame in a register or on the stack, and a frame knows who
// awaits it. So every word there is tried: if what it points at looks like a
// running coroutine and its callers lead to the one that was resumed, it is one
// of them, and the one that is farthest from there runs. What is looked at may
// be gone meanwhile, or never was a frame: it is copied by a system call that
// says so.

#pragma once

#include <weir/detail/job.hpp>
#include <weir/detail/native_stack.hpp>

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <utility>
#include <vector>

#include <sys/uio.h>
#include <unistd.h>

namespace weir::detail {

/// Copies memory of this process; false if it is not there.
inline bool peek(std::uintptr_t from, void *to, std::size_t size) noexcept {
  const iovec here{to, size}, there{reinterpret_cast<void *>(from), size};
  return ::process_vm_readv(::getpid(), &here, 1, &there, 1, 0) ==
         static_cast<ssize_t>(size);
}

/// The part of a job that tells how it hangs together with others.
struct job_copy {
  explicit job_copy(std::uintptr_t at) noexcept
      : is_there(at > 0 && at % alignof(job) == 0 &&
                 peek(at, bytes, sizeof bytes)) {}
  const job &operator*() const noexcept {
    return *reinterpret_cast<const job *>(bytes);
  }
  /// Begun, not ended, and awaited by another.
  bool is_inner() const noexcept {
    const job &j = **this;
    return is_there && j.phase == phase::running && !(j.flags & job::is_root);
  }
  std::uintptr_t caller() const noexcept {
    return reinterpret_cast<std::uintptr_t>((**this).caller);
  }

  alignas(job) unsigned char bytes[sizeof(job)];
  const bool is_there;
};

/// From \p innermost outwards to \p resumed; empty if it does not lead there.
inline std::vector<std::source_location> chain_between(std::uintptr_t innermost,
                                                       const job *resumed) {
  constexpr std::size_t most = 1000;
  std::vector<std::source_location> chain;
  for (auto at = innermost; chain.size() < most;) {
    const bool is_last = at == reinterpret_cast<std::uintptr_t>(resumed);
    const job_copy j(at);
    if (!j.is_there || (!is_last && !j.is_inner()))
      break;
    chain.push_back((*j).where);
    if (is_last)
      return chain;
    at = j.caller();
  }
  return {};
}

/// Where the coroutines stand that run on the thread, the innermost first, the
/// last the one that was resumed. Empty if that cannot be told.
inline std::vector<std::source_location>
running_chain(job *resumed, const machine_state &state) {
  std::vector<std::source_location> longest;
  if (!resumed)
    return longest;
  const std::uintptr_t to_job =
      reinterpret_cast<std::uintptr_t>(resumed) -
      reinterpret_cast<std::uintptr_t>(resumed->handle().address());
  const auto look = [&](std::uintptr_t word) {
    for (const auto at : {word, word + to_job}) // of the job, of its frame
      if (job_copy(at).is_inner())
        if (auto chain = chain_between(at, resumed);
            chain.size() > longest.size())
          longest = std::move(chain);
  };
  for (const auto word : state.registers)
    look(word);
  constexpr std::uintptr_t size = sizeof(std::uintptr_t), page = 4096;
  const auto end = state.stack + 8 * page;
  for (auto at = state.stack; at < end;) {
    std::uintptr_t words[page / size];
    const auto here = page - at % page; // to the end of the page it is in
    if (!peek(at, words, here))
      break;
    for (std::size_t i = 0; i < here / size; ++i)
      look(words[i]);
    at += here;
  }
  return longest;
}

} // namespace weir::detail

// How many mutexes the calling thread holds: known in programs that include
// weir/debug_locks.hpp, zero in others.

#pragma once

namespace weir::detail {

inline int &held_locks() noexcept {
  static constinit thread_local int count = 0;
  return count;
}

} // namespace weir::detail

// How the runtime benchmarks measure: CPU time of the process, heap bytes, and
// instructions where valgrind runs the program.
//
// usage of each program: BENCH [DIVISOR], which makes the bench so much shorter.

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include <malloc.h>

#if __has_include(<valgrind/callgrind.h>)
#include <valgrind/callgrind.h>
#else
#define CALLGRIND_TOGGLE_COLLECT
#endif

namespace measure {

inline std::uint64_t allocations = 0, live = 0, peak = 0;

inline double cpu_ns() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

inline std::size_t divisor = 1;

/// Reads the command line; the name of the bench to run.
inline std::string bench(int count, char **arguments) {
  if (count > 2)
    divisor = static_cast<std::size_t>(std::atoll(arguments[2]));
  return count > 1 ? arguments[1] : "";
}
inline std::size_t times(std::size_t n) {
  return std::max<std::size_t>(n / divisor, 1);
}

/// From its construction to `done`, which prints one line of the table.
class span {
public:
  span() : allocations_(allocations), live_(live) {
    peak = live;
    begin_ = cpu_ns();
    CALLGRIND_TOGGLE_COLLECT;
  }
  void done(const char *bench, double operations) {
    CALLGRIND_TOGGLE_COLLECT;
    const double ns = (cpu_ns() - begin_) / operations;
    std::printf("%s %.2f %.3f %.1f %.0f\n", bench, ns,
                (allocations - allocations_) / operations,
                (peak - live_) / operations, operations);
  }

private:
  std::uint64_t allocations_, live_;
  double begin_;
};

/// Keeps the compiler from dropping a value.
inline void sink(std::int64_t v) { asm volatile("" : : "r"(v) : "memory"); }

struct random {
  std::uint64_t state = 88172645463325252ull;
  double operator()() {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    return (state >> 33) / 2147483648.0;
  }
};

} // namespace measure

// Counted only where it is asked for: counting is not free.
#ifdef COUNT_ALLOCATIONS
extern "C" {
void *__libc_malloc(std::size_t);
void *__libc_memalign(std::size_t, std::size_t);
void __libc_free(void *);
static void *counted(void *p) {
  ++measure::allocations;
  measure::live += malloc_usable_size(p) + 8;
  if (measure::live > measure::peak)
    measure::peak = measure::live;
  return p;
}
void *malloc(std::size_t n) { return counted(__libc_malloc(n)); }
void *aligned_alloc(std::size_t alignment, std::size_t n) {
  return counted(__libc_memalign(alignment, n));
}
void free(void *p) {
  if (p)
    measure::live -= malloc_usable_size(p) + 8;
  __libc_free(p);
}
}
#endif

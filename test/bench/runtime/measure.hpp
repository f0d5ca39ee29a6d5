// How the runtime benchmarks measure: CPU time of the process, and heap bytes.

#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <malloc.h>

namespace measure {

inline std::uint64_t allocations = 0, live = 0, peak = 0;

inline double cpu_ns() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

/// From its construction to `done`, which prints one line of the table.
class span {
public:
  span() : allocations_(allocations), live_(live) {
    peak = live;
    begin_ = cpu_ns();
  }
  void done(const char *bench, double operations) {
    const double ns = (cpu_ns() - begin_) / operations;
    std::printf("%s %.2f %.3f %.1f\n", bench, ns,
                (allocations - allocations_) / operations,
                (peak - live_) / operations);
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
void __libc_free(void *);
void *malloc(std::size_t n) {
  void *p = __libc_malloc(n);
  ++measure::allocations;
  measure::live += malloc_usable_size(p) + 8;
  if (measure::live > measure::peak)
    measure::peak = measure::live;
  return p;
}
void free(void *p) {
  if (p)
    measure::live -= malloc_usable_size(p) + 8;
  __libc_free(p);
}
}
#endif

// The memory of coroutine frames.
//
// Frames come and go in stacks of equal sizes, so a free list for each size
// class beats malloc two to one and is all that helps where the compiler
// cannot put a frame into its caller's. Lists belong to a thread: no atomics.
// A frame freed by another thread goes to that thread's list, which is safe
// because every block is its own allocation.

#pragma once

#include <weir/detail/config.hpp>

#include <cstddef>
#include <new>

namespace weir::detail {

class frame_pool {
public:
  static void *allocate(std::size_t size) {
#if !WEIR_SANITIZED
    const std::size_t c = size_class(size);
    if (c < classes) [[likely]] {
      block *&head = free_[c];
      if (block *b = head) [[likely]] {
        head = b->next;
        return b;
      }
      return refill(c);
    }
#endif
    return ::operator new(size);
  }

  static void deallocate(void *p, [[maybe_unused]] std::size_t size) noexcept {
#if !WEIR_SANITIZED
    const std::size_t c = size_class(size);
    if (c < classes) [[likely]] {
      free_[c] = new (p) block{free_[c]};
      return;
    }
#endif
    ::operator delete(p);
  }

  /// Gives the calling thread's unused frames back to the system.
  static void trim() noexcept {
    for (block *&head : free_)
      while (block *b = head) {
        head = b->next;
        ::operator delete(b);
      }
  }

private:
  struct block {
    block *next;
  };
  struct at_thread_exit {
    ~at_thread_exit() { trim(); }
    void touch() const noexcept {}
  };

  // Classes are 16 bytes apart and end 8 short of a multiple of 16: exactly
  // what malloc can fill.
  static constexpr std::size_t step = 16, classes = 1024 / step + 1;
  static constexpr std::size_t size_class(std::size_t size) noexcept {
    return (size + step / 2 - 1) / step;
  }
  static constexpr std::size_t class_size(std::size_t c) noexcept {
    return c * step + step / 2;
  }

  [[gnu::noinline]] static void *refill(std::size_t c) {
    static thread_local at_thread_exit cleanup;
    cleanup.touch();
    return ::operator new(class_size(c));
  }

  static inline constinit thread_local block *free_[classes] = {};
};

} // namespace weir::detail

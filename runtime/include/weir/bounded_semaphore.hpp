// bounded_semaphore: a semaphore that notices one release too many.

#pragma once

#include <weir/semaphore.hpp>

namespace weir {

/// Throws invalid_state from a `release` that would give it more units than it
/// began with. (asyncio: BoundedSemaphore.)
class bounded_semaphore : public semaphore {
public:
  explicit bounded_semaphore(std::size_t units = 1) noexcept
      : semaphore(units), most_(units) {}

  auto scoped() noexcept {
    return detail::scoped_awaiter<bounded_semaphore>(*this);
  }
  void release() {
    if (free_units() >= most_)
      throw invalid_state("bounded_semaphore released more often than acquired");
    semaphore::release();
  }

private:
  const std::size_t most_;
};

} // namespace weir

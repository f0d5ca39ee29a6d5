// yield: lets every other ready task run once.

#pragma once

#include <weir/detail/scheduler.hpp>

#include <concepts>
#include <coroutine>

namespace weir {

namespace detail {

struct [[nodiscard("nothing yields until it is awaited")]] yield_awaiter {
  bool await_ready() const noexcept { return false; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) const noexcept {
    job &root = *this_scheduler->current;
    root.point = &leaf.promise();
    if (root.flags & job::scope_cancelled) [[unlikely]]
      root.flags |= job::must_cancel;
    this_scheduler->make_ready(root);
  }
  void await_resume() const { throw_if_cancelled(*this_scheduler->current); }
};

} // namespace detail

/// Puts the awaiting task behind everything that is ready now: how a long
/// computation stays polite. Also the cheapest place to see a cancellation. The
/// loop's thread only. (asyncio: sleep(0).)
inline auto yield() noexcept { return detail::yield_awaiter{}; }

} // namespace weir

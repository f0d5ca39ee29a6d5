// next_signal: waits for SIGINT, SIGTERM and their like.

#pragma once

#include <weir/detail/signal_service.hpp>
#include <weir/loop.hpp>
#include <weir/task.hpp>

#include <utility>
#include <vector>

namespace weir {

/// Waits until the process gets one of \p signals and gives its number. While
/// a task waits, the signals have no other effect; before and after, they do
/// what they did (a signal between two waits is not kept).
///
///     int why = co_await weir::next_signal(SIGINT, SIGTERM);
///
/// Cancelled, it ends the wait; a signal that comes in the same moment is lost.
/// One loop of the process at a time: usage_error in a second one while a task
/// of the first waits. Throws std::system_error for a signal that cannot be
/// caught. The loop's thread only. (asyncio: add_signal_handler.)
template <class... Signals> task<int> next_signal(Signals... signals) {
  static_assert(sizeof...(Signals) > 0, "which signal?");
  std::vector<int> numbers;
  (numbers.push_back(signals), ...);
  co_return co_await detail::signal_awaiter(
      detail::signals_of(detail::current_scheduler()), std::move(numbers));
}

} // namespace weir

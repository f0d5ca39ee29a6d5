// cancelled: what a cancelled task sees where it waits.

#pragma once

namespace weir {

/// Thrown out of a `co_await` in a task that was asked to stop.
///
/// Not derived from `std::exception`, so that `catch (const std::exception &)`
/// lets it pass, as asyncio's CancelledError passes `except Exception`. Code
/// that catches it, or `catch (...)`, must throw it again unless it was the
/// one that called `cancel()`.
struct cancelled {
  /// For the one who prints it.
  const char *what() const noexcept { return "weir::cancelled"; }
};

} // namespace weir

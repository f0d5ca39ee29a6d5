// Who waits for descriptors, and what a poller tells it.

#pragma once

namespace weir::detail {

/// What a descriptor can do now. An error or a hang-up makes it both.
struct readiness {
  bool readable, writable;
  bool ended; ///< The peer will send no more: no further edge will come.
};

/// Whom the poller tells. Must outlive its registration.
class io_source {
public:
  /// On the loop's thread; may only make jobs or callbacks ready.
  virtual void on_ready(readiness) noexcept = 0;

protected:
  ~io_source() = default;
};

/// When a source is told: at each change of both directions, or as long as it
/// is so.
enum class trigger { edge, level_in, level_out, level_both };

} // namespace weir::detail

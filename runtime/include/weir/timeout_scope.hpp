// timeout_scope: the deadline of `with_timeout`, while it runs.

#pragma once

#include <weir/detail/scope_parent.hpp>
#include <weir/errors.hpp>
#include <weir/loop.hpp>
#include <weir/sleep.hpp>

#include <chrono>
#include <optional>

namespace weir {

/// Cancels the task that made it at a deadline, unless it is destroyed before.
/// Made by `with_timeout`; lives in that task's frames. The loop's thread only.
/// (asyncio: Timeout.)
class timeout_scope {
public:
  explicit timeout_scope(loop::time_point deadline) { reschedule(deadline); }
  template <class Rep, class Period>
  explicit timeout_scope(std::chrono::duration<Rep, Period> duration)
      : timeout_scope(loop::current().now() +
                      std::chrono::nanoseconds(
                          detail::nanoseconds_of(duration))) {}
  timeout_scope(const timeout_scope &) = delete;
  timeout_scope &operator=(const timeout_scope &) = delete;
  ~timeout_scope() {
    timer_.cancel();
    if (expired_)
      parent_.uncancel();
  }

  /// Moves the deadline, or takes it away. Throws invalid_state once it has
  /// passed.
  void reschedule(std::optional<loop::time_point> deadline) {
    if (expired_)
      throw invalid_state("the deadline has passed already");
    timer_.cancel();
    deadline_ = deadline;
    if (!deadline)
      return;
    auto &l = loop::current();
    auto expire = [this] {
      expired_ = true;
      parent_.cancel();
    };
    timer_ = *deadline <= l.now() ? l.call_soon(expire)
                                  : l.call_at(*deadline, expire);
  }

  std::optional<loop::time_point> deadline() const noexcept {
    return deadline_;
  }
  /// Whether the deadline passed while the scope ran.
  bool expired() const noexcept { return expired_; }

  /// For a handler of `cancelled` at the end of the scope: whether this scope,
  /// and nobody else, is the reason. To be asked once.
  bool is_why() noexcept { return expired_ && parent_.uncancel(); }
  /// The same, and throws timeout_error then.
  void throw_if_expired() {
    if (is_why())
      throw timeout_error();
  }

private:
  detail::scope_parent parent_;
  callback_handle timer_;
  std::optional<loop::time_point> deadline_;
  bool expired_ = false;
};

} // namespace weir

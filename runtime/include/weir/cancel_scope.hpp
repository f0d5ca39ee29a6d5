// cancel_scope: a part of a task that can be stopped, and stays stopped.

#pragma once

#include <weir/cancelled.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/loop.hpp>
#include <weir/task.hpp>

#include <optional>
#include <type_traits>
#include <utility>

namespace weir {

struct scope_options {
  /// Cancels the scope by itself at that time.
  std::optional<loop::time_point> deadline = std::nullopt;
  /// Cancelled scopes around this one do not reach into it: for cleaning up.
  bool shield = false;
};

/// The part of a task inside `with_cancel_scope`. While it is cancelled, every
/// wait in it throws `cancelled`, also the second and the third: code that
/// swallows one cannot hang in the next. Children of a gather or a group in it
/// are tasks of their own: each is cancelled once. (Trio: CancelScope, which
/// its children inherit. asyncio's own cancellation, `task_ref::cancel`, is
/// delivered once.)
class cancel_scope {
public:
  cancel_scope(const cancel_scope &) = delete;
  cancel_scope &operator=(const cancel_scope &) = delete;

  /// Cancels what waits in the scope, now and later. The loop's thread only.
  void cancel() noexcept {
    is_cancelled_ = true;
    update(root_);
    if ((root_.flags & detail::job::scope_cancelled) &&
        root_.phase == detail::phase::blocked && root_.waiting->cancel_wait())
      detail::interrupt(root_);
  }
  bool is_cancelled() const noexcept { return is_cancelled_; }

  /// Moves the deadline or takes it away.
  void set_deadline(std::optional<loop::time_point> deadline) {
    timer_.cancel();
    if (deadline)
      timer_ = loop::current().call_at(*deadline, [this] { cancel(); });
  }

  /// For the library's own use: the scope of the current task from here to the
  /// destructor.
  explicit cancel_scope(const scope_options &options)
      : root_(*detail::current_scheduler().current),
        outer_(detail::extras_of(root_).scope), is_shield_(options.shield) {
    root_.extras()->scope = this;
    set_deadline(options.deadline);
    update(root_);
  }
  ~cancel_scope() {
    timer_.cancel();
    root_.extras()->scope = outer_;
    update(root_);
  }
  /// Whether a scope around this one is the reason to end as well.
  bool outer_is_cancelled() const noexcept {
    return !is_shield_ && is_effectively_cancelled(outer_);
  }

private:
  static bool is_effectively_cancelled(const cancel_scope *s) noexcept {
    for (; s; s = s->outer_) {
      if (s->is_cancelled_)
        return true;
      if (s->is_shield_)
        return false;
    }
    return false;
  }
  static void update(detail::job &root) noexcept {
    if (is_effectively_cancelled(root.extras()->scope))
      root.flags |= detail::job::scope_cancelled;
    else
      root.flags = detail::without(root.flags, detail::job::scope_cancelled);
  }

  detail::job &root_;
  cancel_scope *const outer_;
  callback_handle timer_;
  bool is_cancelled_ = false;
  const bool is_shield_;
};

/// Runs \p body with a scope it, or others, can cancel. The result is empty if
/// the scope was cancelled and the body ended for that reason; for a body
/// without a result it is a bool. `cancelled` for any other reason passes.
///
///     bool finished = co_await weir::with_cancel_scope(
///         [&](weir::cancel_scope &scope) -> weir::task<> { ... });
template <class F>
auto with_cancel_scope(scope_options options, F body)
    -> task<std::conditional_t<
        std::is_void_v<
            typename std::invoke_result_t<F &, cancel_scope &>::value_type>,
        bool,
        std::optional<detail::object_t<typename std::invoke_result_t<
            F &, cancel_scope &>::value_type>>>> {
  using T = typename std::invoke_result_t<F &, cancel_scope &>::value_type;
  cancel_scope scope(options);
  const auto requests = detail::this_scheduler->current->cancels;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await body(scope);
      co_return true;
    } else {
      co_return co_await body(scope);
    }
  } catch (const cancelled &) {
    if (!scope.is_cancelled() || scope.outer_is_cancelled() ||
        detail::this_scheduler->current->cancels != requests)
      throw;
  }
  if constexpr (std::is_void_v<T>)
    co_return false;
  else
    co_return std::nullopt;
}
template <class F> WEIR_CORO_WRAPPER auto with_cancel_scope(F body) {
  return with_cancel_scope(scope_options{}, std::move(body));
}

} // namespace weir

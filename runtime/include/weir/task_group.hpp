// task_group: starts tasks and does not end before they do.

#pragma once

#include <weir/cancel_scope.hpp>
#include <weir/detail/as_task.hpp>
#include <weir/detail/scope_parent.hpp>
#include <weir/detail/start_task.hpp>
#include <weir/eager.hpp>
#include <weir/errors.hpp>
#include <weir/task_handle.hpp>

#include <concepts>
#include <coroutine>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

struct supervised_t {
  explicit supervised_t() = default;
};
/// `with_task_group(supervised, ...)`: see there.
inline constexpr supervised_t supervised{};

/// The tasks of one `with_task_group`, and only usable until that is done. The
/// loop's thread only. (asyncio: TaskGroup.)
class task_group final : public detail::job_set, private detail::waiter {
public:
  /// Starts a task that belongs to the group; children may start siblings.
  /// Throws usage_error when the group is being cancelled or has ended. The
  /// handle is for its result; nobody needs to keep it.
  template <detail::is_awaitable A>
  auto create_task(A work, std::string name = {}) {
    check_open();
    return detail::start_task(*this, std::move(work), std::move(name),
                              detail::first_step::next_turn);
  }
  /// The same, but it begins at once: see weir::create_task.
  template <detail::is_awaitable A>
  auto create_task(eager_t, A work, std::string name = {}) {
    check_open();
    return detail::start_task(*this, std::move(work), std::move(name),
                              detail::first_step::now);
  }

  /// Cancels what runs, the body of the group included; not an error.
  void cancel() noexcept {
    if (is_over_ || is_aborting_)
      return;
    abort();
  }

private:
  template <class F>
  friend std::invoke_result_t<F &, task_group &> with_task_group(F);
  template <class F>
  friend std::invoke_result_t<F &, task_group &> with_task_group(supervised_t,
                                                                 F);
  template <class F>
  static std::invoke_result_t<F &, task_group &> run(bool is_supervised, F body);

  explicit task_group(bool is_supervised)
      : job_set(*detail::this_scheduler), is_supervised_(is_supervised) {}
  ~task_group() { aborting_.cancel(); }

  void check_open() const {
    if (is_over_ || is_aborting_)
      throw usage_error(is_over_ ? "the task group has ended"
                                 : "the task group is being cancelled");
  }

  // --- while the body runs -------------------------------------------------

  void on_left(detail::job &child) noexcept override {
    if (child.outcome == detail::outcome::error && !is_supervised_) {
      child.flags |= detail::job::retrieved;
      errors_.push_back(child.error);
      if (!is_aborting_) { // next turn: a sibling that fails in this one counts
        is_aborting_ = true;
        aborting_ = home.facade.call_soon([this] { abort(); });
      }
    }
    detail::release(child);
    if (child_count() == 0 && is_waiting_) {
      is_waiting_ = false;
      detail::wake(*this);
    }
  }
  void abort() noexcept {
    is_aborting_ = true;
    for (std::size_t i = 0; i < child_count(); ++i)
      detail::request_cancel(*child(i));
    if (!body_ended_)
      parent_.cancel();
  }

  // --- when it has ended ---------------------------------------------------

  /// Ends when no child is left, or with `cancelled`.
  struct children_awaiter {
    task_group &group;

    bool await_ready() const noexcept { return group.child_count() == 0; }
    template <std::derived_from<detail::job> P>
    void await_suspend(std::coroutine_handle<P> leaf) const noexcept {
      group.is_waiting_ = true;
      detail::block(leaf.promise(), group);
    }
    void await_resume() const {
      if (auto *root = std::exchange(group.blocked, nullptr))
        detail::throw_if_cancelled(*root);
    }
  };
  const char *what() const noexcept override { return "task_group"; }
  void abandon() noexcept override { is_waiting_ = false; }

  /// Waits for every child, whatever happens meanwhile; then throws what the
  /// group has to throw, given how its body ended.
  task<> join(std::exception_ptr body_error) {
    bool cancelled_outside = false;
    const bool body_cancelled =
        body_error && detail::is_cancelled(body_error);
    body_ended_ = true;
    // The group's own request to the body has done its work, or came too late.
    const bool own_request = parent_.asked();
    if (!(parent_.uncancel() && own_request) && body_cancelled)
      cancelled_outside = true;
    if (body_error && !is_aborting_)
      abort();
    std::optional<cancel_scope> shield; // children end at their own pace
    while (child_count() > 0) {
      try {
        co_await children_awaiter{*this};
      } catch (const cancelled &) {
        cancelled_outside = true;
        if (!is_aborting_)
          abort();
        if (!shield)
          shield.emplace(scope_options{.shield = true});
      }
    }
    is_over_ = true;
    aborting_.cancel();
    const bool nobody_else = parent_.uncancel();
    if (cancelled_outside && errors_.empty())
      throw cancelled{};
    if (body_error && !body_cancelled)
      errors_.push_back(body_error);
    if (errors_.empty())
      co_return;
    if (cancelled_outside || !nobody_else) {
      // The errors go first; the request is delivered at the next suspension.
      detail::uncancel(parent_.root());
      detail::request_cancel(parent_.root());
    }
    throw exception_group("unhandled errors in a task group",
                          std::move(errors_));
  }

  detail::scope_parent parent_;
  callback_handle aborting_;
  std::vector<std::exception_ptr> errors_;
  const bool is_supervised_;
  bool is_aborting_ = false, body_ended_ = false;
  bool is_waiting_ = false, is_over_ = false;
};

/// Calls \p body with a group and waits for it and for every task the group
/// was given. Gives what body results in.
///
///     co_await weir::with_task_group(
///         [&](weir::task_group &group) -> weir::task<> {
///           group.create_task(listen());
///           group.create_task(report());
///           co_return;
///         });
///
/// If a task or the body fails, the others are cancelled and waited for, and
/// then exception_group with every failure is thrown. A child that is merely
/// cancelled is no failure. Cancelling the awaiting task cancels the group.
/// \p body is kept until all have ended, so it may capture by reference what
/// outlives the `co_await`. (asyncio: TaskGroup.)
template <class F>
WEIR_CORO_WRAPPER std::invoke_result_t<F &, task_group &>
with_task_group(F body) {
  return task_group::run(false, std::move(body));
}

/// The same, but a child that fails concerns nobody else: its exception is for
/// who holds its handle, and is reported if nobody looks at it. (Kotlin:
/// supervisorScope.)
template <class F>
WEIR_CORO_WRAPPER std::invoke_result_t<F &, task_group &>
with_task_group(supervised_t, F body) {
  return task_group::run(true, std::move(body));
}

template <class F>
std::invoke_result_t<F &, task_group &> task_group::run(bool is_supervised,
                                                        F body) {
  using T = typename std::invoke_result_t<F &, task_group &>::value_type;
  task_group group(is_supervised);
  std::exception_ptr error;
  std::optional<detail::object_t<T>> value;
  try {
    if constexpr (std::is_void_v<T>) {
      co_await body(group);
      value.emplace();
    } else {
      value.emplace(co_await body(group));
    }
  } catch (...) {
    error = std::current_exception();
  }
  co_await group.join(error);
  if constexpr (!std::is_void_v<T>) {
    if (!value) // the group's own cancel() left nothing to return
      throw cancelled{};
    co_return std::move(*value);
  }
}

} // namespace weir

// task: a coroutine that runs when, and because, somebody awaits it.

#pragma once

#include <weir/detail/promise.hpp>
#include <weir/errors.hpp>
#include <weir/report.hpp>

#include <concepts>
#include <coroutine>
#include <string>
#include <utility>

namespace weir {

/// The result type of a coroutine, and the coroutine itself as a value.
///
///     weir::task<int> answer() { co_return 42; }
///     weir::task<> ask() { int n = co_await answer(); }
///
/// Lazy: the body begins with the `co_await`, or with `create_task`, `gather`
/// and kin, which take the task by value. A task that is destroyed before that
/// has done nothing and is reported (weir-unawaited-task). Single-shot: it is
/// awaited once, and its result moves out. Move-only; moving leaves an empty
/// task.
///
/// The coroutine keeps its parameters, copies and references alike, until the
/// task is destroyed: a reference parameter must outlive the await.
///
/// `co_await` throws what the body threw, `cancelled` included, and
/// `usage_error` for an empty or already awaited task. To cancel, cancel the
/// task_handle whose chain of awaits this task is part of. A task can be
/// awaited in coroutines of this library only. The loop's thread only.
/// (asyncio: a coroutine object.)
template <class T = void>
class WEIR_CORO_TYPE WEIR_AWAIT_ELIDABLE
    [[nodiscard("a task does nothing until it is awaited")]] task {
public:
  class promise_type;
  using value_type = T;

  task() noexcept = default;
  task(task &&other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  task &operator=(task &&other) noexcept {
    task(std::move(other)).swap(*this);
    return *this;
  }
  ~task() {
    if (!frame_)
      return;
    if (frame_.promise().phase == detail::phase::lazy) [[unlikely]]
      report_unawaited();
    frame_.destroy();
  }

  void swap(task &other) noexcept { std::swap(frame_, other.frame_); }

  /// Whether there is a coroutine to await.
  explicit operator bool() const noexcept { return frame_ != nullptr; }

  // The awaiter interface; `co_await` is how it is meant to be used.
  bool await_ready() const {
    if (!frame_ || frame_.promise().phase != detail::phase::lazy) [[unlikely]]
      refuse();
    return false;
  }
  template <std::derived_from<detail::job> P>
  detail::transfer await_suspend(std::coroutine_handle<P> caller) noexcept {
    return detail::enter(frame_.promise(), caller.promise());
  }
  T await_resume() { return frame_.promise().take(); }

  // For the library's own use.
  promise_type &native() const noexcept { return frame_.promise(); }
  std::coroutine_handle<promise_type> release() noexcept {
    return std::exchange(frame_, nullptr);
  }

private:
  explicit task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}

  [[noreturn, gnu::noinline]] void refuse() const {
    if (!frame_)
      throw usage_error("await of an empty task: it was moved from, or never "
                        "had a coroutine");
    throw usage_error("await of a task that was awaited before: a task runs "
                      "once [weir-awaited-twice]");
  }
  [[gnu::noinline]] void report_unawaited() const noexcept {
    if (std::uncaught_exceptions() > 0)
      return; // it had no chance
    const auto &where = frame_.promise().where;
    report r;
    r.rule = "weir-unawaited-task";
    r.message = std::string("a task was destroyed without being awaited: ") +
                where.function_name();
    r.where = where;
    detail::send(r);
  }

  std::coroutine_handle<promise_type> frame_;
};

template <class T>
class task<T>::promise_type : public detail::result_promise<T> {
public:
  WEIR_RETURN_OBJECT task get_return_object(
      std::source_location made = std::source_location::current()) noexcept {
    this->where = made;
    return task(std::coroutine_handle<promise_type>::from_promise(*this));
  }
};

} // namespace weir

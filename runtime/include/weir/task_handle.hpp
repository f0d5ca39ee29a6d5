// task_handle: a task that runs by itself, seen from outside.

#pragma once

#include <weir/detail/join.hpp>
#include <weir/loop.hpp>
#include <weir/task.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// Any running or finished task, whatever its result type. Copies share the
/// task; the loop keeps an unfinished task alive by itself, so dropping the
/// last handle detaches it. The loop's thread only; a handle may outlive its
/// loop. (asyncio: the untyped part of Task.)
class task_ref {
public:
  task_ref() noexcept = default;
  task_ref(const task_ref &other) noexcept : root_(other.root_) {
    if (root_)
      ++root_->refs;
  }
  task_ref(task_ref &&other) noexcept
      : root_(std::exchange(other.root_, nullptr)) {}
  task_ref &operator=(task_ref other) noexcept {
    std::swap(root_, other.root_);
    return *this;
  }
  ~task_ref() {
    if (root_)
      detail::release_handle(*root_);
  }

  explicit operator bool() const noexcept { return root_ != nullptr; }
  friend bool operator==(const task_ref &, const task_ref &) = default;

  /// Whether the task has returned, thrown or been cancelled.
  bool done() const { return root().is_done(); }
  /// Whether it ended by `cancelled`, asked to or not.
  bool was_cancelled() const {
    return root().outcome == detail::outcome::cancelled;
  }

  /// Asks the task to stop: `cancelled` is thrown where it waits, or where it
  /// suspends next; if it waits for another task, that one is asked instead. A
  /// task not yet begun never begins. The task may refuse by catching. False
  /// if it is done already; then its exception counts as seen. \p why is for
  /// people: see cancel_reason. Throws usage_error in another thread than the
  /// task's.
  bool cancel(std::string_view why = {}) const {
    if (root().thread != detail::thread_number())
      throw usage_error("the task was cancelled from a thread that is not its "
                        "loop's: use call_soon_threadsafe [weir-wrong-thread]");
    return detail::request_cancel(root(), why);
  }
  /// Requests not taken back, and how to take one back. Only who called
  /// `cancel` may call `uncancel`, which returns the number left.
  unsigned cancelling() const { return root().cancels; }
  unsigned uncancel() const { return detail::uncancel(root()); }
  /// What the latest request said; it goes along to the tasks that are asked
  /// instead, and to the children of a gather. Valid until the next one.
  /// (asyncio: the msg of Task.cancel.)
  std::string_view cancel_reason() const { return detail::reason_of(root()); }

  /// The name given, else the signature of the coroutine.
  std::string_view name() const {
    const auto &r = root();
    if (r.extras() && !r.extras()->name.empty())
      return r.extras()->name;
    return r.where.function_name();
  }
  void set_name(std::string name) const {
    detail::extras_of(root()).name = std::move(name);
  }

  /// Calls \p f with this task in the turn after it is done; if it is done
  /// already, in the next turn of the loop that runs (usage_error without one).
  /// Several callbacks: in the order they were added.
  template <class F> void add_done_callback(F f) const;

  /// For the library's own use.
  detail::job *native() const noexcept { return root_; }
  explicit task_ref(detail::job *root) noexcept : root_(root) {
    if (root_)
      ++root_->refs;
  }

protected:
  detail::job &root() const {
    if (!root_)
      throw usage_error("the task handle is empty");
    return *root_;
  }

private:
  detail::job *root_ = nullptr;
};

/// A task_ref that knows the result type. Awaiting it waits for the task; any
/// number of coroutines may. Cancelling one that awaits cancels the task (see
/// `shield`).
///
/// `co_await handle` gives a reference to the result that the task keeps;
/// `co_await std::move(handle)`, or of a temporary, the result itself.
/// It throws what the task threw, and usage_error if the task is the one that
/// awaits or belongs to another loop. (asyncio: Task.)
template <class T = void> class task_handle : public task_ref {
public:
  using value_type = T;

  task_handle() noexcept = default;

  /// The result. Throws what the task threw; invalid_state while it runs.
  decltype(auto) result() const { return finished().look(); }

  /// What the task threw, or null. Throws `cancelled` if it was cancelled and
  /// invalid_state while it runs.
  std::exception_ptr exception() const {
    auto &p = finished();
    if (p.outcome == detail::outcome::cancelled)
      throw cancelled{};
    return detail::error_of(p);
  }

  auto operator co_await() const & { return detail::join<T, false>(*this); }
  auto operator co_await() && {
    return detail::join<T, true>(std::move(*this));
  }

  /// For the library's own use.
  explicit task_handle(detail::job *root) noexcept : task_ref(root) {}
  detail::result_promise<T> &promise() const {
    return static_cast<detail::result_promise<T> &>(root());
  }

private:
  detail::result_promise<T> &finished() const {
    auto &p = promise();
    if (!p.is_done())
      throw invalid_state("the task is not done: await it first");
    p.flags |= detail::job::retrieved;
    return p;
  }
};

namespace detail {

template <class F> struct done_callback final : observer {
  done_callback(F callback) : f(std::move(callback)) {}
  void on_done(job &root) noexcept override {
    call(root.owner->home.facade, root);
    delete this;
  }
  void call(loop &l, job &root) {
    l.call_soon([f = std::move(f), task = task_ref(&root)]() mutable {
      f(std::move(task));
    });
  }
  F f;
};

template <class T, bool Consume> decltype(auto) join<T, Consume>::await_resume() {
  if (blocked)
    throw_if_cancelled(*blocked);
  auto &p = handle_.promise();
  p.flags |= job::retrieved;
  if constexpr (!Consume)
    return p.look();
  else
    return p.take_shared(/*sole=*/p.refs == 1);
}

} // namespace detail

template <class F> void task_ref::add_done_callback(F f) const {
  detail::refuse_lost_task<F, task_ref>();
  if (root().is_done())
    detail::done_callback<F>(std::move(f)).call(loop::current(), root());
  else
    detail::add_observer(root(), *new detail::done_callback<F>(std::move(f)));
}

} // namespace weir

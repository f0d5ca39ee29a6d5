// The children of gather and race: tasks that run while their parent waits.
//
// The tasks stay where the caller put them and own their frames; a frame is
// its own scheduler entry. So a child costs no memory but its frame and its
// result.

#pragma once

#include <weir/detail/as_task.hpp>
#include <weir/detail/scheduler.hpp>

#include <array>
#include <concepts>
#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::detail {

/// What makes the rest of the children pointless, so that they are cancelled.
enum class decides { nothing, first_failure, first_end };

/// Counts children down, cancels them, remembers which one decided.
class children : public job_owner, public waiter {
public:
  void on_child_done(job &root) noexcept override {
    root.flags |= job::retrieved;
    if (decisive_ == none && is_decisive(root)) {
      decisive_ = root.index;
      has_failed_ = root.outcome == outcome::error;
      if (what_decides_ != decides::nothing && !was_cancelled_)
        stop_the_rest(); // once is enough: they may be cleaning up
    }
    if (--left_ == 0 && blocked)
      wake(*this);
  }
  bool cancel_wait() noexcept override {
    if (std::exchange(is_asking_, true))
      return false; // a child waits for its parent
    for (std::size_t i = 0, n = child_count(); i < n; ++i)
      if (job *j = child(i))
        was_cancelled_ |= request_cancel(*j, reason_of(*blocked));
    is_asking_ = false;
    return false; // the last child will wake the parent
  }
  void abandon() noexcept override {}

protected:
  static constexpr std::uint32_t none = ~std::uint32_t{};

  children(std::size_t count, decides what)
      : job_owner(*this_scheduler), left_(count), what_decides_(what) {}
  ~children() = default;

  /// Throws if the wait was cancelled and no failure goes before; where one does,
  /// the cancellation waits for the next suspension, as task_group has it.
  void check_cancelled() {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (was_cancelled_ &&
        (decisive_ == none || what_decides_ != decides::first_failure))
      throw cancelled{};
    if (was_cancelled_ && has_failed_ && blocked->cancels > 0)
      blocked->flags |= job::must_cancel;
  }
  /// The index of the child that decided, or none.
  std::uint32_t decisive() const noexcept { return decisive_; }

private:
  bool is_decisive(const job &done) const noexcept {
    return done.outcome != outcome::value ||
           what_decides_ == decides::first_end;
  }
  void stop_the_rest() noexcept {
    for (std::size_t i = 0, n = child_count(); i < n; ++i)
      if (job *j = child(i)) {
        if (j->flags & job::is_link)
          j->flags |= job::abandons;
        request_cancel(*j);
      }
  }

  std::size_t left_;
  std::uint32_t decisive_ = none;
  const decides what_decides_;
  bool was_cancelled_ = false, has_failed_ = false, is_asking_ = false;
};

template <class T> void refuse_empty(task<T> &child) {
  if (!child)
    throw usage_error("one of the tasks is empty: it was moved from, or never "
                      "had a coroutine");
  child.await_ready(); // refuses one that was awaited
}

template <class T> void give_up(task<T> &child) noexcept {
  if (auto frame = child.release())
    release(frame.promise());
}

/// Children of different types.
template <class... T> class child_tuple : public children {
public:
  bool await_ready() const noexcept { return sizeof...(T) == 0; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    std::uint32_t index = 0;
    each([&](auto &child) {
      jobs_[index] = &child.native();
      home.start(*jobs_[index], *this, index);
      ++index;
    });
    started_ = true;
    block(leaf.promise(), *this);
  }

  std::size_t child_count() const noexcept override { return sizeof...(T); }
  job *child(std::size_t index) const noexcept override {
    return jobs_[index] && !jobs_[index]->is_done() ? jobs_[index] : nullptr;
  }

protected:
  child_tuple(std::tuple<task<T>...> &tasks, decides what)
      : children(sizeof...(T), what), tasks_(tasks) {
    each([](auto &child) { refuse_empty(child); });
  }
  ~child_tuple() {
    if (started_)
      each([](auto &child) { give_up(child); });
  }

  /// Calls \p f with each task, in order.
  template <class F> void each(F f) {
    std::apply([&](auto &...child) { (f(child), ...); }, tasks_);
  }

  std::tuple<task<T>...> &tasks_;

private:
  std::array<job *, sizeof...(T)> jobs_{};
  bool started_ = false;
};

/// Any number of children of one type.
template <class T> class child_vector : public children {
public:
  bool await_ready() const noexcept { return tasks_.empty(); }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    for (; started_ < tasks_.size(); ++started_)
      home.start(tasks_[started_].native(), *this,
                 static_cast<std::uint32_t>(started_));
    block(leaf.promise(), *this);
  }

  std::size_t child_count() const noexcept override { return started_; }
  job *child(std::size_t index) const noexcept override {
    job &j = tasks_[index].native();
    return j.is_done() ? nullptr : &j;
  }

protected:
  child_vector(std::vector<task<T>> &tasks, decides what)
      : children(tasks.size(), what), tasks_(tasks) {
    for (auto &child : tasks_)
      refuse_empty(child);
  }
  ~child_vector() {
    for (std::size_t i = 0; i < started_; ++i)
      give_up(tasks_[i]);
  }

  std::vector<task<T>> &tasks_;

private:
  std::size_t started_ = 0;
};

/// The elements of a range as tasks; moved out of an rvalue.
template <class R> auto as_tasks(R &&awaitables) {
  using element = std::remove_cvref_t<std::ranges::range_reference_t<R>>;
  using T = task_result_t<element>;
  if constexpr (std::is_same_v<R, std::vector<task<T>>>) {
    return std::move(awaitables);
  } else {
    std::vector<task<T>> tasks;
    if constexpr (std::ranges::sized_range<R>)
      tasks.reserve(std::ranges::size(awaitables));
    for (auto &&element_ : awaitables) {
      if constexpr (std::is_rvalue_reference_v<R &&> &&
                    !std::ranges::view<std::remove_cvref_t<R>>)
        tasks.push_back(as_task(std::move(element_)));
      else
        tasks.push_back(as_task(element(std::forward<decltype(element_)>(
            element_))));
    }
    return tasks;
  }
}

} // namespace weir::detail

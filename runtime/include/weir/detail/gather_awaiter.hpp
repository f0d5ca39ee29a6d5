// How gather runs its children.
//
// The tasks stay where the caller put them and own their frames; a frame is
// its own scheduler entry. So a child costs no memory but its frame and its
// result.

#pragma once

#include <weir/detail/as_task.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/result.hpp>

#include <array>
#include <concepts>
#include <ranges>
#include <tuple>
#include <utility>
#include <vector>

namespace weir::detail {

/// Counts children down, cancels them, remembers which failed first.
class gather_base : public job_owner, public waiter {
public:
  void on_child_done(job &root) noexcept override {
    root.flags |= job::retrieved;
    if (first_failure_ == none && root.outcome != outcome::value) {
      first_failure_ = root.index;
      if (stops_at_failure_)
        stop_siblings();
    }
    if (--left_ == 0 && blocked)
      wake(*this);
  }
  bool cancel_wait() noexcept override {
    bool accepted = false;
    for (std::size_t i = 0, n = child_count(); i < n; ++i)
      if (job *j = child(i))
        accepted |= request_cancel(*j);
    was_cancelled_ |= accepted;
    return !accepted; // never: a blocked gather has a live child
  }
  void abandon() noexcept override {}
  const char *what() const noexcept override { return "gather"; }

protected:
  static constexpr std::uint32_t none = ~std::uint32_t{};

  gather_base(std::size_t children, bool stops_at_failure)
      : job_owner(*this_scheduler), left_(children),
        stops_at_failure_(stops_at_failure) {}
  ~gather_base() = default;

  void check_cancelled() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (was_cancelled_ && (first_failure_ == none || !stops_at_failure_))
      throw cancelled{};
  }
  std::uint32_t first_failure() const noexcept { return first_failure_; }
  bool finished() const noexcept { return left_ == 0; }

private:
  void stop_siblings() noexcept {
    for (std::size_t i = 0, n = child_count(); i < n; ++i)
      if (job *j = child(i)) {
        if (j->flags & job::is_link)
          j->flags |= job::abandons;
        request_cancel(*j);
      }
  }

  std::size_t left_;
  std::uint32_t first_failure_ = none;
  bool stops_at_failure_;
  bool was_cancelled_ = false;
};

/// The child's result, or its failure as one.
template <bool Catch, class T> auto collect(task<T> &child) {
  auto &p = child.native();
  if constexpr (Catch) {
    if (p.outcome != outcome::value)
      return result<T>(error_of(p));
    if constexpr (std::is_void_v<T>)
      return result<T>(std::monostate{});
    else
      return result<T>(p.take());
  } else if constexpr (std::is_void_v<T>) {
    p.take();
    return std::monostate{};
  } else {
    return object_t<T>(p.take());
  }
}

template <class T> void give_up(task<T> &child) noexcept {
  if (auto frame = child.release())
    release(frame.promise());
}

template <bool Catch, class... T>
class [[nodiscard("nothing runs until gather is awaited")]] gather_tuple {
public:
  explicit gather_tuple(task<T>... children)
      : children_(std::move(children)...) {}

  class awaiter final : public gather_base {
  public:
    explicit awaiter(std::tuple<task<T>...> &children)
        : gather_base(sizeof...(T), !Catch), children_(children) {
      each([](auto &child) {
        if (!child)
          throw usage_error("gather of an empty task");
        child.await_ready();
      });
    }
    ~awaiter() {
      if (started_)
        each([](auto &child) { give_up(child); });
    }

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
    auto await_resume() {
      check_cancelled();
      if (!Catch && first_failure() != none) {
        each([&, index = 0u](auto &child) mutable {
          if (index++ == first_failure())
            child.native().take(); // throws
        });
      }
      return std::apply(
          [](auto &...child) {
            return std::tuple<decltype(collect<Catch>(child))...>{
                collect<Catch>(child)...};
          },
          children_);
    }

    std::size_t child_count() const noexcept override { return sizeof...(T); }
    job *child(std::size_t index) const noexcept override {
      return jobs_[index] && !jobs_[index]->is_done() ? jobs_[index] : nullptr;
    }

  private:
    template <class F> void each(F f) {
      std::apply([&](auto &...child) { (f(child), ...); }, children_);
    }

    std::tuple<task<T>...> &children_;
    std::array<job *, sizeof...(T)> jobs_{};
    bool started_ = false;
  };

  awaiter operator co_await() && { return awaiter(children_); }

private:
  std::tuple<task<T>...> children_;
};

template <bool Catch, class T>
class [[nodiscard("nothing runs until gather is awaited")]] gather_vector {
public:
  explicit gather_vector(std::vector<task<T>> children)
      : children_(std::move(children)) {}

  class awaiter final : public gather_base {
  public:
    explicit awaiter(std::vector<task<T>> &children)
        : gather_base(children.size(), !Catch), children_(children) {
      for (auto &child : children_) {
        if (!child)
          throw usage_error("gather of an empty task");
        child.await_ready();
      }
    }
    ~awaiter() {
      for (std::size_t i = 0; i < started_; ++i)
        give_up(children_[i]);
    }

    bool await_ready() const noexcept { return children_.empty(); }
    template <std::derived_from<job> P>
    void await_suspend(std::coroutine_handle<P> leaf) {
      for (; started_ < children_.size(); ++started_)
        home.start(children_[started_].native(), *this,
                   static_cast<std::uint32_t>(started_));
      block(leaf.promise(), *this);
    }
    auto await_resume() {
      check_cancelled();
      if (!Catch && first_failure() != none)
        children_[first_failure()].native().take(); // throws
      std::vector<decltype(collect<Catch>(children_[0]))> results;
      results.reserve(children_.size());
      for (auto &child : children_)
        results.push_back(collect<Catch>(child));
      return results;
    }

    std::size_t child_count() const noexcept override { return started_; }
    job *child(std::size_t index) const noexcept override {
      job &j = children_[index].native();
      return j.is_done() ? nullptr : &j;
    }

  private:
    std::vector<task<T>> &children_;
    std::size_t started_ = 0;
  };

  awaiter operator co_await() && { return awaiter(children_); }

private:
  std::vector<task<T>> children_;
};

template <bool Catch, class T>
auto gather_range(std::vector<task<T>> children) {
  return gather_vector<Catch, T>(std::move(children));
}

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

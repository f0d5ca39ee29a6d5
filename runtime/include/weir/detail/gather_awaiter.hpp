// What gather makes of its children's ends: all results, or the first failure.

#pragma once

#include <weir/detail/children.hpp>
#include <weir/result.hpp>

#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace weir::detail {

/// The child's result, or its failure as one.
template <bool Catch, class T>
std::conditional_t<Catch, result<T>, std::remove_cv_t<object_t<T>>>
collect(task<T> &child) {
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

template <bool Catch>
inline constexpr decides gather_decides =
    Catch ? decides::nothing : decides::first_failure;

template <bool Catch, class... T>
class [[nodiscard("nothing runs until gather is awaited")]] gather_tuple {
public:
  explicit gather_tuple(task<T>... tasks) : tasks_(std::move(tasks)...) {}

  class awaiter final : public child_tuple<T...> {
  public:
    explicit awaiter(std::tuple<task<T>...> &tasks)
        : child_tuple<T...>(tasks, gather_decides<Catch>) {}

    auto await_resume() {
      this->check_cancelled();
      if (!Catch && this->decisive() != this->none) {
        this->each([&, index = 0u](auto &child) mutable {
          if (index++ == this->decisive())
            child.native().take(); // throws
        });
      }
      return std::apply(
          [](auto &...child) {
            return std::tuple<decltype(collect<Catch>(child))...>{
                collect<Catch>(child)...};
          },
          this->tasks_);
    }
    const char *what() const noexcept override { return "gather"; }
  };

  awaiter operator co_await() && { return awaiter(tasks_); }

private:
  std::tuple<task<T>...> tasks_;
};

template <bool Catch, class T>
class [[nodiscard("nothing runs until gather is awaited")]] gather_vector {
  static_assert(!std::is_reference_v<T>,
                "a vector cannot be of references: return pointers");

public:
  explicit gather_vector(std::vector<task<T>> tasks)
      : tasks_(std::move(tasks)) {}

  class awaiter final : public child_vector<T> {
  public:
    explicit awaiter(std::vector<task<T>> &tasks)
        : child_vector<T>(tasks, gather_decides<Catch>) {}

    auto await_resume() {
      this->check_cancelled();
      if (!Catch && this->decisive() != this->none)
        this->tasks_[this->decisive()].native().take(); // throws
      std::vector<decltype(collect<Catch>(this->tasks_[0]))> results;
      results.reserve(this->tasks_.size());
      for (auto &child : this->tasks_)
        results.push_back(collect<Catch>(child));
      return results;
    }
    const char *what() const noexcept override { return "gather"; }
  };

  awaiter operator co_await() && { return awaiter(tasks_); }

private:
  std::vector<task<T>> tasks_;
};

template <bool Catch, class T>
auto gather_range(std::vector<task<T>> tasks) {
  return gather_vector<Catch, T>(std::move(tasks));
}

} // namespace weir::detail

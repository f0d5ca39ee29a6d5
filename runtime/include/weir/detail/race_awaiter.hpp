// What race makes of its children's ends: the first one.

#pragma once

#include <weir/detail/children.hpp>

#include <optional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace weir::detail {

template <class... T>
class [[nodiscard("nothing runs until race is awaited")]] race_tuple {
  static_assert((!std::is_reference_v<T> && ...),
                "a race cannot result in a reference: return a pointer");

public:
  explicit race_tuple(task<T>... tasks) : tasks_(std::move(tasks)...) {}

  class awaiter final : public child_tuple<T...> {
  public:
    explicit awaiter(std::tuple<task<T>...> &tasks)
        : child_tuple<T...>(tasks, decides::first_end) {}

    std::variant<object_t<T>...> await_resume() {
      this->check_cancelled();
      return winner(std::index_sequence_for<T...>());
    }
    const char *what() const noexcept override { return "race"; }

  private:
    using result = std::variant<object_t<T>...>;

    template <std::size_t... I> result winner(std::index_sequence<I...>) {
      std::optional<result> won;
      ((I == this->decisive() ? take<I>(won) : void()), ...);
      return std::move(*won);
    }
    template <std::size_t I> void take(std::optional<result> &won) {
      auto &child = std::get<I>(this->tasks_);
      if constexpr (std::is_void_v<decltype(child.native().take())>) {
        child.native().take();
        won.emplace(std::in_place_index<I>);
      } else {
        won.emplace(std::in_place_index<I>, child.native().take());
      }
    }
  };

  awaiter operator co_await() && { return awaiter(tasks_); }

private:
  std::tuple<task<T>...> tasks_;
};

template <class T, class Result>
class [[nodiscard("nothing runs until race is awaited")]] race_vector {
  static_assert(!std::is_reference_v<T>,
                "a race cannot result in a reference: return a pointer");

public:
  explicit race_vector(std::vector<task<T>> tasks) : tasks_(std::move(tasks)) {
    if (tasks_.empty())
      throw std::invalid_argument("a race of no task at all");
  }

  class awaiter final : public child_vector<T> {
  public:
    explicit awaiter(std::vector<task<T>> &tasks)
        : child_vector<T>(tasks, decides::first_end) {}

    Result await_resume() {
      this->check_cancelled();
      auto &winner = this->tasks_[this->decisive()].native();
      if constexpr (std::is_void_v<T>) {
        winner.take();
        return {this->decisive(), {}};
      } else {
        return {this->decisive(), winner.take()};
      }
    }
    const char *what() const noexcept override { return "race"; }
  };

  awaiter operator co_await() && { return awaiter(tasks_); }

private:
  std::vector<task<T>> tasks_;
};

} // namespace weir::detail

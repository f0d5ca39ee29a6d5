// result: a value, or the exception that came instead.

#pragma once

#include <weir/detail/awaitable.hpp>
#include <weir/detail/job.hpp>

#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

namespace weir {

/// What `as_result` and a child of `gather(return_exceptions, ...)` came to. For
/// a T of void the value is std::monostate. Reading the value of a failure
/// throws it. A value of its own: for any thread, and for longer than the task.
/// Of `cancelled` a gather makes a result too, `as_result` does not. (asyncio: an
/// item of gather(..., return_exceptions=True), which is one or the other.)
template <class T = void>
class [[nodiscard("a failure in it would go unseen")]] result {
  static_assert(!std::is_reference_v<T>,
                "a result cannot be of a reference: return a pointer");

public:
  using value_type = detail::object_t<T>;

  result(value_type value) : state_(std::in_place_index<0>, std::move(value)) {}
  explicit result(std::exception_ptr error)
      : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  bool was_cancelled() const noexcept {
    return !has_value() && detail::is_cancelled(std::get<1>(state_));
  }

  value_type &value() & { return checked(), std::get<0>(state_); }
  const value_type &value() const & { return checked(), std::get<0>(state_); }
  value_type value() && { return checked(), std::move(std::get<0>(state_)); }
  value_type &operator*() & { return value(); }
  const value_type &operator*() const & { return value(); }
  value_type operator*() && { return std::move(*this).value(); }
  value_type *operator->() { return &value(); }

  /// Null if there is a value.
  std::exception_ptr error() const noexcept {
    return has_value() ? nullptr : std::get<1>(state_);
  }

private:
  void checked() const {
    if (!has_value())
      std::rethrow_exception(std::get<1>(state_));
  }
  std::variant<value_type, std::exception_ptr> state_;
};

} // namespace weir

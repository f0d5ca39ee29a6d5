// The exceptions of the library, except `cancelled`, which is none.
//
// Misuse is a std::logic_error and its text says what to do; what can happen
// to a correct program is a std::runtime_error.

#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weir {

/// The library was used against its rules: a nested `run`, an empty or already
/// awaited task, a loop used from a foreign thread. (asyncio: RuntimeError.)
struct usage_error : std::logic_error {
  using std::logic_error::logic_error;
};

/// The object is not in the state the call needs: the result of a pending
/// task, a second result for a future, release of a lock nobody holds. (asyncio:
/// InvalidStateError; of locks RuntimeError.)
struct invalid_state : std::logic_error {
  using std::logic_error::logic_error;
};

/// A deadline of `timeout`, `wait_for`, `as_completed` or an I/O call passed.
/// (Python: TimeoutError.)
struct timeout_error : std::runtime_error {
  timeout_error() : std::runtime_error("timed out") {}
  using std::runtime_error::runtime_error;
};

/// Several failures at once, in the order they happened: what `task_group`
/// throws, also for a single one. Nested groups stay nested. (Python:
/// ExceptionGroup.)
class exception_group : public std::runtime_error {
public:
  exception_group(const std::string &what,
                  std::vector<std::exception_ptr> errors)
      : std::runtime_error(what), errors_(std::move(errors)) {}

  const std::vector<std::exception_ptr> &errors() const noexcept {
    return errors_;
  }

  /// Whether one of the errors is an \p E; looks into nested groups.
  template <class E> bool contains() const {
    for (const auto &error : errors_) {
      try {
        std::rethrow_exception(error);
      } catch (const exception_group &inner) {
        if (std::is_same_v<E, exception_group> || inner.contains<E>())
          return true;
      } catch (...) {
        if (is<E>())
          return true;
      }
    }
    return false;
  }

private:
  template <class E> static bool is() {
    try {
      throw;
    } catch (const E &) {
      return true;
    } catch (...) {
      return false;
    }
  }

  std::vector<std::exception_ptr> errors_;
};

} // namespace weir

// A reference to the result of a task that hands out what its frame holds.
//
// RUN: %verify=dangling-result %warnings %s
// RUN: %program && %crash && %good

#include "support/harm.hpp"

#include <coroutine>
#include <optional>
#include <utility>

// As some libraries' tasks are; weir's own gives a value.
template <class T> class lending_task {
public:
  struct promise_type {
    lending_task get_return_object() {
      return lending_task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() { return {}; }
    auto final_suspend() noexcept {
      struct back {
        bool await_ready() noexcept { return false; }
        auto await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          return self.promise().awaiting;
        }
        void await_resume() noexcept {}
      };
      return back();
    }
    void unhandled_exception() { std::terminate(); }
    void return_value(T value) { result = std::move(value); }
    std::optional<T> result;
    std::coroutine_handle<> awaiting;
  };
  lending_task(lending_task &&other) : handle(std::exchange(other.handle, {})) {}
  ~lending_task() {
    if (handle)
      handle.destroy();
  }
  bool await_ready() { return false; }
  auto await_suspend(std::coroutine_handle<> awaiting) {
    handle.promise().awaiting = awaiting;
    return std::coroutine_handle<>(handle);
  }
  T &&await_resume() { return std::move(*handle.promise().result); }

private:
  explicit lending_task(std::coroutine_handle<promise_type> handle) : handle(handle) {}
  std::coroutine_handle<promise_type> handle;
};

static lending_task<std::string> name() { co_return "a name too long to be stored in place"; }

weir::task<> bad() {
  auto const &shop = co_await name(); // expected-warning {{'shop' refers to the result of 'name', which dies with its task at the end of the statement}}
  std::cout << shop << '\n';
}
// BAD: ERROR: AddressSanitizer: heap-use-after-free

weir::task<> good() {
  auto const shop = co_await name();
  std::cout << shop << '\n';
}
// GOOD: a name too long

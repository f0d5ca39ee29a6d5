// D++, repeated.
#include "stub.hpp"

namespace dpp {
template <class T> struct basic_awaitable { T sync_wait(); };
template <class T = void> struct [[nodiscard]] task : basic_awaitable<T> {
  struct promise_type : stub::eager<task, T> {};
  auto operator co_await() noexcept { return stub::awaiter<T>(); }
};
template <class T = void> struct [[nodiscard]] coroutine : basic_awaitable<T> {
  struct promise_type : stub::lazy<coroutine, T> {};
  auto operator co_await() noexcept { return stub::awaiter<T>(); }
};
struct job {
  struct promise_type : stub::promise<job, void, std::suspend_never> {};
};
struct cluster { task<bool> co_sleep(std::uint64_t seconds); };
} // namespace dpp

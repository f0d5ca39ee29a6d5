// Boost.Cobalt, repeated, with its lazy task and its eager promise.
#include "stub.hpp"

namespace boost::system {
struct system_error : std::exception {};
} // namespace boost::system
namespace boost::asio {
struct thread_pool {};
} // namespace boost::asio
namespace boost::cobalt {
template <class T> struct [[nodiscard]] task {
  struct promise_type : stub::lazy<task, T> {};
  auto operator co_await() { return stub::awaiter<T>(); }
};
template <class T> struct [[nodiscard]] promise {
  struct promise_type : stub::eager<promise, T> {};
  auto operator co_await() { return stub::awaiter<T>(); }
  void operator+() &&;
};
struct executor {};
struct use_op_t {};
inline constexpr use_op_t use_op{};
struct detached_t {};
template <class Executor, class T, class Token> stub::awaiter<T> spawn(Executor &, task<T> &&, Token);
template <class T> T run(task<T>);
namespace detail {
template <class... T> struct join_variadic_impl {
  stub::awaiter<std::tuple<T...>> operator co_await();
};
} // namespace detail
template <template <class> class... C, class... T> detail::join_variadic_impl<T...> join(C<T> &&...);
namespace io {
[[nodiscard]] stub::awaiter<void> sleep(std::chrono::milliseconds);
}
template <class T> struct thread {
  struct promise_type : stub::lazy<thread, T> {};
  auto operator co_await() { return stub::awaiter<T>(); }
};
} // namespace boost::cobalt

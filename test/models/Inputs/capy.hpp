// Capy and Corosio, repeated: a task is spawned by the second of two calls.
#include "stub.hpp"

namespace boost::capy {
template <class T = void> struct [[nodiscard]] task {
  struct promise_type : stub::lazy<task, T> {};
  stub::awaiter<T> operator co_await() && noexcept;
};
template <class Executor> struct [[nodiscard]] run_async_wrapper {
  template <class T> void operator()(task<T>) && {}
};
template <class Executor, class... Handlers>
run_async_wrapper<Executor> run_async(Executor, Handlers &&...) { return {}; }
template <class... T> task<std::tuple<T...>> when_all(task<T>...);
} // namespace boost::capy
namespace boost::corosio {
struct executor {};
struct io_context {
  executor get_executor() noexcept;
  std::size_t run();
  std::size_t poll();
};
struct io_timer { stub::awaiter<int> wait(); };
struct timer : io_timer {
  timer(io_context &, std::chrono::milliseconds);
};
} // namespace boost::corosio

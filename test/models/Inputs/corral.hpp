// corral, repeated: nothing detaches, and callables are kept.
#include "stub.hpp"

namespace corral {
template <class T = void> struct [[nodiscard]] Task {
  struct promise_type : stub::lazy<Task, T> {};
  auto operator co_await() noexcept { return stub::awaiter<T>(); }
};
template <class L, class T> T run(L &, Task<T>);
template <class L> stub::awaiter<void> sleepFor(L &, std::chrono::milliseconds);
template <class... T> stub::awaiter<std::tuple<T...>> allOf(Task<T>...);
struct Semaphore {
  struct Lock { ~Lock(); };
  stub::awaiter<Lock> lock();
};
struct ThreadPool {
  template <class F> stub::awaiter<stub::result<F>> run(F) { return {}; }
};
namespace detail {
struct NurseryBase {};
} // namespace detail
struct BasicNursery : detail::NurseryBase {
  template <class F> void start(F) {}
};
} // namespace corral

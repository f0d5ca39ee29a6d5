// folly::coro, repeated: awaited through its promise, not by an operator; some
// of its functions are objects.
#include "stub.hpp"

namespace folly {
struct OperationCancelled : std::exception {};
template <class E> struct ExecutorKeepAlive {};
struct Executor {
  using KeepAlive = ExecutorKeepAlive<Executor>;
  virtual void add(std::function<void()>);
};
struct CPUThreadPoolExecutor : Executor {};
template <class T> struct Future : stub::awaiter<T> { T get() &&; };
template <class T> struct SemiFuture {};
template <class F> Future<stub::result<F>> via(Executor *, F &&) { return {}; }

namespace coro {
template <class T> struct [[nodiscard]] Task {
  struct promise_type : stub::lazy<Task, T> {
    template <class A> auto await_transform(A &&a) { return co_viaIfAsync(Executor::KeepAlive(), static_cast<A &&>(a)); }
    template <class A> stub::awaiter<A> await_transform(Future<A>) { return {}; }
  };
  friend stub::awaiter<T> co_viaIfAsync(Executor::KeepAlive, Task &&) { return {}; }
  SemiFuture<T> semi() &&;
};
Task<void> sleep(std::chrono::milliseconds);
struct blocking_wait_fn {
  template <class T> T operator()(Task<T> &&) const;
};
inline constexpr blocking_wait_fn blockingWait{}, blocking_wait{};
template <class... T> Task<std::tuple<T...>> collectAll(Task<T> &&...);
struct AsyncScope {
  void add(Task<void> &&);
  Task<void> joinAsync();
};
struct Mutex {
  Task<std::unique_lock<Mutex>> co_scoped_lock();
  void unlock();
};
struct co_invoke_fn {
  template <class F> stub::result<F> operator()(F) const { return {}; }
};
template <class T> struct [[nodiscard]] TaskWithExecutor {
  SemiFuture<T> start() &&;
  template <class F> void start(F &&) && {}
};
struct with_executor_fn {
  template <class T> TaskWithExecutor<T> operator()(Executor::KeepAlive, Task<T>) const { return {}; }
};
namespace folly_cpo__ {
inline constexpr co_invoke_fn co_invoke{};
inline constexpr with_executor_fn co_withExecutor{};
}
using folly_cpo__::co_invoke;
using folly_cpo__::co_withExecutor;
} // namespace coro
} // namespace folly

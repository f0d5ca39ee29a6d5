// libcoro, repeated. Its names are anyone's, so the path counts, and that its
// executors are there. BEFORE_0_16 is how some of it was declared before;
// SOMEBODY_ELSES is another library that chose the same names.
#include "../stub.hpp"

namespace coro::concepts {
template <class T> concept awaiter = requires(T A) { A.await_ready(); };
#ifndef SOMEBODY_ELSES
template <class T> concept executor = requires(T E) { E.schedule(); };
#endif
}
namespace coro {
template <class T = void> struct [[nodiscard]] task {
  struct promise_type : stub::lazy<task, T> {};
  stub::awaiter<T> operator co_await() const & noexcept;
  stub::awaiter<T> operator co_await() && noexcept;
};
struct thread_pool {
  struct schedule_operation : stub::awaiter<void> {};
  schedule_operation schedule();
  template <class T> task<T> schedule(task<T>);
  bool spawn_detached(task<void>);
  static std::unique_ptr<thread_pool> make_unique();
};
struct scheduler {
  struct schedule_operation : stub::awaiter<void> {};
  schedule_operation schedule();
  task<void> yield_for(std::chrono::milliseconds);
};
struct scoped_lock { ~scoped_lock(); };
struct mutex { task<coro::scoped_lock> scoped_lock(); };
struct semaphore {
#ifdef BEFORE_0_16
  void release();
#else
  task<void> release();
#endif
};
namespace detail {
template <class... T> struct when_all_ready_awaitable : stub::awaiter<std::tuple<T...>> {};
}
template <class... T> detail::when_all_ready_awaitable<T...> when_all(task<T>...);
template <class T> T sync_wait(task<T>);
template <class F> stub::result<F> invoke(F) { return {}; }
} // namespace coro

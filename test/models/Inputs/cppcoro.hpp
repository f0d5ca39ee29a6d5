// cppcoro, repeated.
#include "stub.hpp"

namespace cppcoro {
struct operation_cancelled : std::exception {};
template <class T = void> struct [[nodiscard]] task {
  struct promise_type : stub::lazy<task, T> {};
  auto operator co_await() const & noexcept { return stub::awaiter<T>(); }
  auto operator co_await() const && noexcept { return stub::awaiter<T>(); }
};
struct static_thread_pool {
  struct schedule_operation : stub::awaiter<void> {};
  schedule_operation schedule();
};
struct io_service {
  struct schedule_operation : stub::awaiter<void> {};
  struct timed_schedule_operation : stub::awaiter<void> {};
  schedule_operation schedule();
  timed_schedule_operation schedule_after(std::chrono::milliseconds);
};
template <class T> task<T> schedule_on(static_thread_pool &, task<T>);
struct async_mutex_lock { ~async_mutex_lock(); };
struct async_mutex_scoped_lock_operation : stub::awaiter<async_mutex_lock> {};
struct async_mutex { async_mutex_scoped_lock_operation scoped_lock_async(); };
struct sequence_barrier_wait_operation : stub::awaiter<int> {
  ~sequence_barrier_wait_operation() { end(); }
  void end();
};
struct sequence_barrier {
  sequence_barrier_wait_operation wait_until_published(int, io_service &) const;
};
struct async_scope {
  template <class T> void spawn(T &&);
  task<> join();
};
template <class... T> task<std::tuple<T...>> when_all(task<T>...);
template <class T> T sync_wait(task<T>);
} // namespace cppcoro

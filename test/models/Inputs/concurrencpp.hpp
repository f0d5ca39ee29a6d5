// concurrencpp, repeated: executors behind shared pointers, promises outside of
// the results.
#include "stub.hpp"

namespace concurrencpp {
template <class T> struct result {
  T get();
  void wait();
  auto operator co_await() { return stub::awaiter<T>(); }
};
template <class T> struct lazy_result {
  struct promise_type : stub::lazy<lazy_result, T> {};
  auto operator co_await() { return stub::awaiter<T>(); }
};
struct executor {
  template <class F> result<stub::result<F>> submit(F) { return {}; }
};
template <class Concrete> struct derivable_executor : executor {
  template <class F> void post(F) {}
  template <class F> result<stub::result<F>> submit(F) { return {}; }
};
struct thread_pool_executor : derivable_executor<thread_pool_executor> {};
struct manual_executor : derivable_executor<manual_executor> {};
struct executor_tag {};
template <class E> stub::awaiter<void> resume_on(std::shared_ptr<E>);
struct timer_queue { lazy_result<void> make_delay_object(std::chrono::milliseconds, std::shared_ptr<executor>); };
struct scoped_async_lock { ~scoped_async_lock(); };
struct async_lock { lazy_result<scoped_async_lock> lock(std::shared_ptr<executor>); };
template <class... T> lazy_result<std::tuple<T...>> when_all(std::shared_ptr<executor>, T &&...);
namespace errors {
struct interrupted_task : std::exception {};
struct broken_task : interrupted_task {};
} // namespace errors
} // namespace concurrencpp
template <class T, class... A> struct std::coroutine_traits<concurrencpp::result<T>, A...> {
  struct promise_type : stub::eager<concurrencpp::result<T>, T> {};
};

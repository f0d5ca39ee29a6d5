// Seastar, repeated: the promise is not the future's member, and all() is a class.
#include "stub.hpp"

namespace seastar {
struct abort_requested_exception : std::exception {};
template <class T = void> struct [[nodiscard]] future {
  T get();
  template <class F> auto then(F &&) -> future<> { return {}; }
};
template <class T> auto operator co_await(future<T>) noexcept { return stub::awaiter<T>(); }
future<> sleep(std::chrono::milliseconds);
template <class... T> future<std::tuple<T...>> when_all_succeed(future<T> &&...);
template <class T> struct semaphore_units { ~semaphore_units(); };
template <class T> struct basic_semaphore {};
using semaphore = basic_semaphore<int>;
future<semaphore_units<int>> get_units(semaphore &, unsigned);
struct app_template {
  int run(int, char **, std::function<future<>()> &&);
};
struct abort_source { bool abort_requested() const; };
struct gate {};
struct mutex {};
template <class F> future<> with_gate(gate &, F &&) { return {}; }
template <class F> future<> with_lock(mutex &, F &&) { return {}; }
template <class T> future<T> with_timeout(int until, future<T>);
template <class F> future<> async(F &&) { return {}; }
namespace coroutine {
template <class E> stub::awaiter<void> return_exception(E);
template <class F> struct lambda {
  explicit lambda(F &&) {}
  template <class... A> auto operator()(A &&...) const -> future<> { return {}; }
};
} // namespace coroutine
} // namespace seastar
template <class T, class... A> struct std::coroutine_traits<seastar::future<T>, A...> {
  struct promise_type : stub::eager<seastar::future<T>, T> {};
};

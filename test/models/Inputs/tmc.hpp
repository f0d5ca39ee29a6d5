// TooManyCooks, repeated: mixins hold the methods.
#include "stub.hpp"

namespace tmc {
struct ex_cpu {};
struct ex_asio {};
template <class T> struct [[nodiscard]] task {
  struct promise_type : stub::lazy<task, T> {};
  auto operator co_await() && noexcept { return stub::awaiter<T>(); }
};
namespace detail {
template <class Base> struct run_on_mixin {
  template <class E> Base &&run_on(E &) &&;
};
} // namespace detail
template <class T> struct [[nodiscard]] aw_spawn_func : stub::awaiter<T>, detail::run_on_mixin<aw_spawn_func<T>> {};
template <class... T> struct [[nodiscard]] aw_spawn_tuple : stub::awaiter<std::tuple<T...>> {};
template <class F> aw_spawn_func<stub::result<F>> spawn_func(F &&) { return {}; }
template <class... T> aw_spawn_tuple<T...> spawn_tuple(task<T> &&...);
template <class E, class T> void post(E &, T &&);
template <class E, class T> std::future<T> post_waitable(E &, task<T> &&);
template <class E> stub::awaiter<void> resume_on(E &);
struct mutex_scope { ~mutex_scope(); };
struct mutex { stub::awaiter<mutex_scope> lock_scope(); };
} // namespace tmc

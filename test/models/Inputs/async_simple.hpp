// async_simple and the part of yalantinglibs that stands on it, repeated.
#include "stub.hpp"

namespace async_simple {
struct SignalException : std::exception {};
template <class T> struct Try {};
struct Executor { bool schedule(std::function<void()>); };
namespace coro {
namespace detail {
template <class T> struct LazyBase {
  auto operator co_await() { return stub::awaiter<T>(); }
  template <class F> void start(F &&) {}
};
} // namespace detail
template <class T = void> struct [[nodiscard]] Lazy : detail::LazyBase<T> {
  struct promise_type : stub::lazy<Lazy, T> {};
};
Lazy<void> sleep(std::chrono::milliseconds);
struct Mutex {
  stub::awaiter<std::unique_lock<Mutex>> coScopedLock();
  void unlock();
};
template <class... T> Lazy<std::tuple<Try<T>...>> collectAll(Lazy<T>...);
template <class T> T syncAwait(Lazy<T> &&);
} // namespace coro
} // namespace async_simple
namespace coro_io {
template <class F> async_simple::coro::Lazy<async_simple::Try<stub::result<F>>> post(F) { return {}; }
async_simple::coro::Lazy<void> sleep_for(std::chrono::milliseconds);
} // namespace coro_io

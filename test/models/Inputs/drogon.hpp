// Drogon, repeated: awaiters that say nothing of being dropped.
#include "stub.hpp"

namespace trantor {
struct EventLoop {
  void queueInLoop(std::function<void()>);
  unsigned long runEvery(double, std::function<void()>);
};
} // namespace trantor
namespace drogon {
template <class T = void> struct [[nodiscard]] Task {
  struct promise_type : stub::lazy<Task, T> {};
  auto operator co_await() const noexcept { return stub::awaiter<T>(); }
};
struct AsyncTask {
  struct promise_type : stub::eager<AsyncTask, void> {};
};
template <class T> struct CallbackAwaiter : stub::awaiter<T> {};
namespace internal {
struct TimerAwaiter : CallbackAwaiter<void> {};
struct SwitchThreadAwaiter : CallbackAwaiter<void> {};
template <class T> struct EventLoopAwaiter : CallbackAwaiter<T> {};
template <class... T> struct WhenAllAwaiter : CallbackAwaiter<std::tuple<T...>> {};
} // namespace internal
internal::TimerAwaiter sleepCoro(trantor::EventLoop *, std::chrono::duration<double>);
internal::SwitchThreadAwaiter switchThreadCoro(trantor::EventLoop *);
template <class T, class F> internal::EventLoopAwaiter<T> queueInLoopCoro(trantor::EventLoop *, F) { return {}; }
template <class... T> internal::WhenAllAwaiter<T...> when_all(Task<T>...);
template <class F> void async_run(F &&) {}
template <class F> std::function<void()> async_func(F &&) { return {}; }
template <class T> T sync_wait(Task<T> &&);
struct Mutex {
  CallbackAwaiter<std::unique_lock<Mutex>> scoped_lock();
  void unlock();
};
} // namespace drogon

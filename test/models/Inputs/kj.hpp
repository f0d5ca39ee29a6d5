// KJ, repeated: promises that are cancelled by dying.
#include "stub.hpp"

namespace kj {
struct WaitScope {};
template <class T> struct [[nodiscard]] Promise {
  T wait(WaitScope &);
  template <class F> void detach(F &&);
  template <class F> Promise<void> then(F &&) { return {}; }
  template <class... A> Promise<T> attach(A &&...) { return {}; }
};
template <class T> struct Own {
  T *pointer;
  T &operator*();
  T *operator->();
};
template <class T> T &&mv(T &value) noexcept { return static_cast<T &&>(value); }
template <class T> stub::awaiter<T> operator co_await(Promise<T>);
struct Timer { Promise<void> afterDelay(std::chrono::milliseconds); };
struct Executor {
  template <class F> Promise<stub::result<F>> executeAsync(F &&) const { return {}; }
};
struct TaskSet { void add(Promise<void> &&); };
template <class F> Promise<void> evalLater(F &&) { return {}; }
template <class F> Promise<void> evalNow(F &&) { return {}; }
template <class F> F coCapture(F &&f) { return f; }
template <class... T> Promise<void> joinPromises(Promise<T>...);
} // namespace kj
template <class T, class... A> struct std::coroutine_traits<kj::Promise<T>, A...> {
  struct promise_type : stub::eager<kj::Promise<T>, T> {};
};

// UE5Coro, repeated: a copyable handle of a coroutine that owns itself.
#include "stub.hpp"

namespace UE5Coro {
template <class T = void> struct TCoroutine {
  T GetResult() const;
  template <class F> void ContinueWith(F) {}
  auto operator co_await() const noexcept { return stub::awaiter<T>(); }
};
namespace Latent {
stub::awaiter<void> Seconds(double);
} // namespace Latent
namespace Async {
stub::awaiter<void> MoveToThreadPool();
stub::awaiter<void> MoveToGameThread();
} // namespace Async
template <class... T> stub::awaiter<void> WhenAll(T...);
} // namespace UE5Coro
template <class T, class... A> struct std::coroutine_traits<UE5Coro::TCoroutine<T>, A...> {
  struct promise_type : stub::eager<UE5Coro::TCoroutine<T>, T> {};
};

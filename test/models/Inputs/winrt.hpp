// C++/WinRT, repeated: what an interface can do is in a base with a long name.
#include "stub.hpp"

namespace winrt {
struct hresult_canceled : std::exception {};
namespace impl {
struct consume_Windows_Foundation_IAsyncAction { void get() const; };
template <class T> struct consume_Windows_Foundation_IAsyncOperation { T get() const; };
} // namespace impl
namespace Windows::Foundation {
struct IAsyncAction : impl::consume_Windows_Foundation_IAsyncAction {};
template <class T> struct IAsyncOperation : impl::consume_Windows_Foundation_IAsyncOperation<T> {};
inline stub::awaiter<void> operator co_await(IAsyncAction const &) { return {}; }
template <class T> stub::awaiter<T> operator co_await(IAsyncOperation<T> const &) { return {}; }
} // namespace Windows::Foundation
struct fire_and_forget {};
namespace Windows::System {
struct DispatcherQueueHandler {
  template <class F> DispatcherQueueHandler(F) {}
};
struct DispatcherQueue { bool TryEnqueue(DispatcherQueueHandler const &) const; };
} // namespace Windows::System
[[nodiscard]] stub::awaiter<void> resume_background();
[[nodiscard]] stub::awaiter<void> resume_foreground(int dispatcher);
[[nodiscard]] stub::awaiter<void> resume_after(std::chrono::milliseconds);
template <class... T> Windows::Foundation::IAsyncAction when_all(T...);
} // namespace winrt
template <class... A> struct std::coroutine_traits<winrt::Windows::Foundation::IAsyncAction, A...> {
  struct promise_type : stub::eager<winrt::Windows::Foundation::IAsyncAction, void> {};
};
template <class T, class... A> struct std::coroutine_traits<winrt::Windows::Foundation::IAsyncOperation<T>, A...> {
  struct promise_type : stub::eager<winrt::Windows::Foundation::IAsyncOperation<T>, T> {};
};
template <class... A> struct std::coroutine_traits<winrt::fire_and_forget, A...> {
  struct promise_type : stub::eager<winrt::fire_and_forget, void> {};
};

// RUN: %roles %s
//
// Work goes to the pool by going on there. There is no mutex for coroutines.

#include "winrt.hpp"

namespace foundation = winrt::Windows::Foundation;
template <class T>
using task = std::conditional_t<std::is_void_v<T>, foundation::IAsyncAction, foundation::IAsyncOperation<T>>;
extern int dispatcher;
#define SLEEP(...) winrt::resume_after(__VA_ARGS__)
#define SYNC_WAIT(...) __VA_ARGS__.get()
#define TO_POOL winrt::resume_background()
#define BACK winrt::resume_foreground(dispatcher)
#define SPAWN(...) __VA_ARGS__
#define GATHER(...) winrt::when_all(__VA_ARGS__)
#include "roles.hpp"

// A handler is gone once it was called.
void enqueued_lambda(winrt::Windows::System::DispatcherQueue queue, int x) {
  queue.TryEnqueue([x]() -> winrt::fire_and_forget { // expected-warning {{this coroutine lambda uses its capture 'x' when the call that it is given to has returned}} expected-note 2 {{}}
    co_await work(); // expected-note {{may be suspended}}
    print(x); // expected-note {{is used here}}
  });
}

// expected-note@#sleep {{write 'co_await winrt::resume_after(1s)'}}
// expected-warning@#sync_wait {{'winrt::Windows::Foundation::IAsyncOperation::get' blocks}}
// expected-note@#sync_wait {{write 'co_await work()'}}
// expected-note@#switched_back {{write 'co_await winrt::resume_after(1s)'}}
// expected-note@#spawned {{pass 'x' as a parameter}}
// expected-note@#cancelled_here {{a cancellation arrives at this await}}
// expected-warning@#swallowed {{catches 'winrt::hresult_canceled'}}
// expected-note@#swallowed {{let it pass}}

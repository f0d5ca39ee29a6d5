// RUN: %verify=swallowed-cancellation -Wno-everything %s
// RUN: %verify=swallowed-cancellation -Wno-everything -DASKED %s
//
// An operation of asio fails as cancelled only where somebody cancels it.

#define ASIO_HAS_CO_AWAIT
#define ASIO_HAS_STD_COROUTINE
#include <asio.hpp>
#include <cstdio>

asio::awaitable<int> connect();
asio::awaitable<void> reconnects() {
  while (true) {
    try {
      co_await connect(); // #await
    } catch (const std::exception &e) { // #handler
      std::puts(e.what());
    }
  }
}

// What stands in the other branch is not waited for behind the handler.
asio::awaitable<void> one_of_two(bool greets) {
  if (greets) {
    try {
      co_await connect();
    } catch (const std::exception &e) {
      std::puts(e.what());
    }
  } else {
    co_await connect();
  }
}

#ifdef ASKED
// expected-warning@#handler {{also catches 'std::system_error'}}
// expected-note@#await {{a cancellation arrives at this await}}
// expected-note@#handler {{rethrow the exception if its code is}}
void stop(asio::ip::tcp::socket &socket) { socket.close(); }
#else
// expected-no-diagnostics
#endif

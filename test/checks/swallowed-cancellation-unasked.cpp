// RUN: %verify=swallowed-cancellation -Wno-everything %s
// RUN: %verify=swallowed-cancellation -Wno-everything -Xclang -verify=asked -DASKED %s
//
// An operation of asio fails as cancelled only where somebody cancels it.
// expected-no-diagnostics

#define ASIO_HAS_CO_AWAIT
#define ASIO_HAS_STD_COROUTINE
#include <asio.hpp>
#include <cstdio>

asio::awaitable<int> connect();
asio::awaitable<void> reconnects() {
  while (true) {
    try {
      co_await connect();
    } catch (const std::exception &e) { // asked-warning {{also catches 'std::system_error'}} asked-note {{rethrow}}
      std::puts(e.what());
    }
  }
}
#ifdef ASKED
void stop(asio::ip::tcp::socket &socket) { socket.close(); }
#endif

// RUN: %roles -Xclang -verify=standalone -DASIO_HAS_CO_AWAIT -DASIO_HAS_STD_COROUTINE %s
// RUN: %roles -DBOOST -DBOOST_ASIO_HAS_CO_AWAIT -DBOOST_ASIO_HAS_STD_COROUTINE %s
//
// One model for two roots. Asio has no mutex for coroutines; the version of
// Boost that the tests have has no operators for awaitables yet.

#include <utility>
#ifdef BOOST
#include <boost/asio.hpp>
namespace net = boost::asio;
#else
#include <asio.hpp>
#include <asio/experimental/awaitable_operators.hpp>
namespace net = asio;
using namespace asio::experimental::awaitable_operators;
#define GATHER(a, b) (a && b)
#endif

template <class T> using task = net::awaitable<T>;
extern net::thread_pool pool;
extern net::io_context io;
#define SLEEP(time) net::steady_timer(io, time).async_wait(net::use_awaitable)
#define SYNC_WAIT(task) net::co_spawn(io, task, net::use_future).get()
#define OFFLOAD(lambda) net::co_spawn(pool, [=]() -> net::awaitable<int> { co_return lambda(); }, net::use_awaitable)
#define SPAWN(task) net::co_spawn(io, task, net::detached)
#define SPAWN_KEPT(lambda) net::co_spawn(io, lambda, net::detached)
#include "roles.hpp"

// expected-warning@#dropped {{is dropped, not awaited; it never runs}}
// expected-note-re@#sleep {{write 'co_await {{(boost::)?}}asio::steady_timer(co_await {{(boost::)?}}asio::this_coro::executor, 1s).async_wait({{(boost::)?}}asio::use_awaitable)'}}
// expected-warning@#sync_wait {{'std::future::get' blocks}}
// expected-note@#sync_wait {{asio::use_awaitable)', which needs a thread pool}}
// expected-note-re@#called_lambda {{write 'co_await {{(boost::)?}}asio::co_spawn(pool, [&]() -> {{(boost::)?}}asio::awaitable<decltype(kept())> { co_return kept(); }, {{(boost::)?}}asio::use_awaitable)', which needs a thread pool}}
// standalone-warning@#dropped_gather {{is dropped, not awaited; it never runs}}

// To connect a datagram socket is to note down its peer.
task<void> connects(net::ip::udp::socket &datagrams, net::ip::tcp::socket &stream) {
  datagrams.connect(net::ip::udp::endpoint());
  stream.connect(net::ip::tcp::endpoint()); // expected-warning {{asio::basic_socket::connect' waits for the network}} expected-note {{async_connect}}
  co_return;
}

// An error that goes to a variable is the token's to give there.
#ifdef BOOST
using error_code = boost::system::error_code;
#else
using error_code = std::error_code;
#endif
task<void> writes(net::ip::tcp::socket &stream, net::const_buffer data, error_code error) {
  stream.write_some(data, error); // expected-warning {{waits for the network}} expected-note {{async_write_some(data, }}
  net::write(stream, data, error); // #write_with_error
  // expected-warning@#write_with_error {{waits for the network}}
  // expected-note-re@#write_with_error {{write 'co_await {{(boost::)?}}asio::async_write(stream, data, {{(boost::)?}}asio::redirect_error({{(boost::)?}}asio::use_awaitable, error))'}}
  co_return;
}

#ifndef BOOST // whose bind_executor clang does not compile in that version
// A token says where the coroutine goes on; the next one without takes it back.
task<void> goes_to_a_pool(net::thread_pool &pool, net::ip::tcp::socket &stream, net::steady_timer &timer) {
  co_await net::post(net::bind_executor(pool, net::use_awaitable));
  stream.connect(net::ip::tcp::endpoint());
  co_await net::post(net::bind_executor(pool.get_executor(), net::use_awaitable));
  stream.connect(net::ip::tcp::endpoint());
  co_await timer.async_wait(net::use_awaitable);
  stream.connect(net::ip::tcp::endpoint()); // standalone-warning {{asio::basic_socket::connect' waits for the network}} standalone-note {{async_connect}}
}
#endif

// What is ready, or set not to wait, does not wait.
task<void> waits_before_it_reads(net::ip::tcp::socket &stream) {
  char data[64];
  co_await stream.async_wait(net::ip::tcp::socket::wait_read, net::use_awaitable);
  stream.read_some(net::buffer(data));
}
task<void> never_waits(net::ip::tcp::acceptor &acceptor, net::ip::tcp::socket &stream) {
  acceptor.non_blocking(true);
  acceptor.accept(stream);
  char data[64];
  stream.read_some(net::buffer(data)); // #read_of_another
  co_return;
}
// expected-warning@#read_of_another {{waits for the network}}
// expected-note@#read_of_another {{async_read_some}}

// To ask for the executor suspends nothing, in a template that nobody uses either.
template <class T> struct reader {
  std::mutex mutex;
  net::steady_timer timer;
  net::awaitable<T> read() {
    std::unique_lock lock{mutex};
    auto here = co_await net::this_coro::executor;
    lock.unlock();
    co_return T();
  }
};

// A lazy token has spawned nothing.
void spawns(net::io_context &io) {
  net::co_spawn(io, work(), net::use_awaitable); // expected-warning {{is dropped, not awaited; it never runs}}
  net::co_spawn(io, work(), net::use_future);
}
// expected-warning@#dropped_offload {{is dropped, not awaited; it never runs}}

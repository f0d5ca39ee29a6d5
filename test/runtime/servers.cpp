// Listening, accepting, serving, and the way to a server.
//
// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 -fsanitize=address %s -o %t.g && %t.g

#include "support/check.hpp"
#include "support/descriptors.hpp"
#include "support/echo.hpp"

#include <weir/listener.hpp>
#include <weir/open_connection.hpp>
#include <weir/resolve.hpp>
#include <weir/serve.hpp>
#include <weir/start_server.hpp>
#include <weir/stream_pair.hpp>
#include <weir/weir.hpp>

#include <cerrno>
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace std::chrono_literals;

static int accept_fails_with = 0; ///< The next time.
extern "C" int accept4(int fd, sockaddr *from, socklen_t *size, int flags) {
  if (accept_fails_with != 0) {
    errno = std::exchange(accept_fails_with, 0);
    return -1;
  }
  return static_cast<int>(::syscall(SYS_accept4, fd, from, size, flags));
}

// Linux tells in accept what the network of a connection has met.
static weir::task<> failure_of_one_connection_is_not_the_server_s() {
  bool was_told = false;
  weir::loop::current().set_exception_handler(
      [&](const std::string &, std::exception_ptr) { was_told = true; });
  auto server = co_await weir::start_server(echo, any_port());
  for (int error : std::vector{ECONNABORTED, EHOSTUNREACH, ENETDOWN}) {
    accept_fails_with = error;
    auto s = co_await weir::open_connection(server.addresses()[0]);
    co_await s.write_all("x");
    CHECK(co_await s.read(1) == "x");
    CHECK(accept_fails_with == 0);
  }
  CHECK(server.is_serving() && !was_told);
}

static weir::task<> connection_refused() {
  weir::address closed;
  {
    weir::listener at(any_port());
    closed = at.where();
  }
  CHECK_THROWS(std::system_error, co_await weir::open_connection(closed));
  CHECK_THROWS(weir::resolve_error,
               co_await weir::open_connection("no-such-host.invalid", 1));
}

static weir::task<> failing_handler_ends_its_connection_only() {
  std::string heard;
  weir::loop::current().set_exception_handler(
      [&](const std::string &where, std::exception_ptr) { heard = where; });
  weir::listener at(any_port());
  auto fails = [](weir::stream s) -> weir::task<> {
    if (co_await s.read(100) == "fail")
      throw std::runtime_error("handler");
    co_await s.write_all("fine");
  };
  auto server = weir::create_task(weir::serve(at, fails));
  auto bad = co_await weir::open_connection(at.where());
  co_await bad.write_all("fail");
  CHECK(co_await bad.read_all() == "");
  CHECK(heard.find("handler") != heard.npos);
  auto good = co_await weir::open_connection(at.where());
  co_await good.write_all("ok");
  CHECK(co_await good.read_all() == "fine");
  server.cancel();
}

static weir::task<> unix_socket() {
  const std::string path = "/tmp/weir-test-" + std::to_string(::getpid());
  ::unlink(path.c_str());
  weir::listener at(weir::address::unix_path(path));
  auto server = weir::create_task(weir::serve(at, echo));
  auto s = co_await weir::open_unix_connection(path);
  co_await s.write_all("x\n");
  CHECK(co_await s.read_line() == "x\n");
  server.cancel();
  ::unlink(path.c_str());
}

static weir::task<> accept_survives_running_out_of_descriptors() {
  int told = 0;
  weir::loop::current().set_exception_handler(
      [&](const std::string &, std::exception_ptr) { ++told; });
  weir::listener at(any_port());
  auto client = co_await weir::open_connection(at.where());
  rlimit before{}, none{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  none = before;
  none.rlim_cur = 3;
  ::setrlimit(RLIMIT_NOFILE, &none);
  auto accepts = [&]() -> weir::task<weir::stream> { co_return co_await at.accept(); };
  auto t = weir::create_task(accepts());
  co_await weir::sleep(50ms);
  CHECK(!t.done());
  ::setrlimit(RLIMIT_NOFILE, &before);
  auto s = co_await std::move(t); // the next try, a second later
  CHECK(told == 1);
  CHECK(!s.is_closing());
}

// asyncio's own shape: both halves, a server that is closed and waited for.
static weir::task<> start_server_and_wait_closed() {
  auto handler = [](weir::stream_reader in,
                    weir::stream_writer out) -> weir::task<> {
    out.write("you said " + co_await in.read_line());
    co_await out.drain();
  };
  auto server = co_await weir::start_server(handler, "localhost", 0);
  CHECK(server.is_serving() && server.addresses().size() >= 1);
  auto s = co_await weir::open_connection("localhost", server.port());
  CHECK(s.peer_address().port() == server.port());
  co_await weir::sleep(20ms);
  server.close();
  CHECK_THROWS(std::system_error,
               co_await weir::open_connection("localhost", server.port()));
  bool closed = false;
  auto waits = [&]() -> weir::task<> {
    co_await server.wait_closed();
    closed = true;
  };
  auto t = weir::create_task(waits());
  co_await weir::sleep(20ms);
  CHECK(!closed); // a handler still runs
  co_await s.write_all("hello\n");
  CHECK(co_await s.read_all() == "you said hello\n");
  co_await t;
}

static weir::task<> serve_forever_is_cancelled() {
  auto server = co_await weir::start_server(echo, any_port());
  auto t = weir::create_task(server.serve_forever());
  co_await weir::yield();
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(!server.is_serving());
}

static weir::task<> cancelled_accept_loses_no_connection() {
  weir::listener at(any_port());
  auto accepts = weir::create_task(at.accept());
  auto [a, b] = weir::stream_pair();
  auto cancels = [&]() -> weir::task<> {
    co_await b.read(1);
    accepts.cancel();
  };
  auto canceller = weir::create_task(cancels());
  co_await weir::sleep(1ms); // both wait, and are woken by the same poll
  a.write("x");
  auto client = co_await weir::open_connection(at.where());
  CHECK_THROWS(weir::cancelled, co_await accepts);
  auto server = co_await weir::timeout(1s, at.accept());
  co_await server.write_all("x");
  CHECK(co_await client.read(1) == "x");
}

static weir::task<> serve_on_every_address() {
  std::uint16_t port = 0;
  {
    weir::listener free(any_port());
    port = free.where().port();
  }
  auto t = weir::create_task(weir::serve("", port, echo));
  co_await weir::sleep(10ms);
  for (const auto &to : co_await weir::resolve("", port, /*to_listen=*/true)) {
    const bool is_v6 = to.family() == AF_INET6;
    auto s = co_await weir::open_connection(
        weir::address::ip(is_v6 ? "::1" : "127.0.0.1", port));
    co_await s.write_all("x");
    CHECK(co_await s.read(1) == "x");
  }
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
}

static void kinds_of_addresses_that_are_not_there_are_left_out() {
  std::vector<weir::address> addresses{
      any_port(), weir::address::ip("127.0.0.2", 0)};
  int calls = 0;
  weir::detail::listen_at_each(addresses, [&](const weir::address &at) {
    if (++calls == 1)
      throw std::system_error(std::make_error_code(std::errc::address_not_available));
    return at.port();
  });
  CHECK(calls == 2);
  CHECK_THROWS(std::system_error,
               (weir::detail::listen_at_each(
                    addresses,
                    [&](const weir::address &) -> std::uint16_t {
                      throw std::system_error(std::make_error_code(
                          std::errc::address_family_not_supported));
                    }),
                0));
}

static weir::task<> start_server_listens_everywhere_or_nowhere() {
  auto all = co_await weir::resolve("", 1, /*to_listen=*/true);
  if (all.size() < 2)
    co_return; // a machine without IPv6
  const bool last_is_v6 = all.back().family() == AF_INET6;
  weir::listener taken(weir::address::ip(last_is_v6 ? "::" : "0.0.0.0", 0));
  const auto port = taken.where().port();
  CHECK_THROWS(std::system_error,
               co_await weir::start_server(echo, "", port));
  CHECK_THROWS(std::system_error,
               co_await weir::open_connection(weir::address::ip(
                   last_is_v6 ? "127.0.0.1" : "::1", port)));
}

static weir::task<> server_with_an_open_connection_at_the_end() {
  auto waits = [](weir::stream s) -> weir::task<> { co_await s.read(1); };
  auto server = co_await weir::start_server(waits, any_port());
  static std::optional<weir::stream> open; // outlives the loop
  open = co_await weir::open_connection(server.addresses()[0]);
  co_await weir::sleep(5ms);
} // and leaves nothing behind: see the leak check of the address sanitizer

static weir::task<> next_address_is_tried() {
  weir::listener at(any_port());
  weir::address closed;
  {
    weir::listener gone(any_port());
    closed = gone.where();
  }
  for (const bool staggered : std::vector{false, true}) {
    std::optional<std::chrono::milliseconds> delay;
    if (staggered)
      delay = 250ms;
    std::vector<weir::address> one{closed, at.where()}, none{closed, closed};
    auto s = co_await weir::detail::staggered_connect(one, 1000, delay);
    CHECK(s.peer_address() == at.where());
    try {
      co_await weir::detail::staggered_connect(none, 1000, delay);
      CHECK(false);
    } catch (const std::system_error &e) {
      CHECK(e.code() == std::errc::connection_refused);
      const std::string text = e.what(); // names both
      const auto first = text.find(closed.to_string());
      CHECK(text.find(closed.to_string(), first + 1) != text.npos);
    }
  }
}

// An address that does not answer holds up the next for the delay only. (RFC 8305)
static weir::task<> silent_address_is_overtaken() {
  weir::listener silent(any_port(), {.backlog = 0}), at(any_port());
  std::vector<weir::task_handle<weir::stream>> crowd; // nobody accepts them
  for (int i = 0; i < 4; ++i)
    crowd.push_back(weir::create_task(weir::open_connection(silent.where())));
  co_await weir::sleep(20ms);
  CHECK(!crowd.back().done());
  std::vector<weir::address> both{silent.where(), at.where()};
  const auto begin = weir::loop::current().now();
  auto s = co_await weir::detail::staggered_connect(both, 1000, 20ms);
  CHECK(s.peer_address() == at.where());
  CHECK(weir::loop::current().now() - begin >= 20ms);
  for (auto &c : crowd)
    c.cancel();
  co_await weir::wait(std::move(crowd));
}

static weir::task<> cancelled_connect_leaves_nothing() {
  // A listener whose queue is full does not answer.
  weir::listener at(any_port(), {.backlog = 0});
  std::vector<weir::task_handle<weir::stream>> attempts;
  for (int i = 0; i < 4; ++i)
    attempts.push_back(weir::create_task(weir::open_connection(at.where())));
  co_await weir::sleep(20ms);
  for (auto &a : attempts)
    a.cancel();
  co_await weir::wait(attempts);
}

static weir::task<> resolve_is_cancelled_at_once() {
  auto t = weir::create_task(weir::resolve("localhost", 80));
  co_await weir::yield();
  t.cancel();
  CHECK_THROWS(weir::cancelled, co_await t);
  CHECK(!(co_await weir::resolve("localhost", 80)).empty());
}

int main() {
#define REAL(NAME) (std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  const int before = open_descriptors();
  REAL(failure_of_one_connection_is_not_the_server_s);
  REAL(connection_refused);
  REAL(failing_handler_ends_its_connection_only);
  REAL(unix_socket);
  REAL(accept_survives_running_out_of_descriptors);
  REAL(start_server_and_wait_closed);
  REAL(serve_forever_is_cancelled);
  REAL(cancelled_accept_loses_no_connection);
  REAL(serve_on_every_address);
  kinds_of_addresses_that_are_not_there_are_left_out();
  REAL(start_server_listens_everywhere_or_nowhere);
  REAL(server_with_an_open_connection_at_the_end);
  REAL(next_address_is_tried);
  REAL(silent_address_is_overtaken);
  REAL(cancelled_connect_leaves_nothing);
  REAL(resolve_is_cancelled_at_once);
  CHECK(open_descriptors() == before);
}

// RUN: rm -rf %t.d && mkdir %t.d
// RUN: openssl req -x509 -newkey rsa:2048 -nodes -keyout %t.d/key.pem -out %t.d/cert.pem -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2> %t.d/log
// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -lssl -lcrypto -o %t && %t %t.d
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -lssl -lcrypto -o %t.g && %t.g %t.d

#include "support/check.hpp"
#include "support/descriptors.hpp"

#include <weir/listener.hpp>
#include <weir/serve.hpp>
#include <weir/stream_pair.hpp>
#include <weir/tls.hpp>
#include <weir/weir.hpp>

using namespace std::chrono_literals;

static std::string folder;

static weir::tls_context server_context() {
  weir::tls_context c;
  c.use_certificate(folder + "/cert.pem", folder + "/key.pem");
  return c;
}
static weir::tls_context client_context() {
  weir::tls_context c;
  c.trust(folder + "/cert.pem");
  return c;
}

/// Runs a body against an encrypted echo server.
template <class F> static weir::task<> with_echo_server(F body) {
  weir::loop::current().set_exception_handler(
      [](const std::string &, std::exception_ptr) {});
  const auto context = server_context();
  auto echo = [&](weir::stream s) -> weir::task<> {
    s = co_await weir::accept_tls(std::move(s), context);
    char buffer[4096];
    while (auto n = co_await s.read_some(buffer)) {
      co_await s.write_all({buffer, n});
    }
  };
  weir::listener at(weir::address::ip("127.0.0.1", 0));
  auto server = weir::create_task(weir::serve(at, echo));
  co_await body(at.where().port());
  server.cancel();
  CHECK_THROWS(weir::cancelled, co_await server);
}

static weir::task<> encrypted_both_ways() {
  co_await with_echo_server([](std::uint16_t port) -> weir::task<> {
    const auto trusted = client_context();
    auto s = co_await weir::open_tls_connection("localhost", port, trusted);
    s.write("hello ");
    co_await s.write_all("world\n");
    CHECK(co_await s.read_line() == "hello world\n");
    s.write_eof(); // our good-bye; the server's follows
    CHECK(co_await s.read_all() == "");
    auto by_number =
        co_await weir::open_tls_connection("127.0.0.1", port, trusted);
    co_await by_number.write_all("x");
    CHECK(co_await by_number.read_exactly(1) == "x");
  });
}

static weir::task<> a_megabyte_both_ways_at_once() {
  co_await with_echo_server([](std::uint16_t port) -> weir::task<> {
    const auto trusted = client_context();
    auto s = co_await weir::open_tls_connection("localhost", port, trusted);
    std::string data(1 << 20, '\0');
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<char>(i * 7);
    auto sends = [&]() -> weir::task<> {
      co_await s.write_all(data);
      s.write_eof();
    };
    auto [none, back] = co_await weir::gather(sends(), s.read_all());
    CHECK(back == data);
  });
}

static weir::task<> who_cannot_be_trusted() {
  co_await with_echo_server([](std::uint16_t port) -> weir::task<> {
    const weir::tls_context system; // does not know our authority
    CHECK_THROWS(weir::tls_error, co_await weir::open_tls_connection(
                                      "localhost", port, system));
    const auto trusted = client_context();
    auto s = co_await weir::open_connection("localhost", port);
    CHECK_THROWS(weir::tls_error, co_await weir::start_tls(
                                      std::move(s), trusted, "other.example"));
    weir::tls_context naive;
    naive.trust_anybody();
    auto t = co_await weir::open_tls_connection("localhost", port, naive);
    co_await t.write_all("x");
    CHECK(co_await t.read_exactly(1) == "x");
  });
}

static weir::task<> client_certificates() {
  auto asks = server_context();
  asks.trust(folder + "/cert.pem");
  asks.require_client_certificate();
  for (const bool proves : std::vector{true, false}) {
    auto [a, b] = weir::stream_pair();
    auto server = weir::create_task(weir::accept_tls(a, asks));
    auto context = client_context();
    if (proves)
      context.use_certificate(folder + "/cert.pem", folder + "/key.pem");
    auto s = co_await weir::start_tls(b, context, "localhost");
    if (proves) {
      auto accepted = co_await std::move(server);
      co_await accepted.write_all("welcome\n");
      CHECK(co_await s.read_line() == "welcome\n");
    } else {
      CHECK_THROWS(weir::tls_error, co_await server);
      CHECK_THROWS(weir::tls_error, co_await s.read_line()); // its alert
    }
  }
}

static weir::task<> connection_that_is_cut() {
  auto [a, b] = weir::stream_pair();
  const auto context = server_context(), trusted = client_context();
  auto server = weir::create_task(weir::accept_tls(a, context));
  auto s = co_await weir::start_tls(b, trusted, "localhost");
  auto accepted = co_await std::move(server);
  co_await accepted.write_all("not all");
  CHECK(co_await s.read_exactly(7) == "not all");
  accepted.abort(); // without a good-bye
  std::string why;
  for (int i = 0; i < 3; ++i) { // and says so each time
    try {
      if (i < 2) {
        co_await s.read(100);
      } else {
        co_await s.write_all("x");
      }
      CHECK(false);
    } catch (const weir::tls_error &e) {
      CHECK(why.empty() || why == e.what());
      why = e.what();
    }
  }
  CHECK(why.find("was cut") != why.npos);
}

// What fails before the handshake closes the stream too: the peer waits.
static weir::task<> name_that_is_none() {
  auto [a, b] = weir::stream_pair();
  const auto trusted = client_context();
  CHECK_THROWS(weir::tls_error,
               co_await weir::start_tls(b, trusted, std::string(300, 'a')));
  CHECK(b.is_closing());
  CHECK(co_await a.read(1) == "");
}

static weir::task<> peer_that_speaks_something_else() {
  const auto trusted = client_context();
  auto [a, b] = weir::stream_pair();
  a.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  CHECK_THROWS(weir::tls_error, co_await weir::start_tls(b, trusted, "x"));
  auto [c, d] = weir::stream_pair();
  c.close();
  CHECK_THROWS(std::exception, co_await weir::start_tls(d, trusted, "x"));
}

static weir::task<> handshake_that_is_cancelled() {
  const auto trusted = client_context();
  auto [a, b] = weir::stream_pair();
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout(
                   20ms, weir::start_tls(b, trusted, "localhost")));
  CHECK(b.is_closing());
}

static weir::task<> files_that_are_not_there() {
  weir::tls_context c;
  CHECK_THROWS(weir::tls_error, c.use_certificate("/none", "/none"));
  CHECK_THROWS(weir::tls_error, c.trust("/none"));
  co_return;
}

int main(int, char **argv) {
  folder = argv[1];
#define REAL(NAME) (std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  const int before = open_descriptors();
  REAL(encrypted_both_ways);
  REAL(a_megabyte_both_ways_at_once);
  REAL(who_cannot_be_trusted);
  REAL(client_certificates);
  REAL(connection_that_is_cut);
  REAL(name_that_is_none);
  REAL(peer_that_speaks_something_else);
  REAL(handshake_that_is_cancelled);
  REAL(files_that_are_not_there);
  CHECK(open_descriptors() == before);
}

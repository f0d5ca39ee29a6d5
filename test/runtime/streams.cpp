// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -o %t.g && %t.g

#include "support/check.hpp"

#include <weir/connect.hpp>
#include <weir/listener.hpp>
#include <weir/serve.hpp>
#include <weir/stream.hpp>
#include <weir/weir.hpp>

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace std::chrono_literals;

static weir::address any_port() {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return weir::address(reinterpret_cast<sockaddr *>(&a), sizeof a);
}

static int open_descriptors() {
  int n = 0;
  DIR *d = ::opendir("/proc/self/fd");
  while (::readdir(d))
    ++n;
  ::closedir(d);
  return n;
}

static weir::task<> echo(weir::stream s) {
  char buffer[4096];
  while (auto n = co_await s.read_some(buffer))
    co_await s.write_all({buffer, n});
}

/// Runs a body against an echo server.
template <class F> static weir::task<> with_echo_server(F body) {
  weir::listener at(any_port());
  auto server = weir::create_task(weir::serve(at, echo));
  co_await body(at.where());
  server.cancel();
  CHECK_THROWS(weir::cancelled, co_await server);
}

static weir::task<> bytes_come_back() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::connect("localhost", at.port());
    s.write("hello ");
    co_await s.write_all("world\n");
    CHECK(co_await s.read_line() == "hello world\n");
    co_await s.write_eof();
    CHECK(co_await s.read() == "");
  });
}

static weir::task<> read_exactly_and_until() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::connect(at);
    co_await s.write_all("abcdef;rest");
    CHECK(co_await s.read_exactly(3) == "abc");
    CHECK(co_await s.read_until(";") == "def;");
    co_await s.write_eof();
    try {
      co_await s.read_exactly(10);
      CHECK(false);
    } catch (const weir::incomplete_read &e) {
      CHECK(e.partial == "rest");
    }
    CHECK(co_await s.read_line() == "");
  });
}

static weir::task<> separator_beyond_the_limit() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::connect(at);
    auto sends = [&]() -> weir::task<> {
      co_await s.write_all(std::string(100'000, 'x'));
    };
    auto t = weir::create_task(sends());
    CHECK_THROWS(weir::limit_overrun, co_await s.read_until("\n"));
    CHECK((co_await s.read_exactly(100'000)).size() == 100'000); // still there
    co_await t;
  });
}

static weir::task<> a_megabyte_with_backpressure() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::connect(at);
    std::string data(1 << 20, '\0');
    for (std::size_t i = 0; i < data.size(); ++i)
      data[i] = static_cast<char>(i * 7);
    auto sends = [&]() -> weir::task<> {
      for (std::size_t i = 0; i < data.size(); i += 10'000) {
        s.write(std::string_view(data).substr(i, 10'000));
        co_await s.drain();
      }
      co_await s.write_eof();
    };
    auto [none, back] = co_await weir::gather(sends(), s.read_all());
    CHECK(back == data);
  });
}

static weir::task<> two_readers_are_refused() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::connect(at);
    auto reads = [&]() -> weir::task<> { co_await s.read(); };
    auto t = weir::create_task(reads());
    co_await weir::yield();
    CHECK_THROWS(weir::usage_error, co_await s.read());
    t.cancel();
    CHECK_THROWS(weir::cancelled, co_await t);
  });
}

static weir::task<> cancelled_read_loses_nothing() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::connect(at);
    auto reads = [&]() -> weir::task<> { co_await s.read_exactly(10); };
    auto t = weir::create_task(reads());
    co_await s.write_all("12345");
    co_await weir::sleep(20ms);
    t.cancel();
    CHECK_THROWS(weir::cancelled, co_await t);
    co_await s.write_all("67890");
    CHECK(co_await s.read_exactly(10) == "1234567890");
  });
}

static weir::task<> connection_refused() {
  weir::address closed;
  {
    weir::listener at(any_port());
    closed = at.where();
  }
  CHECK_THROWS(std::system_error, co_await weir::connect(closed));
  CHECK_THROWS(weir::resolve_error,
               co_await weir::connect("no-such-host.invalid", 1));
}

static weir::task<> write_to_a_reset_connection() {
  weir::listener at(any_port());
  auto client = co_await weir::connect(at.where());
  {
    auto server = co_await at.accept();
    linger hard{1, 0};
    ::setsockopt(server.native_handle(), SOL_SOCKET, SO_LINGER, &hard,
                 sizeof hard);
  } // closed with a reset
  CHECK_THROWS(std::system_error, co_await client.read());
  CHECK_THROWS(std::system_error, co_await client.write_all("x"));
}

static weir::task<> half_close() {
  weir::listener at(any_port());
  auto client = co_await weir::connect(at.where());
  auto server = co_await at.accept();
  co_await client.write_all("question");
  co_await client.write_eof();
  CHECK(co_await server.read_all() == "question");
  co_await server.write_all("answer");
  server.close();
  CHECK(co_await client.read_all() == "answer");
}

static weir::task<> close_wakes_the_reader() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    auto s = co_await weir::connect(at);
    auto reads = [&]() -> weir::task<> { co_await s.read(); };
    auto t = weir::create_task(reads());
    co_await weir::yield();
    s.close();
    CHECK_THROWS(std::system_error, co_await t);
  });
}

static weir::task<> failing_handler_ends_its_connection_only() {
  std::string heard;
  weir::loop::current().set_exception_handler(
      [&](const std::string &where, std::exception_ptr) { heard = where; });
  weir::listener at(any_port());
  auto fails = [](weir::stream s) -> weir::task<> {
    if (co_await s.read() == "fail")
      throw std::runtime_error("handler");
    co_await s.write_all("fine");
  };
  auto server = weir::create_task(weir::serve(at, fails));
  auto bad = co_await weir::connect(at.where());
  co_await bad.write_all("fail");
  CHECK(co_await bad.read_all() == "");
  CHECK(heard.find("handler") != heard.npos);
  auto good = co_await weir::connect(at.where());
  co_await good.write_all("ok");
  CHECK(co_await good.read_all() == "fine");
  server.cancel();
}

static weir::task<> unix_socket() {
  const std::string path = "/tmp/weir-test-" + std::to_string(::getpid());
  ::unlink(path.c_str());
  weir::listener at(weir::address::unix_path(path));
  auto server = weir::create_task(weir::serve(at, echo));
  auto s = co_await weir::connect_unix(path);
  co_await s.write_all("x\n");
  CHECK(co_await s.read_line() == "x\n");
  server.cancel();
  ::unlink(path.c_str());
}

static weir::task<> accept_survives_running_out_of_descriptors() {
  weir::listener at(any_port());
  auto client = co_await weir::connect(at.where());
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
  CHECK(s.is_open());
}

static weir::task<> many_connections_with_resets_and_cancellations() {
  co_await with_echo_server([](weir::address at) -> weir::task<> {
    unsigned random = 1;
    auto client = [](weir::address at, unsigned r) -> weir::task<> {
      auto s = co_await weir::connect(at);
      for (int i = 0; i < 5; ++i) {
        const std::string text(1 + r % 3000, 'x');
        co_await s.write_all(text);
        CHECK((co_await s.read_exactly(text.size())) == text);
      }
      if (r % 10 == 0) {
        linger hard{1, 0};
        ::setsockopt(s.native_handle(), SOL_SOCKET, SO_LINGER, &hard,
                     sizeof hard);
      }
    };
    std::vector<weir::task_handle<>> clients;
    for (int i = 0; i < 300; ++i) {
      random = random * 1664525 + 1013904223;
      clients.push_back(weir::create_task(client(at, random >> 8)));
      if (i % 7 == 0)
        clients.back().cancel();
      else if (i % 11 == 0)
        weir::loop::current().call_later(
            1ms * (i % 5), [c = clients.back()] { c.cancel(); });
    }
    co_await weir::wait(clients);
    for (auto &c : clients)
      CHECK(c.was_cancelled() || c.exception() == nullptr);
  });
}

int main() {
#define REAL(NAME) (std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  const int before = open_descriptors();
  REAL(bytes_come_back);
  REAL(read_exactly_and_until);
  REAL(separator_beyond_the_limit);
  REAL(a_megabyte_with_backpressure);
  REAL(two_readers_are_refused);
  REAL(cancelled_read_loses_nothing);
  REAL(connection_refused);
  REAL(write_to_a_reset_connection);
  REAL(half_close);
  REAL(close_wakes_the_reader);
  REAL(failing_handler_ends_its_connection_only);
  REAL(unix_socket);
  REAL(accept_survives_running_out_of_descriptors);
  REAL(many_connections_with_resets_and_cancellations);
  CHECK(open_descriptors() == before);
}

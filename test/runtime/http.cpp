// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -lcurl -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -lcurl -o %t.g && %t.g

#include "support/check.hpp"

#include "support/http_server.hpp"

#include <weir/http.hpp>
#include <weir/weir.hpp>

#include <atomic>
#include <string_view>
#include <thread>

#include <dlfcn.h>
#include <netdb.h>

using namespace std::chrono_literals;

/// Runs a body with the address of a server of its own.
template <class F> static weir::task<> with_server(F body) {
  http_server server;
  co_await body(server);
}

static weir::task<> get_and_post() {
  co_await with_server([](http_server &server) -> weir::task<> {
    const std::string url = server.url();
    weir::http_session http;
    auto r = co_await http.get(url + "/a");
    CHECK(r.status == 200 && r.body == "you asked GET /a");
    CHECK(r.header("x-test") == "yes");
    r = co_await http.post(url + "/b", "data");
    CHECK(r.body == "you asked POST /b with data");
    CHECK((co_await http.get(url + "/missing")).status == 404);
    CHECK((co_await http.get(url + "/moved")).body == "you asked GET /here");
    CHECK((co_await http.post(url + "/moved", "data")).body ==
          "you asked GET /here");
    CHECK(server.connections == 1); // kept open
  });
}

static weir::task<> requests_at_the_same_time() {
  co_await with_server([](http_server &server) -> weir::task<> {
    const std::string url = server.url();
    weir::http_session http({.max_in_flight = 3, .max_per_host = 10});
    std::vector<weir::task<weir::http_response>> requests;
    for (int i = 0; i < 6; ++i)
      requests.push_back(http.get(url + "/slow"));
    co_await weir::gather(std::move(requests));
    CHECK(server.most_at_once == 3); // and no more than allowed
  });
}

static weir::task<> timeouts_and_cancellation() {
  co_await with_server([](http_server &server) -> weir::task<> {
    const std::string url = server.url();
    weir::http_session http;
    CHECK_THROWS(weir::timeout_error,
                 co_await weir::timeout(50ms, http.get(url + "/slow")));
    // What is left out here is no reason for a warning.
    weir::http_request r{.url = url + "/slow", .timeout = 50ms};
    CHECK_THROWS(weir::timeout_error, co_await http.request(std::move(r)));
    CHECK((co_await http.get(url + "/after")).status == 200);
  });
}

static std::atomic<bool> may_resolve{false}, resolved_first{false};

// Stands in for the system's, which curl calls in a thread of its own.
extern "C" int getaddrinfo(const char *host, const char *service,
                           const addrinfo *hints, addrinfo **result) {
  if (host && std::string_view(host) == "slow.example") {
    for (int i = 0; i < 1000 && !may_resolve; ++i)
      std::this_thread::sleep_for(10ms);
    resolved_first = !may_resolve;
    return EAI_AGAIN;
  }
  using function = decltype(&getaddrinfo);
  static const auto real =
      reinterpret_cast<function>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  return real(host, service, hints, result);
}

static weir::task<> cancelled_while_a_name_is_resolved() {
  weir::http_session http;
  CHECK_THROWS(weir::timeout_error,
               co_await weir::timeout(50ms, http.get("http://slow.example/")));
  may_resolve = true;
  CHECK(!resolved_first); // or the loop had to wait for it
}

static weir::task<> bodies_in_pieces_and_too_large() {
  co_await with_server([](http_server &server) -> weir::task<> {
    const std::string url = server.url();
    weir::http_session http;
    std::size_t seen = 0;
    weir::http_request r;
    r.url = url + "/large";
    r.on_data = [&](std::string_view piece) { seen += piece.size(); };
    CHECK((co_await http.request(r)).body.empty());
    CHECK(seen == 1 << 20);
    r.on_data = [](std::string_view) { throw std::runtime_error("enough"); };
    CHECK_THROWS(std::runtime_error, co_await http.request(r));
    r.on_data = nullptr;
    r.max_body = 1000;
    CHECK_THROWS(weir::http_error, co_await http.request(r));
  });
}

static weir::task<> streaming_holds_the_server_back() {
  co_await with_server([](http_server &server) -> weir::task<> {
    const std::string url = server.url();
    weir::http_session http({.max_in_flight = 1});
    weir::http_request r;
    r.url = url + "/huge";
    {
      auto s = co_await http.stream(r);
      CHECK(s.status() == 200 && s.head().header("x-test") == "yes");
      co_await weir::sleep(100ms);
      CHECK(server.sent < 32 << 20); // nobody reads
      std::size_t got = 0;
      for (auto piece = co_await s.read(); !piece.empty();
           piece = co_await s.read())
        got += piece.size();
      CHECK(got == 32 << 20);
      CHECK((co_await s.read()).empty());
    }
    {
      auto s = co_await http.stream(r);
      CHECK(!(co_await s.read()).empty());
    } // dropped in the middle: the place is free again
    CHECK((co_await http.get(url + "/after")).status == 200);
    r.max_body = 100'000;
    auto s = co_await http.stream(r);
    bool failed = false;
    try {
      for (bool more = true; more;)
        more = !(co_await s.read()).empty();
    } catch (const weir::http_error &) {
      failed = true;
    }
    CHECK(failed);
  });
}

static weir::task<> streaming_follows_redirects() {
  co_await with_server([](http_server &server) -> weir::task<> {
    const std::string url = server.url();
    weir::http_session http;
    weir::http_request r;
    r.url = url + "/moved";
    auto s = co_await http.stream(r);
    CHECK(s.status() == 200 && co_await s.read() == "you asked GET /here");
    r.follow_redirects = false;
    auto t = co_await http.stream(r);
    CHECK(t.status() == 302 && t.head().header("Location") == "/here");
    r.url = "http://127.0.0.1:1/";
    CHECK_THROWS(weir::http_error, co_await http.stream(r));
  });
}

static weir::task<> cancelled_while_streaming() {
  co_await with_server([](http_server &server) -> weir::task<> {
    const std::string url = server.url();
    weir::http_session http;
    weir::http_request r;
    r.url = url + "/slow";
    CHECK_THROWS(weir::timeout_error,
                 co_await weir::timeout(50ms, http.stream(r)));
    CHECK((co_await http.get(url + "/after")).status == 200);
  });
}

static weir::task<> nobody_listens() {
  weir::http_session http;
  CHECK_THROWS(weir::http_error, co_await http.get("http://127.0.0.1:1/"));
  CHECK_THROWS(weir::http_error, co_await http.get("file:///etc/passwd"));
}

int main() {
#define REAL(NAME) (std::fprintf(stderr, "%s\n", #NAME), weir::run(NAME()))
  REAL(get_and_post);
  REAL(requests_at_the_same_time);
  REAL(timeouts_and_cancellation);
  REAL(cancelled_while_a_name_is_resolved);
  REAL(bodies_in_pieces_and_too_large);
  REAL(streaming_holds_the_server_back);
  REAL(streaming_follows_redirects);
  REAL(cancelled_while_streaming);
  REAL(nobody_listens);
}

// RUN: %cxx -Wall -Wextra -Werror -O1 -fsanitize=address,undefined %s -lcurl -o %t && %t
// RUN: %gxx -Wall -Wextra -Werror -O1 %s -lcurl -o %t.g && %t.g

#include "support/check.hpp"

#include "support/http_server.hpp"

#include <weir/http.hpp>
#include <weir/weir.hpp>

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
    weir::http_request r;
    r.url = url + "/slow";
    r.timeout = 50ms;
    CHECK_THROWS(weir::http_error, co_await http.request(std::move(r)));
    CHECK((co_await http.get(url + "/after")).status == 200);
  });
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
  REAL(bodies_in_pieces_and_too_large);
  REAL(nobody_listens);
}

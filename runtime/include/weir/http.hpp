// http: an HTTP client over libcurl's multi interface.
//
// Not part of weir.hpp: link with libcurl, or with weir::http.

#pragma once

#include <weir/detail/curl_multi.hpp>
#include <weir/detail/http_exchange.hpp>
#include <weir/http_message.hpp>
#include <weir/http_stream.hpp>
#include <weir/semaphore.hpp>
#include <weir/task.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace weir {

struct http_session_options {
  std::size_t max_in_flight = 100; ///< Further requests wait in line.
  long max_per_host = 6;           ///< Connections.
};

/// Requests that share connections, which stay open between them. Any number
/// of tasks may use a session at once; it must outlive their requests and
/// belongs to the loop it was made on.
///
///     weir::http_session http;
///     auto [a, b] = co_await weir::gather(http.get(url_a), http.get(url_b));
///
/// A request throws http_error where there is no response, timeout_error where
/// it took longer than it says; a response with any status is one. Cancelling a
/// task that waits for a request ends the transfer at once. Certificates are
/// checked. Names are resolved by threads of libcurl's. (aiohttp:
/// ClientSession.)
class http_session {
public:
  explicit http_session(http_session_options options = {})
      : free_(options.max_in_flight), multi_(options.max_per_host) {}
  http_session(const http_session &) = delete;

  task<http_response> request(http_request r) {
    auto place = co_await free_.scoped();
    detail::http_exchange exchange(std::move(r));
    const auto code = co_await multi_.perform(exchange.transfer);
    exchange.check(code);
    exchange.response.status = exchange.status();
    co_return std::move(exchange.response);
  }
  task<http_response> get(std::string url) {
    http_request r;
    r.url = std::move(url);
    co_return co_await request(std::move(r));
  }
  task<http_response> post(std::string url, std::string body) {
    http_request r;
    r.url = std::move(url);
    r.method = "POST";
    r.body = std::move(body);
    co_return co_await request(std::move(r));
  }

  /// The response as soon as its head is there; its body is read piece by piece.
  ///
  ///     auto s = co_await http.stream({.url = url});
  ///     for (auto piece = co_await s.read(); !piece.empty();
  ///          piece = co_await s.read())
  ///       co_await file.write(piece);
  task<http_stream> stream(http_request r) {
    auto place = co_await free_.scoped();
    auto s = std::make_unique<http_stream::state>(multi_, std::move(place),
                                                  std::move(r));
    co_await s->changed.wait();
    if (s->http.transfer.code && s->buffer.empty())
      s->http.check(*s->http.transfer.code);
    co_return http_stream(std::move(s));
  }

private:
  semaphore free_;
  detail::curl_multi multi_;
};

} // namespace weir

// http: an HTTP client over libcurl's multi interface.
//
// Not part of weir.hpp: link with libcurl, or with weir::http.

#pragma once

#include <weir/detail/curl_multi.hpp>
#include <weir/semaphore.hpp>
#include <weir/task.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

/// The transfer failed: no connection, a broken one, a time-out, too large.
struct http_error : std::runtime_error {
  http_error(int code, const std::string &what)
      : std::runtime_error(what), code(code) {}
  int code; ///< A CURLcode.
};

struct http_request {
  std::string url;
  std::string method = "GET";
  std::vector<std::string> headers; ///< "Name: value" each.
  std::string body;
  /// For all of the transfer; zero: none.
  std::chrono::milliseconds timeout{0};
  bool follow_redirects = true;
  /// Larger bodies fail with http_error.
  std::size_t max_body = 64 * 1024 * 1024;
  /// Gets the body piece by piece as it comes, instead of the response. Runs on
  /// the loop's thread; what it throws ends the transfer and is thrown.
  std::function<void(std::string_view)> on_data;
};

struct http_response {
  long status = 0;
  std::vector<std::string> headers; ///< "Name: value" each, in order.
  std::string body;

  /// The value of the first header of that name, in any case; empty if none.
  std::string_view header(std::string_view name) const;
};

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
/// Cancelling a task that waits for a request ends the transfer at once.
/// (aiohttp: ClientSession.)
class http_session {
public:
  explicit http_session(http_session_options options = {})
      : free_(options.max_in_flight), multi_(options.max_per_host) {}
  http_session(const http_session &) = delete;

  /// Does one request. Throws http_error where there is no response; a response
  /// with any status is one.
  task<http_response> request(http_request r) {
    auto slot = co_await free_.scoped();
    detail::curl_transfer transfer;
    http_response response;
    setup(transfer.handle(), r, response, transfer);
    const int code = co_await multi_.perform(transfer);
    if (transfer.thrown)
      std::rethrow_exception(transfer.thrown);
    if (code != CURLE_OK)
      throw http_error(code, r.url + ": " +
                                 curl_easy_strerror(
                                     static_cast<CURLcode>(code)));
    curl_easy_getinfo(transfer.handle(), CURLINFO_RESPONSE_CODE,
                      &response.status);
    co_return response;
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

private:
  static void setup(CURL *curl, const http_request &r, http_response &response,
                    detail::curl_transfer &transfer);

  semaphore free_;
  detail::curl_multi multi_;
};

inline std::string_view
http_response::header(std::string_view name) const {
  for (std::string_view line : headers) {
    if (line.size() <= name.size() || line[name.size()] != ':')
      continue;
    bool same = true;
    for (std::size_t i = 0; i < name.size(); ++i)
      same &= (line[i] | 0x20) == (name[i] | 0x20);
    if (!same)
      continue;
    line.remove_prefix(name.size() + 1);
    while (!line.empty() && line.front() == ' ')
      line.remove_prefix(1);
    return line;
  }
  return {};
}

inline void http_session::setup(CURL *curl, const http_request &r,
                                http_response &response,
                                detail::curl_transfer &transfer) {
  curl_easy_setopt(curl, CURLOPT_URL, r.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, r.follow_redirects ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS,
                   static_cast<long>(r.timeout.count()));
  if (r.method == "HEAD")
    curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
  else
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, r.method.c_str());
  if (!r.body.empty() || r.method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(r.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r.body.c_str());
  }
  for (const auto &h : r.headers)
    transfer.add_header(h);
  transfer.on_header = [&response](std::string_view line) {
    if (line.starts_with("HTTP/")) // of the last response after redirects
      response.headers.clear();
    else if (line.find(':') != line.npos)
      response.headers.emplace_back(line);
  };
  transfer.on_data = [&response, &r](std::string_view data) {
    if (r.on_data) {
      r.on_data(data);
      return;
    }
    if (response.body.size() + data.size() > r.max_body)
      throw http_error(CURLE_FILESIZE_EXCEEDED, r.url + ": body too large");
    response.body += data;
  };
}

} // namespace weir

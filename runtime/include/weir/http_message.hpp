// http_request and http_response: what an http_session sends and gets.

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// The transfer failed: no connection, a broken one, a body too large. One that
/// took too long is a timeout_error. (aiohttp: ClientError.)
struct http_error : std::runtime_error {
  http_error(int curl_code, const std::string &what)
      : std::runtime_error(what), code(curl_code) {}
  int code; ///< A CURLcode.
};

/// A plain value, for any thread. (aiohttp: the arguments of
/// ClientSession.request.)
struct http_request {
  std::string url = {};
  std::string method = "GET";
  std::vector<std::string> headers = {}; ///< "Name: value" each.
  /// Goes as a form (application/x-www-form-urlencoded) unless \p headers have
  /// a Content-Type.
  std::string body = {};
  /// For all of the transfer, the body included, but not for waiting until
  /// max_in_flight lets it begin; zero: none.
  std::chrono::milliseconds timeout = std::chrono::minutes(5);
  /// For the name, the connection and TLS.
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(30);
  bool follow_redirects = true; ///< Up to ten; then http_error.
  /// Larger bodies fail with http_error.
  std::size_t max_body = 64 * 1024 * 1024;
  /// Gets the body piece by piece as it comes, instead of the response. Runs on
  /// the loop's thread; what it throws ends the transfer and is thrown. Where
  /// taking a piece has to wait for something, see `http_session::stream`.
  std::function<void(std::string_view)> on_data = {};
};

/// Any status is a response; a redirect only where it was not followed. A plain
/// value, for any thread. (aiohttp: ClientResponse, read to its end.)
struct http_response {
  long status = 0;
  std::vector<std::string> headers; ///< "Name: value" each, in order.
  std::string body;

  /// The value of the first header of that name, in any case; empty if none.
  std::string_view header(std::string_view name) const {
    for (std::string_view line : headers) {
      if (line.size() <= name.size() || line[name.size()] != ':' ||
          !same(line.substr(0, name.size()), name))
        continue;
      line.remove_prefix(name.size() + 1);
      while (!line.empty() && (line.front() == ' ' || line.front() == '\t'))
        line.remove_prefix(1);
      return line;
    }
    return {};
  }

private:
  static bool same(std::string_view a, std::string_view b) noexcept {
    const auto lower = [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    };
    for (std::size_t i = 0; i < a.size(); ++i)
      if (lower(a[i]) != lower(b[i]))
        return false;
    return true;
  }
};

} // namespace weir

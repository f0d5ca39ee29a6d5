// One request and what comes back, as curl wants it said.

#pragma once

#include <weir/detail/curl_multi.hpp>
#include <weir/errors.hpp>
#include <weir/http_message.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace weir::detail {

/// Stays where it is: curl refers to it.
struct http_exchange {
  explicit http_exchange(http_request r) : request(std::move(r)) {
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L); // else to give up waits for the resolver
    set(CURLOPT_FOLLOWLOCATION, request.follow_redirects ? 1L : 0L);
    set(CURLOPT_MAXREDIRS, 10L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
    set(CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(request.connect_timeout.count()));
    if (request.method == "HEAD")
      set(CURLOPT_NOBODY, 1L);
    else if (request.method == "POST")
      set(CURLOPT_POST, 1L); // which becomes a GET where a redirect says so
    else
      set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (!request.body.empty() || request.method == "POST") {
      set(CURLOPT_POSTFIELDSIZE_LARGE,
          static_cast<curl_off_t>(request.body.size()));
      set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    for (const auto &h : request.headers)
      transfer.add_header(h);
    transfer.on_header = [this](std::string_view line) {
      take_header(line);
      return true;
    };
    transfer.on_data = [this](std::string_view data) {
      take_data(data);
      return true;
    };
  }
  http_exchange(const http_exchange &) = delete;

  template <class T> void set(CURLoption option, T value) {
    curl_easy_setopt(transfer.handle(), option, value);
  }
  long status() const {
    long result = 0;
    curl_easy_getinfo(transfer.handle(), CURLINFO_RESPONSE_CODE, &result);
    return result;
  }
  /// Throws unless the transfer, which is over, went well.
  void check(CURLcode code) const {
    if (transfer.thrown)
      std::rethrow_exception(transfer.thrown);
    const auto text = request.url + ": " + curl_easy_strerror(code);
    if (code == CURLE_OPERATION_TIMEDOUT)
      throw timeout_error(text);
    if (code != CURLE_OK)
      throw http_error(code, text);
  }
  /// Whether the head that just ended is the one before the body.
  bool is_final_head() const {
    const long s = status();
    return s >= 200 && !(request.follow_redirects && s >= 300 && s < 400 &&
                         !response.header("location").empty());
  }
  void count(std::size_t more) {
    received_ += more;
    if (received_ > request.max_body)
      throw http_error(CURLE_FILESIZE_EXCEEDED,
                       request.url + ": the body is too large");
  }
  void take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) // of the last response after redirects
      response.headers.clear();
    else if (line.find(':') != line.npos)
      response.headers.emplace_back(line);
  }

  const http_request request;
  http_response response;
  curl_transfer transfer;

private:
  void take_data(std::string_view data) {
    if (request.on_data) {
      request.on_data(data);
      return;
    }
    count(data.size());
    response.body += data;
  }

  std::size_t received_ = 0;
};

} // namespace weir::detail

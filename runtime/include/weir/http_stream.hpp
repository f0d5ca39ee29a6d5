// http_stream: a response whose body is read piece by piece.

#pragma once

#include <weir/detail/http_exchange.hpp>
#include <weir/event.hpp>
#include <weir/scoped.hpp>
#include <weir/semaphore.hpp>
#include <weir/task.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// Made by `http_session::stream`, which it must not outlive; takes one of the
/// session's places until it is gone, and its connection until it was read to
/// the end. A reader that is slow holds the server back. Dropping it ends the
/// transfer. Movable while nobody reads. The loop's thread only. (aiohttp:
/// ClientResponse.)
class http_stream {
public:
  /// Of the response; its body stays empty.
  const http_response &head() const noexcept { return state_->http.response; }
  long status() const noexcept { return head().status; }

  /// The next piece, empty at the end. Throws http_error, and timeout_error.
  /// Cancelled, it ends the wait only: what comes is for the next read.
  task<std::string> read() {
    auto &s = *state_;
    while (s.buffer.empty() && !s.http.transfer.code) {
      s.changed.clear();
      s.resume();
      if (s.buffer.empty() && !s.http.transfer.code)
        co_await s.changed.wait();
    }
    if (s.buffer.empty())
      s.http.check(*s.http.transfer.code);
    co_return std::exchange(s.buffer, {});
  }

private:
  friend class http_session;

  struct state {
    static constexpr std::size_t high_water = 64 * 1024;

    state(detail::curl_multi &m, scoped<semaphore> p, http_request r)
        : multi(m), place(std::move(p)), http(std::move(r)) {
      http.transfer.on_header = [this](std::string_view line) {
        http.take_header(line);
        if (line.empty() && http.is_final_head())
          announce();
        return true;
      };
      http.transfer.on_data = [this](std::string_view data) {
        if (buffer.size() + data.size() > high_water && !buffer.empty()) {
          is_paused = true;
          return false;
        }
        http.count(data.size());
        buffer += data;
        announce();
        return true;
      };
      http.transfer.on_done = [this] { announce(); };
      multi.start(http.transfer);
    }
    ~state() { multi.stop(http.transfer); }

    void announce() {
      has_head = true;
      http.response.status = http.status();
      changed.set();
    }
    void resume() {
      if (std::exchange(is_paused, false))
        multi.resume(http.transfer);
    }

    detail::curl_multi &multi;
    scoped<semaphore> place;
    detail::http_exchange http;
    std::string buffer;
    event changed;
    bool has_head = false, is_paused = false;
  };
  explicit http_stream(std::unique_ptr<state> s) : state_(std::move(s)) {}

  std::unique_ptr<state> state_;
};

} // namespace weir

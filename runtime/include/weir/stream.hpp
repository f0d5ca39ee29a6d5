// stream: bytes in both directions: a TCP or Unix connection, a pipe.

#pragma once

#include <weir/detail/stream_io.hpp>
#include <weir/stream_errors.hpp>
#include <weir/task.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// A connection, made by `connect`, `connect_unix`, a server, a subprocess.
///
/// At most one task reads and one writes at a time (usage_error otherwise). A
/// read takes from the system when it is called, so a reader that is slow holds
/// its peer back by itself. Cancelling a read or a write ends the wait; nothing
/// that was received is lost, of a cancelled write a part may have been sent.
/// Errors of the connection are std::system_error. Movable while no operation
/// runs; the destructor closes. The loop's thread only. (asyncio: StreamReader
/// and StreamWriter.)
class stream {
public:
  /// The most that `read_until` and `read_line` take in, and from where on
  /// `drain` waits; it then waits for the buffer to shrink to a quarter.
  static constexpr std::size_t limit = 64 * 1024;

  // --- reading -------------------------------------------------------------

  /// Reads what is there, at most \p buffer's size; 0 at the end. The least
  /// there is between a task and the system call.
  auto read_some(std::span<char> buffer) {
    return detail::read_operation(*channel_, buffer.data(), buffer.size(),
                                  unread_);
  }
  /// Up to \p n bytes; empty at the end.
  task<std::string> read(std::size_t n = limit) {
    std::string data(n, '\0');
    data.resize(co_await read_some(data));
    co_return data;
  }
  /// Exactly \p n bytes. Throws incomplete_read, with what came, at the end.
  task<std::string> read_exactly(std::size_t n) {
    std::string data(n, '\0');
    std::size_t have = 0;
    while (have < n) {
      std::size_t more = 0;
      try {
        more = co_await read_some({data.data() + have, n - have});
      } catch (const cancelled &) {
        unread_.insert(0, data, 0, have);
        throw;
      }
      if (more == 0)
        throw incomplete_read(data.substr(0, have), n);
      have += more;
    }
    co_return data;
  }
  /// Up to and with \p separator. Throws incomplete_read at the end, and
  /// limit_overrun if it does not come within `limit` bytes, which stay unread.
  task<std::string> read_until(std::string separator) {
    std::size_t searched = 0;
    for (;;) {
      const auto at = unread_.find(separator, searched);
      if (at != unread_.npos && at + separator.size() <= limit) {
        auto data = unread_.substr(0, at + separator.size());
        unread_.erase(0, data.size());
        co_return data;
      }
      if (unread_.size() >= limit)
        throw limit_overrun();
      searched = unread_.size() < separator.size()
                     ? 0
                     : unread_.size() - separator.size() + 1;
      if (!co_await receive_more())
        throw incomplete_read(std::exchange(unread_, {}), 0);
    }
  }
  /// A line with its end; at the end of the stream what is left, perhaps none.
  task<std::string> read_line() {
    std::string line;
    try {
      line = co_await read_until("\n");
    } catch (incomplete_read &e) {
      line = std::move(e.partial);
    }
    co_return line;
  }
  /// Everything until the end.
  task<std::string> read_all() {
    for (bool more = true; more;) // g++ 12 traps in `while (co_await ...);`
      more = co_await receive_more();
    co_return std::exchange(unread_, {});
  }

  // --- writing -------------------------------------------------------------

  /// Sends at once what the system takes, and keeps the rest for later: follow
  /// it with `drain`, or memory has no bounds.
  void write(std::string_view data) {
    auto &unsent = channel_->unsent;
    if (unsent.empty()) {
      const long n = detail::write_some(*channel_, data);
      if (n < 0)
        throw std::system_error(static_cast<int>(-n), std::generic_category(),
                                "write");
      data.remove_prefix(static_cast<std::size_t>(n));
    }
    unsent.append(data);
  }
  /// Waits while too much is kept.
  auto drain() {
    return detail::write_operation(
        *channel_, {}, channel_->unsent.size() <= limit ? limit : limit / 4);
  }
  /// Sends all of \p data, which must live until it is awaited, and waits until
  /// the system has taken it.
  auto write_all(std::string_view data) {
    return detail::write_operation(*channel_, data, 0);
  }
  /// Sends what is kept and says that no more will come; reading goes on.
  task<> write_eof() {
    co_await write_all({});
    ::shutdown(channel_->fd(), SHUT_WR);
  }

  /// Closes at once; what is kept is lost, and whoever reads or writes gets a
  /// std::system_error (EBADF).
  void close() noexcept { channel_->close(); }
  /// Sends what is kept, then closes.
  task<> close_gracefully() {
    if (channel_->is_open())
      co_await write_all({});
    channel_->close();
  }
  bool is_open() const noexcept { return channel_->is_open(); }

  /// The descriptor, for options; it stays the stream's.
  int native_handle() const noexcept { return channel_->fd(); }

  /// For the library's own use.
  explicit stream(detail::file_descriptor fd, bool is_socket = true)
      : channel_(std::make_unique<detail::channel>(std::move(fd), is_socket)) {}
  detail::channel &native() noexcept { return *channel_; }

private:
  /// False at the end.
  task<bool> receive_more() {
    constexpr std::size_t step = 16 * 1024;
    std::string more(step, '\0'), received_but_cancelled;
    std::size_t n = 0;
    try {
      n = co_await detail::read_operation(*channel_, more.data(), step,
                                          received_but_cancelled);
    } catch (const cancelled &) {
      unread_ += received_but_cancelled;
      throw;
    }
    unread_.append(more, 0, n);
    co_return n > 0;
  }

  std::unique_ptr<detail::channel> channel_;
  std::string unread_;
};

} // namespace weir

// stream_reader: the half of a connection that bytes come from.

#pragma once

#include <weir/detail/stream_io.hpp>
#include <weir/stream_errors.hpp>
#include <weir/task.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <utility>

namespace weir {

/// Reads from a connection, a pipe, a TLS session. Made by `open_connection`,
/// `start_server`, `subprocess`; copies read from the same connection, which
/// lives until the last half of it is gone.
///
/// One task reads at a time; a second one gets usage_error. Nothing is taken
/// from the system before it is asked for, so a reader that is slow holds its
/// peer back by itself. Cancelling a read ends the wait and loses nothing that
/// was received. What fails throws std::system_error, ECONNRESET for one, also
/// out of every later read and the next write; the end of the stream is not a
/// failure. The reader must outlive its reads. The
/// loop's thread only. (asyncio: StreamReader.)
class stream_reader {
public:
  /// What is there, at most \p buffer's size; 0 at the end. The least there is
  /// between a task and the system call.
  auto read_some(std::span<char> buffer) {
    return detail::read_operation(*connection_, buffer.data(), buffer.size());
  }
  /// What is there, up to \p n bytes; empty at the end.
  task<std::string> read(std::size_t n) {
    if (unread().empty() && n > 0)
      co_await receive(std::min(n, step));
    co_return unread().take(n);
  }
  /// Everything until the end. Mind who decides how much that is.
  task<std::string> read_all() {
    for (bool more = true; more;) // g++ 12 miscompiles `while (co_await ...);`
      more = co_await receive(step);
    co_return unread().take(unread().size());
  }
  /// Exactly \p n bytes. Throws incomplete_read, with what came, at the end.
  /// Memory is taken as they come, so that \p n may be what the peer says.
  task<std::string> read_exactly(std::size_t n) {
    while (unread().size() < n) {
      const std::size_t missing = n - unread().size();
      const bool more = co_await receive(std::clamp(missing, step, large_step));
      if (!more)
        throw incomplete_read(unread().take(n), n);
    }
    co_return unread().take(n);
  }
  /// Up to and with \p separator. Throws incomplete_read at the end, and
  /// limit_overrun if it does not begin within the limit of the stream (64 KiB
  /// unless it was made with another); what was received then stays unread.
  task<std::string> read_until(std::string separator) {
    if (separator.empty())
      throw usage_error("the separator is empty");
    const std::size_t limit = connection_->limit;
    std::size_t searched = 0;
    for (;;) {
      const auto at = unread().view().find(separator, searched);
      if (at != std::string::npos && at <= limit)
        co_return unread().take(at + separator.size());
      if (at != std::string::npos || unread().size() > limit + separator.size())
        throw limit_overrun();
      searched = unread().size() < separator.size()
                     ? 0
                     : unread().size() - separator.size() + 1;
      if (!co_await receive(step))
        throw incomplete_read(unread().take(unread().size()), 0);
    }
  }
  /// A line with its '\n'; at the end what is left, perhaps nothing. Throws
  /// limit_overrun as `read_until` does.
  task<std::string> read_line() {
    std::string line;
    try {
      line = co_await read_until("\n");
    } catch (incomplete_read &e) {
      line = std::move(e.partial);
    }
    co_return line;
  }

  /// The descriptor, for options; it stays the connection's. -1 once closed.
  int native_handle() const noexcept { return connection_->fd(); }

  /// For the library's own use.
  explicit stream_reader(std::shared_ptr<detail::connection> c) noexcept
      : connection_(std::move(c)) {}
  detail::connection &native() const noexcept { return *connection_; }

private:
  static constexpr std::size_t step = 16 * 1024, large_step = 256 * 1024;

  detail::byte_buffer &unread() const noexcept { return connection_->unread; }
  detail::fill_operation receive(std::size_t n) {
    return detail::fill_operation(*connection_, n);
  }

  std::shared_ptr<detail::connection> connection_;
};

} // namespace weir

// The state that the two halves of a stream share: a socket or pipe, what was
// received and not read yet, what was written and not sent yet.
//
// Receiving happens only when somebody reads, so a slow reader holds its peer
// back by itself. Sending happens at once, as far as the system takes it, and
// goes on in the background; `drain` is what holds a fast writer back. A
// connection that is dropped with bytes unsent stays until they are out.

#pragma once

#include <weir/detail/byte_buffer.hpp>
#include <weir/detail/channel.hpp>
#include <weir/detail/stream_layer.hpp>
#include <weir/detail/wait_queue.hpp>
#include <weir/report.hpp>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace weir::detail {

class connection final : public channel {
public:
  /// \p is_socket: a stream socket, not a pipe.
  connection(file_descriptor fd, bool is_socket, std::size_t line_limit)
      : channel(std::move(fd)), limit(line_limit), is_socket_(is_socket) {}
  ~connection() { abort(); }

  // --- receiving -----------------------------------------------------------

  /// False if `receive` would find nothing.
  bool may_receive() const noexcept { return readable || layer || !is_open(); }

  /// Decoded bytes; 0 at the end, -EAGAIN if there are none yet, -errno.
  long receive(char *to, std::size_t size) noexcept {
    if (layer) [[unlikely]]
      return is_open() ? layer->receive(*this, to, size) : -EBADF;
    return receive_raw(to, size);
  }
  /// What came over the wire. A read that does not fill its buffer has emptied
  /// the socket, which saves the call that would say so.
  long receive_raw(char *to, std::size_t size) noexcept {
    if (!is_open())
      return -EBADF;
    while (readable) {
      const auto n = is_socket_ ? ::recv(fd(), to, size, 0)
                                : ::read(fd(), to, size);
      if (n >= 0) {
        if (is_socket_ && static_cast<std::size_t>(n) < size && !ended)
          readable = n == 0;
        return n;
      }
      if (errno == EINTR)
        continue;
      if (errno != EAGAIN)
        return fail_reading(errno);
      readable = false;
    }
    return -EAGAIN;
  }

  // --- sending -------------------------------------------------------------

  /// Sends what the system takes now; how much, or minus errno.
  long send(std::string_view data) noexcept {
    std::size_t done = 0;
    while (done < data.size() && writable) {
      const char *rest = data.data() + done;
      const auto n = is_socket_
                         ? ::send(fd(), rest, data.size() - done, MSG_NOSIGNAL)
                         : ::write(fd(), rest, data.size() - done);
      if (n >= 0)
        done += static_cast<std::size_t>(n);
      else if (errno == EAGAIN)
        writable = false;
      else if (errno != EINTR)
        return -errno;
    }
    return static_cast<long>(done);
  }
  /// Sends what can be sent and keeps the rest; nothing once it has failed.
  void send_or_keep(std::string_view data) {
    if (unsent.empty() && !error) {
      const long n = send(data);
      if (n < 0)
        return fail(static_cast<int>(-n));
      data.remove_prefix(static_cast<std::size_t>(n));
    }
    if (!error)
      unsent.append(data);
  }
  /// What the program writes: after what a task is sending now.
  void write(std::string_view data) {
    if (writer) [[unlikely]]
      writer->give_rest();
    encode(data);
  }
  void encode(std::string_view data) {
    if (!layer)
      send_or_keep(data);
    else if (const int e = layer->encode(*this, data); e != 0)
      fail(-e);
  }
  /// Sends more of what was kept; false when some is left.
  bool flush() noexcept {
    if (!unsent.empty() && !error) {
      const long n = send(unsent.view());
      if (n < 0)
        fail(static_cast<int>(-n));
      else
        unsent.consume(static_cast<std::size_t>(n));
    }
    if (!unsent.empty())
      return false;
    after_the_last_byte();
    return true;
  }

  // --- ending --------------------------------------------------------------

  /// Sends what is kept, then says that no more will come.
  void write_eof() noexcept {
    if (ending_ != ending::no)
      return;
    if (layer && !error)
      layer->finish(*this);
    ending_ = ending::eof;
    flush();
  }
  /// Sends what is kept, then closes. Reading ends now.
  void close() noexcept {
    if (ending_ == ending::closed || !is_open())
      return;
    if (ending_ == ending::no && layer && !error)
      layer->finish(*this);
    ending_ = ending::closed;
    if (flush())
      return;
    if (!reading_error)
      reading_error = EBADF;
    wake_if_over(reader);
  }
  /// Closes now; what is kept is lost.
  void abort() noexcept {
    ending_ = ending::closed;
    unsent.consume(unsent.size());
    channel::close();
    wake_all(closed_line);
  }
  bool is_closing() const noexcept { return ending_ == ending::closed; }
  /// Whether the program has said that no more will come.
  bool is_ending() const noexcept { return ending_ != ending::no; }

  void on_ready(readiness r) noexcept override {
    channel::on_ready(r);
    if (r.writable && !unsent.empty() && !writer && is_open())
      flush();
    if (is_dropped_ && !is_open()) // all is sent
      delete this;
  }
  /// Deletes it, when all is sent.
  void drop() noexcept {
    close();
    is_dropped_ = true;
    if (!is_open())
      delete this;
  }
  void on_loop_end() noexcept override {
    writable = true; // a last try, which also finds a peer that has gone
    flush();
    if (!unsent.empty())
      report_unsent();
    abort();
    if (is_dropped_)
      delete this;
  }

  /// Throws what went wrong. EAGAIN and its kind never come here.
  [[noreturn]] void throw_error(int e, const char *what) const {
    if (layer)
      layer->throw_failure();
    if (e == EBADF)
      throw std::system_error(e, std::generic_category(),
                              std::string(what) + ": the stream is closed");
    throw std::system_error(e, std::generic_category(), what);
  }

  byte_buffer unread, unsent;
  const std::size_t limit;
  std::unique_ptr<stream_layer> layer;
  int error = 0; ///< What sending met; the next write or drain throws it.
  int reading_error = 0; ///< Of every read from now on; EBADF by `close`.
  wait_queue closed_line;

private:
  enum class ending : std::uint8_t { no, eof, closed };

  void fail(int e) noexcept {
    error = e;
    unsent.consume(unsent.size());
  }
  /// Nothing more will come, and nobody is there to send to.
  [[gnu::cold]] long fail_reading(int e) noexcept {
    reading_error = e;
    if (!error)
      fail(e);
    return -e;
  }
  void report_unsent() const noexcept {
    report r;
    r.rule = "weir-unsent-bytes";
    r.message = "the loop ended before " + std::to_string(unsent.size()) +
                " bytes written to a stream were sent: await wait_closed, or "
                "write with write_all";
    detail::send(r);
  }
  void after_the_last_byte() noexcept {
    if (!is_open())
      return;
    if (ending_ == ending::closed)
      abort();
    else if (ending_ == ending::eof && !std::exchange(is_shut_, true))
      is_socket_ ? void(::shutdown(fd(), SHUT_WR)) : abort();
  }

  const bool is_socket_;
  bool is_shut_ = false, is_dropped_ = false;
  ending ending_ = ending::no;
};

/// Ends a connection that nobody holds any more.
struct drop_connection {
  void operator()(connection *c) const noexcept { c->drop(); }
};

inline std::shared_ptr<connection>
make_connection(file_descriptor fd, bool is_socket, std::size_t limit) {
  return {new connection(std::move(fd), is_socket, limit), drop_connection{}};
}

} // namespace weir::detail

// stream_writer: the half of a connection that bytes go into.

#pragma once

#include <weir/detail/stream_io.hpp>
#include <weir/task.hpp>

#include <memory>
#include <string_view>
#include <utility>

namespace weir {

/// Writes to a connection, a pipe, a TLS session. Copies write to the same
/// connection. Dropping the last half of it closes it gracefully, as `close`.
/// What is still kept when the loop ends is lost, which is reported
/// (weir-unsent-bytes).
///
/// Bytes go out in the order they were written. One task drains or sends at a
/// time; a second one gets usage_error. What fails, in the background too, or
/// what the other half meets in reading, throws std::system_error out of the
/// next call; EPIPE is an error and never a signal for sockets. The writer must
/// outlive its operations. The loop's thread only. (asyncio: StreamWriter.)
class stream_writer {
public:
  /// Sends at once what the system takes and keeps the rest, which goes out in
  /// the background. Never waits: without `drain`, memory has no bounds.
  void write(std::string_view data) {
    check();
    connection_->write(data);
    if (connection_->error)
      connection_->throw_error(connection_->error, "write");
  }
  /// Waits while too much is kept: above 64 KiB until it is down to 16.
  /// Cancelled, it ends the wait only: what is kept goes out in the background.
  ///
  ///     for (auto &block : blocks) {
  ///       out.write(block);
  ///       co_await out.drain();
  ///     }
  auto drain() {
    constexpr std::size_t high = 64 * 1024, low = 16 * 1024;
    return detail::write_operation(
        *connection_, {}, connection_->unsent.size() > high ? low : high);
  }
  /// Sends what is kept and all of \p data, without copying it: it must live
  /// until this is done, as it does in `co_await w.write_all(text)`. Cancelled,
  /// a part of it may have been sent.
  auto write_all(std::string_view data) {
    refuse_after_eof();
    return detail::write_operation(*connection_, data, 0);
  }

  /// After what is kept, says that no more will come; who writes again gets
  /// usage_error. The other half still reads. Closes a pipe.
  void write_eof() { connection_->write_eof(); }
  /// Begins to close: what is kept is sent in the background first. Reads end
  /// with std::system_error, EBADF.
  void close() noexcept { connection_->close(); }
  /// Waits until it is closed and everything sent. Throws what failed before.
  auto wait_closed() { return detail::closed_operation(*connection_); }
  /// Closes at once; what is kept is lost.
  void abort() noexcept { connection_->abort(); }
  bool is_closing() const noexcept { return connection_->is_closing(); }

  /// How many bytes are kept.
  std::size_t unsent() const noexcept { return connection_->unsent.size(); }

  /// For the library's own use.
  explicit stream_writer(std::shared_ptr<detail::connection> c) noexcept
      : connection_(std::move(c)) {}

private:
  void check() const {
    if (connection_->is_closing())
      connection_->throw_error(connection_->error ? connection_->error : EBADF,
                               "write");
    refuse_after_eof();
  }
  void refuse_after_eof() const {
    if (connection_->is_ending() && !connection_->is_closing())
      throw usage_error("write after write_eof");
  }

  std::shared_ptr<detail::connection> connection_;
};

} // namespace weir

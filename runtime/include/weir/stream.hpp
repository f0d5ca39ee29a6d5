// stream: a connection, both halves in one.

#pragma once

#include <weir/address.hpp>
#include <weir/stream_reader.hpp>
#include <weir/stream_writer.hpp>

#include <memory>
#include <utility>

namespace weir {

/// What `open_connection` gives and a server hands to its handler: a
/// stream_reader and a stream_writer. Where two tasks share the work, give each
/// its half: they are copied out of it by assignment.
///
///     weir::stream s = co_await weir::open_connection("localhost", 8080);
///     co_await s.write_all("ping\n");
///     auto answer = co_await s.read_line();
///
/// It closes when the last half is gone, after everything was sent. The loop's
/// thread only. (asyncio: the pair of StreamReader and StreamWriter.)
class stream : public stream_reader, public stream_writer {
public:
  /// The limit of `read_until` and `read_line` unless another is asked for.
  static constexpr std::size_t default_limit = 64 * 1024;

  stream_reader &reader() noexcept { return *this; }
  stream_writer &writer() noexcept { return *this; }

  /// Our end, and the other. Throws std::system_error if not connected.
  address local_address() const { return address::of_socket(native_handle()); }
  address peer_address() const { return address::of_peer(native_handle()); }

  /// For the library's own use.
  explicit stream(std::shared_ptr<detail::connection> c) noexcept
      : stream_reader(c), stream_writer(std::move(c)) {}
  explicit stream(detail::file_descriptor fd, std::size_t limit = default_limit)
      : stream(detail::make_connection(std::move(fd), true, limit)) {}
};

} // namespace weir

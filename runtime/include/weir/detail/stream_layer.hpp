// What may stand between a stream and its socket: TLS.

#pragma once

#include <cstddef>
#include <string_view>

namespace weir::detail {

class connection;

/// Turns what the program reads and writes into what goes over the wire.
class stream_layer {
public:
  virtual ~stream_layer() = default;

  /// As `recv`, but -EAGAIN or another negative errno instead of -1.
  virtual long receive(connection &, char *to, std::size_t size) noexcept = 0;
  /// Encodes all of \p data for `connection::send_or_keep`; 0 or minus errno.
  virtual int encode(connection &, std::string_view data) noexcept = 0;
  /// Says that no more will come.
  virtual void finish(connection &) noexcept = 0;
  /// Throws if it, and not the socket, is what failed.
  virtual void throw_failure() const = 0;
};

} // namespace weir::detail

// open_connection: a stream to a server.

#pragma once

#include <weir/address.hpp>
#include <weir/detail/connect_operation.hpp>
#include <weir/detail/staggered_connect.hpp>
#include <weir/resolve.hpp>
#include <weir/stream.hpp>
#include <weir/task.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace weir {

struct connection_options {
  /// The most that `read_line` and `read_until` take in looking for the end.
  std::size_t limit = stream::default_limit;
  /// How long an address may take before the next is tried beside it (RFC 8305
  /// says 250 ms); none: one after the other.
  std::optional<std::chrono::milliseconds> happy_eyeballs_delay = std::nullopt;
};

/// A TCP stream to a port of \p host, a name or a number. Tries the addresses
/// in the order the system prefers, IPv6 and IPv4 in turn.
///
///     auto server = co_await weir::open_connection("localhost", 8080);
///
/// Throws resolve_error, or std::system_error: the reason of the first address,
/// and in its text those of all. Cancelling leaves nothing behind. There is no
/// time limit of its own: see `timeout`. The loop's thread only. (asyncio:
/// open_connection.)
inline task<stream> open_connection(std::string host, std::uint16_t port,
                                    connection_options options = {}) {
  auto addresses = co_await resolve(std::move(host), port);
  co_return co_await detail::staggered_connect(
      detail::alternate_families(std::move(addresses)), options.limit,
      options.happy_eyeballs_delay);
}

/// A stream to an address that is known.
inline task<stream> open_connection(address to,
                                    connection_options options = {}) {
  co_return co_await detail::connect(std::move(to), options.limit);
}

/// A stream to the Unix socket at \p path. Throws std::system_error.
/// (asyncio: open_unix_connection.)
inline task<stream> open_unix_connection(std::string path,
                                         connection_options options = {}) {
  co_return co_await detail::connect(address::unix_path(path), options.limit);
}

} // namespace weir

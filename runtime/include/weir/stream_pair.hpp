// stream_pair: two streams connected to each other.

#pragma once

#include <weir/detail/file_descriptor.hpp>
#include <weir/stream.hpp>

#include <utility>

#include <sys/socket.h>

namespace weir {

namespace detail {

/// Throws std::system_error.
inline std::pair<file_descriptor, file_descriptor> socket_pair() {
  int ends[2];
  checked(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                       ends),
          "socketpair");
  return {file_descriptor(ends[0]), file_descriptor(ends[1])};
}

} // namespace detail

/// What is written to one is read from the other: for tests of a protocol
/// without a network, and between two tasks. Throws std::system_error. See
/// fake_peer for a far end that plays a script. The loop's thread only.
/// (socket.socketpair.)
inline std::pair<stream, stream>
stream_pair(std::size_t limit = stream::default_limit) {
  auto [a, b] = detail::socket_pair();
  return {stream(std::move(a), limit), stream(std::move(b), limit)};
}

} // namespace weir

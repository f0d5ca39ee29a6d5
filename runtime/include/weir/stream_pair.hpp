// stream_pair: two streams connected to each other.

#pragma once

#include <weir/detail/file_descriptor.hpp>
#include <weir/stream.hpp>

#include <utility>

#include <sys/socket.h>

namespace weir {

/// What is written to one is read from the other: for tests of a protocol
/// without a network, and between two tasks. Throws std::system_error.
inline std::pair<stream, stream>
stream_pair(std::size_t limit = stream::default_limit) {
  int ends[2];
  detail::checked(
      ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends),
      "socketpair");
  detail::file_descriptor a(ends[0]), b(ends[1]);
  return {stream(std::move(a), limit), stream(std::move(b), limit)};
}

} // namespace weir

// What connections, listeners and datagram sockets do to their descriptors.

#pragma once

#include <weir/detail/file_descriptor.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace weir::detail {

inline file_descriptor new_socket(int family, int type) {
  return file_descriptor(
      checked(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
              "socket"));
}
inline void set_option(int fd, int level, int option, int value) noexcept {
  ::setsockopt(fd, level, option, &value, sizeof value);
}
/// Small messages go at once; without effect on other than TCP.
inline void set_nodelay(int fd, int family) noexcept {
  if (family == AF_INET || family == AF_INET6)
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

} // namespace weir::detail

// address: where a socket is or goes.

#pragma once

#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace weir {

/// An IPv4, IPv6 or Unix socket address, as the system has it.
class address {
public:
  address() noexcept = default;
  address(const sockaddr *a, socklen_t size) noexcept : size_(size) {
    std::memcpy(&storage_, a, size);
  }
  static address unix_path(const std::string &path) {
    sockaddr_un a{};
    a.sun_family = AF_UNIX;
    if (path.size() >= sizeof a.sun_path)
      throw std::invalid_argument("the path is too long for a Unix socket: " +
                                  path);
    std::memcpy(a.sun_path, path.data(), path.size());
    return address(reinterpret_cast<sockaddr *>(&a), sizeof a);
  }
  static address of_socket(int fd) {
    address a;
    a.size_ = sizeof a.storage_;
    ::getsockname(fd, a.data(), &a.size_);
    return a;
  }

  int family() const noexcept { return storage_.ss_family; }
  std::uint16_t port() const noexcept {
    if (family() == AF_INET)
      return ntohs(reinterpret_cast<const sockaddr_in &>(storage_).sin_port);
    if (family() == AF_INET6)
      return ntohs(reinterpret_cast<const sockaddr_in6 &>(storage_).sin6_port);
    return 0;
  }
  /// "127.0.0.1:80", "[::1]:80", or the path.
  std::string to_string() const {
    char text[INET6_ADDRSTRLEN] = "";
    if (family() == AF_INET) {
      ::inet_ntop(AF_INET,
                  &reinterpret_cast<const sockaddr_in &>(storage_).sin_addr,
                  text, sizeof text);
      return std::string(text) + ":" + std::to_string(port());
    }
    if (family() == AF_INET6) {
      ::inet_ntop(AF_INET6,
                  &reinterpret_cast<const sockaddr_in6 &>(storage_).sin6_addr,
                  text, sizeof text);
      return "[" + std::string(text) + "]:" + std::to_string(port());
    }
    return reinterpret_cast<const sockaddr_un &>(storage_).sun_path;
  }

  sockaddr *data() noexcept { return reinterpret_cast<sockaddr *>(&storage_); }
  const sockaddr *data() const noexcept {
    return reinterpret_cast<const sockaddr *>(&storage_);
  }
  socklen_t size() const noexcept { return size_; }
  socklen_t &size() noexcept { return size_; }

private:
  sockaddr_storage storage_{};
  socklen_t size_ = sizeof(sockaddr_storage);
};

} // namespace weir

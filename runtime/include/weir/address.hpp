// address: where a socket is or goes.

#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace weir {

/// An IPv4, IPv6 or Unix socket address, as the system has it. A value, for any
/// thread. (The address tuples of Python's socket.)
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
  /// A number, not a name: "127.0.0.1", "::1". Throws std::invalid_argument.
  static address ip(const std::string &number, std::uint16_t port) {
    sockaddr_in v4{};
    if (::inet_pton(AF_INET, number.c_str(), &v4.sin_addr) == 1) {
      v4.sin_family = AF_INET;
      v4.sin_port = htons(port);
      return address(reinterpret_cast<sockaddr *>(&v4), sizeof v4);
    }
    sockaddr_in6 v6{};
    if (::inet_pton(AF_INET6, number.c_str(), &v6.sin6_addr) == 1) {
      v6.sin6_family = AF_INET6;
      v6.sin6_port = htons(port);
      return address(reinterpret_cast<sockaddr *>(&v6), sizeof v6);
    }
    throw std::invalid_argument("not an IP address: " + number);
  }
  /// Of a socket's own end, and of the other. Throw std::system_error.
  static address of_socket(int fd) { return ask(::getsockname, fd); }
  static address of_peer(int fd) { return ask(::getpeername, fd); }

  int family() const noexcept { return storage_.ss_family; }
  std::uint16_t port() const noexcept {
    if (family() == AF_INET)
      return ntohs(reinterpret_cast<const sockaddr_in &>(storage_).sin_port);
    if (family() == AF_INET6)
      return ntohs(reinterpret_cast<const sockaddr_in6 &>(storage_).sin6_port);
    return 0;
  }
  address with_port(std::uint16_t port) const noexcept {
    address a = *this;
    if (family() == AF_INET)
      reinterpret_cast<sockaddr_in &>(a.storage_).sin_port = htons(port);
    else if (family() == AF_INET6)
      reinterpret_cast<sockaddr_in6 &>(a.storage_).sin6_port = htons(port);
    return a;
  }
  /// "127.0.0.1:80", "[::1]:80", the path, or "" for a socket without a name.
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
    if (family() == AF_UNIX)
      return reinterpret_cast<const sockaddr_un &>(storage_).sun_path;
    return "";
  }
  friend bool operator==(const address &a, const address &b) noexcept {
    return a.size_ == b.size_ &&
           std::memcmp(&a.storage_, &b.storage_, a.size_) == 0;
  }

  sockaddr *data() noexcept { return reinterpret_cast<sockaddr *>(&storage_); }
  const sockaddr *data() const noexcept {
    return reinterpret_cast<const sockaddr *>(&storage_);
  }
  socklen_t size() const noexcept { return size_; }
  socklen_t &size() noexcept { return size_; }

private:
  static address ask(int (*call)(int, sockaddr *, socklen_t *), int fd) {
    address a;
    if (call(fd, a.data(), &a.size_) != 0)
      throw std::system_error(errno, std::generic_category(),
                              "address of a socket");
    return a;
  }

  sockaddr_storage storage_{};
  socklen_t size_ = sizeof(sockaddr_storage);
};

} // namespace weir

// connect: a stream to a server.

#pragma once

#include <weir/address.hpp>
#include <weir/detail/channel.hpp>
#include <weir/resolve.hpp>
#include <weir/stream.hpp>
#include <weir/task.hpp>

#include <cerrno>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <netinet/tcp.h>
#include <sys/socket.h>

namespace weir {

namespace detail {

inline file_descriptor new_socket(int family, int type) {
  return file_descriptor(
      checked(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
              "socket"));
}
inline void set_option(int fd, int level, int option, int value) noexcept {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

/// Waits until a connection that was begun is there or has failed.
class [[nodiscard]] connect_operation final : public io_operation {
public:
  explicit connect_operation(channel &c) noexcept
      : io_operation(c, side::write) {}

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    suspend(leaf.promise());
  }
  void await_resume() const {
    throw_if_cancelled(*blocked);
    if (error_)
      throw std::system_error(error_, std::generic_category(), "connect");
  }
  bool attempt() noexcept override {
    if (!channel_.writable)
      return false;
    socklen_t size = sizeof error_;
    if (::getsockopt(channel_.fd(), SOL_SOCKET, SO_ERROR, &error_, &size) != 0)
      error_ = errno;
    return true;
  }
  const char *what() const noexcept override { return "connect"; }

private:
  int error_ = 0;
};

} // namespace detail

/// A stream to \p to. Throws std::system_error.
inline task<stream> connect(address to) {
  auto fd = detail::new_socket(to.family(), SOCK_STREAM);
  if (to.family() != AF_UNIX)
    detail::set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
  int result;
  do
    result = ::connect(fd.get(), to.data(), to.size());
  while (result != 0 && errno == EINTR);
  const int error = result == 0 ? 0 : errno;
  if (error != 0 && error != EINPROGRESS)
    throw std::system_error(error, std::generic_category(),
                            "connect to " + to.to_string());
  stream s(std::move(fd));
  if (error == EINPROGRESS) {
    s.native().writable = false;
    co_await detail::connect_operation(s.native());
  }
  co_return s;
}

/// A TCP stream to a port of \p host, a name or a number. Tries the addresses
/// one after the other; throws resolve_error, or std::system_error for the
/// last. (asyncio: open_connection.)
///
///     auto server = co_await weir::connect("localhost", 8080);
inline task<stream> connect(std::string host, std::uint16_t port) {
  std::exception_ptr last;
  for (const auto &to : co_await resolve(std::move(host), port)) {
    try {
      co_return co_await connect(to);
    } catch (const std::system_error &) {
      last = std::current_exception();
    }
  }
  std::rethrow_exception(last);
}

/// A stream to the Unix socket at \p path. (asyncio: open_unix_connection.)
inline task<stream> connect_unix(std::string path) {
  co_return co_await connect(address::unix_path(path));
}

} // namespace weir

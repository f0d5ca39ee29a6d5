// Waiting for a socket to be connected.

#pragma once

#include <weir/address.hpp>
#include <weir/detail/connection.hpp>
#include <weir/detail/socket.hpp>
#include <weir/stream.hpp>
#include <weir/task.hpp>

#include <cerrno>
#include <cstddef>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace weir::detail {

/// Waits until a connection that was begun is there or has failed.
class [[nodiscard]] connect_operation final : public io_operation {
public:
  connect_operation(channel &c, const address &to) noexcept
      : io_operation(c, side::write), to_(to) {
    c.writable = false;
  }

  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (error_)
      throw std::system_error(error_, std::generic_category(),
                              "connect to " + to_.to_string());
  }
  bool attempt() noexcept override {
    if (!channel_.is_open())
      error_ = EBADF;
    if (!channel_.writable)
      return error_ != 0;
    socklen_t size = sizeof error_;
    if (::getsockopt(channel_.fd(), SOL_SOCKET, SO_ERROR, &error_, &size) != 0)
      error_ = errno;
    return true;
  }
  const char *what() const noexcept override { return "connect"; }

private:
  const address &to_;
  int error_ = 0;
};

inline task<stream> connect(address to, std::size_t limit) {
  auto fd = new_socket(to.family(), SOCK_STREAM);
  set_nodelay(fd.get(), to.family());
  const int result = ::connect(fd.get(), to.data(), to.size());
  const int error = result == 0 ? 0 : errno;
  if (error != 0 && error != EINPROGRESS && error != EINTR)
    throw std::system_error(error, std::generic_category(),
                            "connect to " + to.to_string());
  stream s(std::move(fd), limit);
  if (error != 0) // also after EINTR it goes on by itself
    co_await connect_operation(s.native(), to);
  co_return s;
}

} // namespace weir::detail

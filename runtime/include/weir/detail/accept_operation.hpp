// Taking one connection from a listening socket.

#pragma once

#include <weir/detail/channel.hpp>

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace weir::detail {

/// Gives a descriptor, or none where the system is out of something.
class [[nodiscard]] accept_operation final : public io_operation {
public:
  explicit accept_operation(channel &c) noexcept
      : io_operation(c, side::read) {}

  file_descriptor await_resume() {
    if (blocked)
      throw_if_cancelled(*blocked); // an accepted one is closed
    if (error_)
      throw std::system_error(error_, std::generic_category(), "accept");
    return std::move(fd_);
  }
  bool attempt() noexcept override {
    for (;;) {
      if (!channel_.is_open()) {
        error_ = EBADF;
        return true;
      }
      const int fd = ::accept4(channel_.fd(), nullptr, nullptr,
                               SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd >= 0) {
        fd_ = file_descriptor(fd);
        return true;
      }
      switch (errno) {
      case EAGAIN:
        return false;
      case EINTR:
      case ECONNABORTED: // gone before it was accepted
        continue;
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return true;
      default:
        error_ = errno;
        return true;
      }
    }
  }
  const char *what() const noexcept override { return "accept"; }

private:
  file_descriptor fd_;
  int error_ = 0;
};

} // namespace weir::detail

// Taking one connection from a listening socket.

#pragma once

#include <weir/detail/channel.hpp>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/socket.h>

namespace weir::detail {

/// A socket that listens.
class listening final : public channel {
public:
  using channel::channel;
  /// Accepted for tasks that were cancelled before they could look.
  std::vector<file_descriptor> left;
};

/// Gives a descriptor, or none where the system is out of something.
class [[nodiscard]] accept_operation final : public io_operation {
public:
  explicit accept_operation(listening &at) noexcept
      : io_operation(at, side::read), at_(at) {}

  file_descriptor await_resume() {
    if (blocked && (blocked->flags & job::must_cancel)) {
      if (fd_) // for the next one who accepts
        at_.left.push_back(std::move(fd_));
      throw_if_cancelled(*blocked);
    }
    if (error_)
      throw std::system_error(error_, std::generic_category(), "accept");
    return std::move(fd_);
  }
  bool attempt() noexcept override {
    if (at_.is_open() && !at_.left.empty()) {
      fd_ = std::move(at_.left.front());
      at_.left.erase(at_.left.begin());
      return true;
    }
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
      case EPROTO:
      case ENETDOWN: // what its network has met, says accept(2)
      case ENETUNREACH:
      case EHOSTDOWN:
      case EHOSTUNREACH:
      case ENONET:
      case ENOPROTOOPT:
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
  listening &at_;
  file_descriptor fd_;
  int error_ = 0;
};

} // namespace weir::detail

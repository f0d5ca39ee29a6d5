// listener: a socket that connections come to.

#pragma once

#include <weir/connect.hpp>
#include <weir/sleep.hpp>
#include <weir/stream.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace weir {

/// Listens on an address from the constructor to `close` or the destructor.
/// One task at a time accepts. The loop's thread only.
class listener {
public:
  /// Throws std::system_error, for an address in use for one. Port 0: any
  /// free; see `where`.
  explicit listener(const address &at, int backlog = 1024)
      : channel_(open(at, backlog)) {}

  /// The next connection. Out of descriptors or memory it tries again after a
  /// second instead of failing.
  task<stream> accept() {
    for (;;) {
      auto fd = co_await operation(channel_);
      if (fd) {
        detail::set_option(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1);
        co_return stream(std::move(fd));
      }
      co_await sleep(std::chrono::seconds(1));
    }
  }

  address where() const { return address::of_socket(channel_.fd()); }
  void close() noexcept { channel_.close(); }
  bool is_open() const noexcept { return channel_.is_open(); }

private:
  static detail::file_descriptor open(const address &at, int backlog) {
    auto fd = detail::new_socket(at.family(), SOCK_STREAM);
    detail::set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (at.family() == AF_INET6)
      detail::set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    detail::checked(::bind(fd.get(), at.data(), at.size()), "bind");
    detail::checked(::listen(fd.get(), backlog), "listen");
    return fd;
  }

  /// Gives a descriptor, or none where the system is out of something.
  class operation final : public detail::io_operation {
  public:
    explicit operation(detail::channel &c) noexcept
        : io_operation(c, side::read) {
      c.readable = true;
    }
    bool await_ready() noexcept { return attempt(); }
    template <std::derived_from<detail::job> P>
    void await_suspend(std::coroutine_handle<P> leaf) {
      suspend(leaf.promise());
    }
    detail::file_descriptor await_resume() {
      if (blocked)
        detail::throw_if_cancelled(*blocked); // an accepted one is closed
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
          fd_ = detail::file_descriptor(fd);
          return true;
        }
        switch (errno) {
        case EINTR:
        case ECONNABORTED: // gone before it was accepted
          continue;
        case EAGAIN:
          channel_.readable = false;
          return false;
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
    detail::file_descriptor fd_;
    int error_ = 0;
  };

  class owned_channel {
  public:
    explicit owned_channel(detail::file_descriptor fd)
        : channel_(std::make_unique<detail::channel>(std::move(fd), true)) {}
    operator detail::channel &() const noexcept { return *channel_; }
    int fd() const noexcept { return channel_->fd(); }
    void close() noexcept { channel_->close(); }
    bool is_open() const noexcept { return channel_->is_open(); }

  private:
    std::unique_ptr<detail::channel> channel_;
  };
  owned_channel channel_;
};

} // namespace weir

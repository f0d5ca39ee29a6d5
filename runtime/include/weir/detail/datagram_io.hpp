// Sending and receiving one datagram.

#pragma once

#include <weir/address.hpp>
#include <weir/detail/channel.hpp>

#include <cerrno>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/socket.h>

namespace weir::detail {

class datagram_operation : public io_operation {
public:
  bool attempt() noexcept final {
    bool &is_possible = is_read_ ? channel_.readable : channel_.writable;
    while (channel_.is_open() && is_possible) {
      const auto n = call();
      if (n >= 0) {
        count_ = static_cast<std::size_t>(n);
        return true;
      }
      if (errno == EAGAIN) {
        is_possible = false;
      } else if (errno != EINTR) {
        error_ = errno;
        return true;
      }
    }
    if (!channel_.is_open())
      error_ = EBADF;
    return error_ != 0;
  }

protected:
  datagram_operation(channel &c, side s) noexcept
      : io_operation(c, s), is_read_(s == side::read) {}
  ~datagram_operation() = default;

  virtual long call() noexcept = 0;
  void check() const {
    if (error_)
      throw std::system_error(error_, std::generic_category(), what());
  }

  std::size_t count_ = 0;

private:
  const bool is_read_;
  int error_ = 0;
};

class [[nodiscard("nothing is sent until it is awaited")]] send_operation final
    : public datagram_operation {
public:
  send_operation(channel &c, std::string_view data, const address *to) noexcept
      : datagram_operation(c, side::write), data_(data), to_(to) {}

  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    check();
  }
  const char *what() const noexcept override { return "send"; }

private:
  long call() noexcept override {
    return ::sendto(channel_.fd(), data_.data(), data_.size(), MSG_NOSIGNAL,
                    to_ ? to_->data() : nullptr, to_ ? to_->size() : 0);
  }
  std::string_view data_;
  const address *to_;
};

class [[nodiscard("nothing is received until it is awaited")]] receive_operation
    final : public datagram_operation {
public:
  receive_operation(channel &c, char *data, std::size_t size,
                    address &from) noexcept
      : datagram_operation(c, side::read), data_(data), size_(size),
        from_(from) {}

  std::size_t await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    check();
    return count_;
  }
  const char *what() const noexcept override { return "receive"; }

private:
  long call() noexcept override {
    from_ = address();
    return ::recvfrom(channel_.fd(), data_, size_, 0, from_.data(),
                      &from_.size());
  }
  char *data_;
  const std::size_t size_;
  address &from_;
};

} // namespace weir::detail

// Reading from and writing to a channel.

#pragma once

#include <weir/detail/channel.hpp>

#include <cerrno>
#include <concepts>
#include <coroutine>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include <sys/socket.h>
#include <unistd.h>

namespace weir::detail {

/// Reads once what is there, at most \p size bytes; 0 at the end.
class [[nodiscard("nothing is read until it is awaited")]] read_operation final
    : public io_operation {
public:
  /// Bytes read for a task that was cancelled before it saw them go to
  /// \p unread.
  read_operation(channel &c, char *data, std::size_t size,
                 std::string &unread) noexcept
      : io_operation(c, side::read), data_(data), size_(size),
        unread_(unread) {}

  bool await_ready() noexcept {
    if (!unread_.empty()) {
      count_ = unread_.copy(data_, size_);
      unread_.erase(0, count_);
      return true;
    }
    return attempt();
  }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    suspend(leaf.promise());
  }
  std::size_t await_resume() {
    if (blocked && (blocked->flags & job::must_cancel)) [[unlikely]] {
      unread_.append(data_, count_);
      throw_if_cancelled(*blocked);
    }
    if (error_)
      throw std::system_error(error_, std::generic_category(), "read");
    return count_;
  }

  bool attempt() noexcept override {
    if (!channel_.is_open()) {
      error_ = EBADF;
      return true;
    }
    while (channel_.readable) {
      const auto n = channel_.is_stream_socket
                         ? ::recv(channel_.fd(), data_, size_, 0)
                         : ::read(channel_.fd(), data_, size_);
      if (n >= 0) {
        count_ = static_cast<std::size_t>(n);
        if (channel_.is_stream_socket && count_ > 0 && count_ < size_ &&
            !channel_.ended)
          channel_.readable = false;
        return true;
      }
      if (errno == EINTR)
        continue;
      if (errno != EAGAIN) {
        error_ = errno;
        return true;
      }
      channel_.readable = false;
    }
    return false;
  }
  const char *what() const noexcept override { return "read"; }

private:
  char *data_;
  const std::size_t size_;
  std::string &unread_;
  std::size_t count_ = 0;
  int error_ = 0;
};

/// Writes as much of a text as the system takes now; the number of bytes, or
/// minus errno.
inline long write_some(channel &c, std::string_view data) noexcept {
  std::size_t done = 0;
  if (!c.is_open())
    return -EBADF;
  while (done < data.size() && c.writable) {
    const auto n =
        c.is_stream_socket
            ? ::send(c.fd(), data.data() + done, data.size() - done,
                     MSG_NOSIGNAL)
            : ::write(c.fd(), data.data() + done, data.size() - done);
    if (n >= 0)
      done += static_cast<std::size_t>(n);
    else if (errno == EAGAIN)
      c.writable = false;
    else if (errno != EINTR)
      return -errno;
  }
  return static_cast<long>(done);
}

inline long channel::flush() noexcept {
  const long n = write_some(*this, unsent);
  if (n > 0)
    unsent.erase(0, static_cast<std::size_t>(n));
  return n < 0 ? n : 0;
}

/// Sends until no more than \p target bytes are kept, and all of what is given,
/// which goes after them.
class [[nodiscard("nothing is written until it is awaited")]] write_operation
    final : public io_operation {
public:
  write_operation(channel &c, std::string_view data,
                  std::size_t target) noexcept
      : io_operation(c, side::write), data_(data), target_(target) {}

  bool await_ready() noexcept { return attempt(); }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    suspend(leaf.promise());
  }
  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (error_)
      throw std::system_error(error_, std::generic_category(), "write");
  }

  bool attempt() noexcept override {
    if (!channel_.unsent.empty())
      if (const long n = channel_.flush(); n < 0)
        return fail(n);
    if (channel_.unsent.empty() && !data_.empty()) {
      const long n = write_some(channel_, data_);
      if (n < 0)
        return fail(n);
      data_.remove_prefix(static_cast<std::size_t>(n));
    }
    return data_.empty() && channel_.unsent.size() <= target_;
  }
  const char *what() const noexcept override { return "write"; }

private:
  bool fail(long minus_errno) noexcept {
    error_ = static_cast<int>(-minus_errno);
    return true;
  }

  std::string_view data_;
  const std::size_t target_;
  int error_ = 0;
};

} // namespace weir::detail

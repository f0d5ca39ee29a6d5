// Reading from and writing to a connection, one system call at a time.

#pragma once

#include <weir/detail/connection.hpp>

#include <cerrno>
#include <cstddef>
#include <string_view>
#include <utility>

namespace weir::detail {

/// Reads once what is there, at most \p size bytes; 0 at the end.
class [[nodiscard("nothing is read until it is awaited")]] read_operation final
    : public io_operation {
public:
  read_operation(connection &c, char *data, std::size_t size) noexcept
      : io_operation(c, side::read), connection_(c), data_(data), size_(size) {}

  std::size_t await_resume() {
    if (blocked && (blocked->flags & job::must_cancel)) [[unlikely]] {
      if (count_ > 0) // for the next one who reads
        connection_.unread.put_back({data_, static_cast<std::size_t>(count_)});
      throw_if_cancelled(*blocked);
    }
    if (count_ < 0) [[unlikely]]
      connection_.throw_error(static_cast<int>(-count_), "read");
    return static_cast<std::size_t>(count_);
  }
  bool attempt() noexcept override {
    if (!connection_.unread.empty()) {
      count_ = static_cast<long>(connection_.unread.take(data_, size_));
      return true;
    }
    if (connection_.reading_error)
      count_ = -connection_.reading_error;
    else
      count_ = size_ > 0 ? connection_.receive(data_, size_) : 0;
    return count_ != -EAGAIN;
  }
  const char *what() const noexcept override { return "read"; }

private:
  connection &connection_;
  char *data_;
  const std::size_t size_;
  long count_ = 0;
};

/// Adds to what is unread what is there, at most \p size bytes; false at the
/// end.
class [[nodiscard("nothing is read until it is awaited")]] fill_operation final
    : public io_operation {
public:
  fill_operation(connection &c, std::size_t size) noexcept
      : io_operation(c, side::read), connection_(c), size_(size) {}

  bool await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (count_ < 0)
      connection_.throw_error(static_cast<int>(-count_), "read");
    return count_ > 0;
  }
  bool attempt() noexcept override {
    if (connection_.reading_error) {
      count_ = -connection_.reading_error;
      return true;
    }
    if (!connection_.may_receive())
      return false;
    auto &unread = connection_.unread;
    count_ = connection_.receive(unread.prepare(size_), size_);
    unread.commit(count_ > 0 ? static_cast<std::size_t>(count_) : 0);
    return count_ != -EAGAIN;
  }
  const char *what() const noexcept override { return "read"; }

private:
  connection &connection_;
  const std::size_t size_;
  long count_ = 0;
};

/// Sends until no more than \p target bytes of what was kept are left, and all
/// of \p data, which follows it and is not copied.
class [[nodiscard("nothing is written until it is awaited")]] write_operation
    final : public io_operation {
public:
  write_operation(connection &c, std::string_view data,
                  std::size_t target) noexcept
      : io_operation(c, side::write), connection_(c), data_(data),
        target_(target) {}

  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (connection_.error) [[unlikely]]
      connection_.throw_error(connection_.error, "write");
    if (!data_.empty() || !connection_.is_open()) [[unlikely]]
      connection_.throw_error(EBADF, "write");
  }
  bool attempt() noexcept override {
    if (!connection_.is_open() || connection_.error)
      return true;
    for (;;) {
      const bool has_room = connection_.unsent.empty() || connection_.flush();
      if (connection_.error || !connection_.is_open())
        return true;
      if (data_.empty())
        return connection_.unsent.size() <= target_;
      if (!has_room)
        return false;
      const long n = send_some();
      if (n < 0)
        return true;
      data_.remove_prefix(static_cast<std::size_t>(n));
      if (n == 0)
        return false;
    }
  }
  void give_rest() override {
    connection_.encode(std::exchange(data_, {}));
  }
  const char *what() const noexcept override { return "write"; }

private:
  long send_some() noexcept {
    if (connection_.is_closing())
      return -1;
    if (!connection_.layer) {
      const long n = connection_.send(data_);
      if (n < 0)
        connection_.error = static_cast<int>(-n);
      return n;
    }
    const auto part = data_.substr(0, 16 * 1024);
    connection_.encode(part); // bounded: nothing was kept
    return connection_.error ? -1 : static_cast<long>(part.size());
  }

  connection &connection_;
  std::string_view data_;
  const std::size_t target_;
};

/// Waits until a connection is closed and everything sent.
class [[nodiscard]] closed_operation final : public queued_waiter {
public:
  explicit closed_operation(connection &c) noexcept : connection_(c) {}

  bool await_ready() const noexcept { return !connection_.is_open(); }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) noexcept {
    connection_.closed_line.push_back(*this);
    block(leaf.promise(), *this);
  }
  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (connection_.error)
      connection_.throw_error(connection_.error, "close");
  }
  const char *what() const noexcept override { return "close"; }

private:
  connection &connection_;
};

} // namespace weir::detail

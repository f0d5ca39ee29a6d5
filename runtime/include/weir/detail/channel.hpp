// A descriptor on the poller, with at most one reader and one writer waiting.
//
// Operations are tried first and finished by the poller: when a descriptor
// becomes ready the loop itself moves the bytes and then wakes the task. So a
// woken task never finds that it was woken for nothing. For stream sockets a
// read that does not fill its buffer has emptied the socket, which saves the
// call that would say so.

#pragma once

#include <weir/detail/file_descriptor.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/loop.hpp>

#include <concepts>
#include <coroutine>
#include <string>

namespace weir::detail {

class channel;

/// A read, write, accept or the like that waits for its descriptor.
class io_operation : public waiter {
public:
  /// Tries; true when it is over, one way or the other.
  virtual bool attempt() noexcept = 0;

  enum class side { read, write };
  inline void abandon() noexcept override;

protected:
  io_operation(channel &c, side s) noexcept : channel_(c), side_(s) {}
  ~io_operation() = default;
  inline void suspend(job &leaf);

  channel &channel_;
  const side side_;
};

class channel final : public io_source {
public:
  /// \p is_stream_socket: a short read means there is no more for now.
  channel(file_descriptor fd, bool is_stream_socket)
      : home(current_scheduler()), fd_(std::move(fd)),
        is_stream_socket(is_stream_socket) {
    home.poller.add(fd_.get(), *this);
  }
  channel(const channel &) = delete;
  ~channel() { close(); }

  int fd() const noexcept { return fd_.get(); }
  bool is_open() const noexcept { return static_cast<bool>(fd_); }

  /// Ends the operations that wait; they find the descriptor closed.
  void close() noexcept {
    if (!fd_)
      return;
    home.poller.remove(fd_.get());
    fd_.close();
    wake_if_over(reader);
    wake_if_over(writer);
  }

  void on_ready(readiness r) noexcept override {
    ended |= r.ended;
    if (r.readable) {
      readable = true;
      wake_if_over(reader);
    }
    if (r.writable) {
      writable = true;
      if (!writer && !unsent.empty())
        flush();
      wake_if_over(writer);
    }
  }

  /// Sends what the system takes of what is kept; 0 or minus errno.
  long flush() noexcept;

  io_operation *&slot(io_operation::side s) noexcept {
    return s == io_operation::side::read ? reader : writer;
  }

  scheduler &home;
  bool readable = false, writable = true; ///< As far as is known.
  bool ended = false;                     ///< No edge will follow the data.
  std::string unsent;                     ///< Accepted but not yet sent.
  io_operation *reader = nullptr, *writer = nullptr;

private:
  void wake_if_over(io_operation *&waiting) noexcept {
    if (waiting && waiting->attempt())
      wake(*std::exchange(waiting, nullptr));
  }

  file_descriptor fd_;

public:
  const bool is_stream_socket;
};

inline void io_operation::abandon() noexcept { channel_.slot(side_) = nullptr; }

inline void io_operation::suspend(job &leaf) {
  auto &slot = channel_.slot(side_);
  if (slot)
    throw usage_error(side_ == side::read
                          ? "another task is reading from this already"
                          : "another task is writing to this already");
  slot = this;
  block(leaf, *this);
}

} // namespace weir::detail

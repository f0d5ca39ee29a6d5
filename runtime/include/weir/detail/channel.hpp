// A descriptor on the poller, with at most one reader and one writer waiting.
//
// Operations are tried first and finished by the poller: when a descriptor
// becomes ready the loop itself moves the bytes and then wakes the task. So a
// woken task never finds that it was woken for nothing.

#pragma once

#include <weir/detail/file_descriptor.hpp>
#include <weir/detail/intrusive_list.hpp>
#include <weir/detail/scheduler.hpp>
#include <weir/loop.hpp>

#include <concepts>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <utility>

namespace weir::detail {

class channel : public io_source, public list_hook {
public:
  explicit channel(file_descriptor fd)
      : home(current_scheduler()), fd_(std::move(fd)) {
    home.poller.add(fd_.get(), *this);
    enlist();
  }
  channel(const channel &) = delete;
  virtual ~channel() { close(); }

  int fd() const noexcept { return fd_.get(); }
  bool is_open() const noexcept { return static_cast<bool>(fd_); }

  /// Ends the operations that wait; they find the descriptor closed.
  inline void close() noexcept;
  inline void on_ready(readiness r) noexcept override;
  /// Instead of being used once the loop is gone.
  virtual void on_loop_end() noexcept { close(); }

  scheduler &home;
  bool readable = false, writable = true; ///< As far as is known.
  bool ended = false; ///< The end follows what is there.
  std::uint8_t streak = 0; ///< Operations in a row that did not wait.
  class io_operation *reader = nullptr, *writer = nullptr;

private:
  inline void enlist();

  file_descriptor fd_;
};

/// All open channels of a loop, which may be held longer than it lives.
class open_channels final : public service {
public:
  ~open_channels() override {
    while (!list.empty())
      list.front().on_loop_end();
  }
  bool busy() const noexcept override { return false; }

  intrusive_list<channel> list;
};

inline void channel::enlist() {
  auto &slot = home.services[scheduler::channels];
  if (!slot)
    slot = std::make_unique<open_channels>();
  static_cast<open_channels &>(*slot).list.push_back(*this);
}

/// A read, write, accept or the like that waits for its descriptor.
class io_operation : public waiter {
public:
  enum class side { read, write };

  /// Tries; true when it is over, one way or the other.
  virtual bool attempt() noexcept = 0;

  /// Hands over what it has still to send, for something else is to follow it.
  virtual void give_rest() {}

  void abandon() noexcept override {
    if (slot() == this)
      slot() = nullptr;
  }
  bool await_ready() noexcept {
    is_over_ = attempt();
    return is_over_ && ++channel_.streak % polite_streak != 0;
  }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    suspend(leaf.promise());
  }

protected:
  io_operation(channel &c, side s) noexcept : channel_(c), side_(s) {}
  ~io_operation() = default;

  /// Who never waits lets the others have a turn after so many operations.
  static constexpr std::uint8_t polite_streak = 64;

  channel &channel_;

private:
  io_operation *&slot() noexcept {
    return side_ == side::read ? channel_.reader : channel_.writer;
  }
  void suspend(job &leaf) {
    if (is_over_) {
      block(leaf, *this);
      if (blocked->phase == phase::blocked) // not cancelled meanwhile
        wake(*this);
      return;
    }
    if (slot())
      throw usage_error(side_ == side::read
                            ? "another task is reading from this already"
                            : "another task is writing to this already");
    slot() = this;
    channel_.streak = 0;
    block(leaf, *this);
  }

  const side side_;
  bool is_over_ = false;
};

inline void wake_if_over(io_operation *&waiting) noexcept {
  if (waiting && waiting->attempt())
    wake(*std::exchange(waiting, nullptr));
}

inline void channel::on_ready(readiness r) noexcept {
  ended |= r.ended;
  if (r.readable) {
    readable = true;
    wake_if_over(reader);
  }
  if (r.writable) {
    writable = true;
    wake_if_over(writer);
  }
}

inline void channel::close() noexcept {
  if (!fd_)
    return;
  unlink();
  home.poller.remove(fd_.get());
  fd_.close();
  wake_if_over(reader);
  wake_if_over(writer);
}

} // namespace weir::detail

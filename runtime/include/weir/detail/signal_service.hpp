// From a signal handler to the loop: a flag for each signal and an eventfd.

#pragma once

#include <weir/detail/scheduler.hpp>
#include <weir/detail/wait_queue.hpp>
#include <weir/errors.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <concepts>
#include <coroutine>
#include <csignal>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

namespace weir::detail {

class signal_awaiter;

class signal_service final : public service, private io_source {
public:
  explicit signal_service(scheduler &home)
      : home_(home), fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0)
      throw std::system_error(errno, std::generic_category(), "eventfd");
    home_.poller.add(fd_, *this);
  }
  ~signal_service() override {
    home_.poller.remove(fd_);
    ::close(fd_);
  }
  bool busy() const noexcept override { return false; }

  void add(signal_awaiter &w);
  void remove(signal_awaiter &w) noexcept;

private:
  /// Of the loop that waits; -1 if none does.
  static std::atomic<int> &handler_fd() noexcept {
    static std::atomic<int> fd{-1};
    return fd;
  }
  static std::atomic<bool> &arrived(int number) noexcept {
    static std::atomic<bool> flags[NSIG];
    return flags[number];
  }
  static void handle(int number) {
    const int error = errno;
    arrived(number).store(true);
    const std::uint64_t one = 1;
    [[maybe_unused]] auto n = ::write(handler_fd().load(), &one, sizeof one);
    errno = error;
  }
  void on_ready(readiness) noexcept override;
  void claim() {
    int none = -1;
    if (waiting_ == 0 && !handler_fd().compare_exchange_strong(none, fd_))
      throw usage_error("another loop of this process waits for signals: one "
                        "at a time can");
    ++waiting_;
  }
  void give_back() noexcept {
    if (--waiting_ == 0)
      handler_fd().store(-1);
  }
  void release(int number) noexcept {
    if (--users_[number] == 0)
      ::sigaction(number, &before_[number], nullptr);
  }

  scheduler &home_;
  const int fd_;
  wait_queue line_;
  int waiting_ = 0; ///< Tasks.
  int users_[NSIG] = {};
  struct sigaction before_[NSIG] = {};
};

class [[nodiscard]] signal_awaiter final : public queued_waiter {
public:
  signal_awaiter(signal_service &service, std::vector<int> numbers)
      : service_(service), numbers_(std::move(numbers)) {}

  bool await_ready() const noexcept { return false; }
  template <std::derived_from<job> P>
  void await_suspend(std::coroutine_handle<P> leaf) {
    service_.add(*this);
    block(leaf.promise(), *this);
  }
  int await_resume() const {
    throw_if_cancelled(*blocked);
    return number_;
  }
  void abandon() noexcept override { service_.remove(*this); }
  const char *what() const noexcept override { return "a signal"; }

private:
  friend signal_service;
  signal_service &service_;
  const std::vector<int> numbers_;
  int number_ = 0;
};

inline void signal_service::add(signal_awaiter &w) {
  claim();
  for (std::size_t i = 0; i < w.numbers_.size(); ++i) {
    const int number = w.numbers_[i];
    struct sigaction action {};
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    const bool valid = number > 0 && number < NSIG;
    if (valid && users_[number]++ > 0)
      continue;
    if (!valid || ::sigaction(number, &action, &before_[number]) != 0) {
      const int error = valid ? errno : EINVAL;
      if (valid)
        --users_[number];
      while (i > 0)
        release(w.numbers_[--i]);
      give_back();
      throw std::system_error(error, std::generic_category(), "sigaction");
    }
    arrived(number).store(false);
  }
  line_.push_back(w);
}

inline void signal_service::remove(signal_awaiter &w) noexcept {
  w.unlink();
  for (int number : w.numbers_)
    release(number);
  give_back();
}

inline void signal_service::on_ready(readiness) noexcept {
  std::uint64_t ignored;
  [[maybe_unused]] auto n = ::read(fd_, &ignored, sizeof ignored);
  for (int number = 1; number < NSIG; ++number) {
    if (!arrived(number).exchange(false))
      continue;
    line_.for_each([&](queued_waiter &waiter) {
      auto &w = static_cast<signal_awaiter &>(waiter);
      if (std::find(w.numbers_.begin(), w.numbers_.end(), number) ==
          w.numbers_.end())
        return;
      w.number_ = number;
      remove(w);
      wake(w);
    });
  }
}

inline signal_service &signals_of(scheduler &s) {
  auto &slot = s.services[scheduler::signals];
  if (!slot)
    slot = std::make_unique<signal_service>(s);
  return static_cast<signal_service &>(*slot);
}

} // namespace weir::detail

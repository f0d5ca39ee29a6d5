// Readiness of file descriptors, by epoll.
//
// A descriptor is registered once, edge-triggered and for both directions;
// its owner remembers what is ready and tries before it waits. So a busy
// connection costs two system calls for each message, not four.
//
// What it must do is said in poller.hpp.

#pragma once

#include <weir/detail/io_source.hpp>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace weir::detail {

class epoll_poller {
public:
  epoll_poller()
      : epoll_(check(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    epoll_event event{};
    event.events = EPOLLIN; // level-triggered: drained in wait
    if (wakeup_ < 0 ||
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wakeup_, &event) != 0) {
      const int error = errno;
      close();
      throw std::system_error(error, std::generic_category(), "eventfd");
    }
  }
  ~epoll_poller() { close(); }
  epoll_poller(const epoll_poller &) = delete;
  epoll_poller &operator=(const epoll_poller &) = delete;

  void add(int fd, io_source &source, trigger how = trigger::edge) {
    epoll_event event{};
    event.events = events_of(how);
    event.data.ptr = &source;
    int result = ::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
    if (result != 0 && errno == EEXIST)
      result = ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event);
    else if (result == 0)
      ++sources_;
    check(result, "epoll_ctl");
  }

  /// False if it is not registered any more: its owner closed it unsaid.
  bool try_change(int fd, io_source &source, trigger how) noexcept {
    epoll_event event{};
    event.events = events_of(how);
    event.data.ptr = &source;
    return ::epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0;
  }

  /// Before the descriptor is closed: a duplicate of it would keep reporting.
  void remove(int fd) noexcept {
    epoll_event event{};
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, &event);
    --sources_;
  }

  /// How many descriptors are registered.
  int sources() const noexcept { return sources_; }

  /// Tells the sources of what happened; waits up to \p milliseconds for the
  /// first event, negative for ever. True if anything but a wake-up happened.
  bool wait(int milliseconds) noexcept {
    // Few at once: what was received is still in the cache when its task runs.
    constexpr int most = 64;
    epoll_event events[most];
    const int count = ::epoll_wait(epoll_, events, most, milliseconds);
    bool any = false;
    for (int i = 0; i < count; ++i) { // nothing on EINTR: the loop comes again
      auto *source = static_cast<io_source *>(events[i].data.ptr);
      if (!source) {
        std::uint64_t ignored;
        [[maybe_unused]] auto n = ::read(wakeup_, &ignored, sizeof ignored);
        continue;
      }
      any = true;
      const std::uint32_t e = events[i].events;
      const bool broken = e & (EPOLLERR | EPOLLHUP);
      source->on_ready({broken || (e & (EPOLLIN | EPOLLRDHUP | EPOLLPRI)),
                        broken || (e & EPOLLOUT),
                        broken || (e & EPOLLRDHUP)});
    }
    return any;
  }

  /// Any thread: makes the current or next wait return.
  void wake() noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] auto n = ::write(wakeup_, &one, sizeof one);
  }

private:
  static std::uint32_t events_of(trigger how) noexcept {
    switch (how) {
    case trigger::level_in:
      return EPOLLIN;
    case trigger::level_out:
      return EPOLLOUT;
    case trigger::level_both:
      return EPOLLIN | EPOLLOUT;
    case trigger::edge:
      break;
    }
    return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  }
  static int check(int result, const char *what) {
    if (result < 0)
      throw std::system_error(errno, std::generic_category(), what);
    return result;
  }
  void close() noexcept {
    if (wakeup_ >= 0)
      ::close(wakeup_);
    ::close(epoll_);
  }

  int epoll_, wakeup_;
  int sources_ = 0;
};

} // namespace weir::detail

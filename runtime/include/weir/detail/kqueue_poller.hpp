// Readiness of file descriptors, by kqueue, as the BSDs and macOS have it.
//
// What it must do is said in poller.hpp. Each direction is a filter of its own
// here and gives an event of its own, so those of one source are put together
// before it is told: it may be gone afterwards. On Linux it is compiled only to
// be tested, with WEIR_KQUEUE and the library libkqueue.

#pragma once

#include <weir/detail/io_source.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/types.h>
#include <sys/event.h>
#include <time.h>
#include <unistd.h>

namespace weir::detail {

class kqueue_poller {
public:
  kqueue_poller() : queue_(::kqueue()) {
    if (queue_ < 0)
      throw std::system_error(errno, std::generic_category(), "kqueue");
    ::fcntl(queue_, F_SETFD, FD_CLOEXEC);
    struct kevent wakeup;
    EV_SET(&wakeup, 0, EVFILT_USER, EV_ADD | EV_CLEAR, 0, 0, nullptr);
    if (::kevent(queue_, &wakeup, 1, nullptr, 0, nullptr) != 0) {
      const int error = errno;
      ::close(queue_);
      throw std::system_error(error, std::generic_category(), "kevent");
    }
  }
  ~kqueue_poller() { ::close(queue_); }
  kqueue_poller(const kqueue_poller &) = delete;
  kqueue_poller &operator=(const kqueue_poller &) = delete;

  void add(int fd, io_source &source, trigger how = trigger::edge) {
    const bool was_there = remove_filters(fd); // as epoll's EEXIST
    if (!add_filters(fd, source, how))
      throw std::system_error(errno, std::generic_category(), "kevent");
    if (!was_there)
      ++sources_;
  }
  /// False if it is not registered any more: its owner closed it unsaid.
  bool try_change(int fd, io_source &source, trigger how) noexcept {
    return remove_filters(fd) && add_filters(fd, source, how);
  }
  void remove(int fd) noexcept {
    remove_filters(fd);
    --sources_;
  }
  int sources() const noexcept { return sources_; }

  bool wait(int milliseconds) noexcept {
    struct kevent events[256];
    const timespec limit{milliseconds / 1000,
                         milliseconds % 1000 * 1'000'000L};
    const int count = ::kevent(queue_, nullptr, 0, events, 256,
                               milliseconds < 0 ? nullptr : &limit);
    std::sort(events, events + std::max(count, 0), // -1 on EINTR
              [](const auto &l, const auto &r) { return l.udata < r.udata; });
    bool any = false;
    for (int i = 0; i < count;) {
      void *source = events[i].udata;
      readiness now{false, false, false};
      for (; i < count && events[i].udata == source; ++i) {
        const bool ended = events[i].flags & EV_EOF;
        const bool is_write = events[i].filter == EVFILT_WRITE;
        now.readable |= !is_write || ended;
        now.writable |= is_write || (ended && events[i].fflags != 0);
        now.ended |= ended;
      }
      if (!source)
        continue; // a wake-up
      any = true;
      static_cast<io_source *>(source)->on_ready(now);
    }
    return any;
  }
  void wake() noexcept {
    struct kevent wakeup;
    EV_SET(&wakeup, 0, EVFILT_USER, 0, NOTE_TRIGGER, 0, nullptr);
    ::kevent(queue_, &wakeup, 1, nullptr, 0, nullptr);
  }

private:
  bool add_filters(int fd, io_source &source, trigger how) noexcept {
    const auto flags = static_cast<unsigned short>(
        how == trigger::edge ? EV_ADD | EV_CLEAR : EV_ADD);
    struct kevent changes[2];
    int count = 0;
    if (how != trigger::level_out)
      EV_SET(&changes[count++], fd, EVFILT_READ, flags, 0, 0, &source);
    if (how != trigger::level_in)
      EV_SET(&changes[count++], fd, EVFILT_WRITE, flags, 0, 0, &source);
    return ::kevent(queue_, changes, count, nullptr, 0, nullptr) == 0;
  }
  /// Whether there was any.
  bool remove_filters(int fd) noexcept {
    bool any = false;
    for (auto filter : {EVFILT_READ, EVFILT_WRITE}) {
      struct kevent change;
      EV_SET(&change, fd, filter, EV_DELETE, 0, 0, nullptr);
      any |= ::kevent(queue_, &change, 1, nullptr, 0, nullptr) == 0;
    }
    return any;
  }

  const int queue_;
  int sources_ = 0;
};

} // namespace weir::detail

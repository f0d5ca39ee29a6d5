// What the loop knows of the operating system: five functions.
//
//     void add(int fd, io_source &, trigger = trigger::edge);   may throw
//     bool try_change(int fd, io_source &, trigger) noexcept;
//     void remove(int fd) noexcept;      before the descriptor is closed
//     bool wait(int milliseconds) noexcept;   -1: for ever; tells the sources
//     void wake() noexcept;              any thread: ends the wait
//
// and `sources`, how many descriptors are registered. A source is told once a
// wait, of all that happened to it.

#pragma once

#if __has_include(<sys/epoll.h>) && !defined(WEIR_KQUEUE)
#include <weir/detail/epoll_poller.hpp>
namespace weir::detail {
using system_poller = epoll_poller;
}
#else
#include <weir/detail/kqueue_poller.hpp>
namespace weir::detail {
using system_poller = kqueue_poller;
}
#endif

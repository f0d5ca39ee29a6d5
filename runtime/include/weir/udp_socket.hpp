// udp_socket: datagrams.

#pragma once

#include <weir/address.hpp>
#include <weir/detail/datagram_io.hpp>
#include <weir/detail/socket.hpp>
#include <weir/task.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// Sends and receives datagrams, over UDP or a Unix socket.
///
///     weir::udp_socket s(weir::address::ip("0.0.0.0", 5353));
///     auto ping = co_await s.receive();
///     co_await s.send_to("pong", ping.from);
///
/// One task sends and one receives at a time; a second one gets usage_error.
/// Failures are std::system_error: also ECONNREFUSED, which a connected socket
/// reports for an earlier send. Cancelled, a send has sent its datagram or not:
/// nobody knows, as with any datagram. Closes in the destructor; movable while
/// nothing waits. The loop's thread only. (asyncio: create_datagram_endpoint.)
class udp_socket {
public:
  /// What came, and from where.
  struct datagram {
    std::string data;
    address from;
  };

  /// Receives what is sent to \p local; port 0: any that is free.
  explicit udp_socket(const address &local)
      : channel_(std::make_unique<detail::channel>(bound(local))) {}

  /// From now on sends to \p peer and receives from it alone.
  void connect(const address &peer) {
    detail::checked(::connect(fd(), peer.data(), peer.size()), "connect");
  }

  /// To the peer. \p data must live until it is awaited; waits only while the
  /// system's buffer is full.
  auto send(std::string_view data) {
    return detail::send_operation(*channel_, data, nullptr);
  }
  /// To \p to, which must live as long as \p data.
  auto send_to(std::string_view data, const address &to) {
    return detail::send_operation(*channel_, data, &to);
  }

  /// The next datagram; what exceeds \p limit is cut off. Cancelled after one
  /// came, that one is lost, as datagrams may be.
  task<datagram> receive(std::size_t limit = 64 * 1024) {
    datagram d;
    d.data.resize(limit);
    d.data.resize(co_await receive(d.data, d.from));
    co_return d;
  }
  /// The same into \p buffer; gives the size. Both must outlive the wait.
  detail::receive_operation receive(std::span<char> buffer, address &from) {
    return detail::receive_operation(*channel_, buffer.data(), buffer.size(),
                                     from);
  }

  address where() const { return address::of_socket(fd()); }
  /// Whoever waits gets std::system_error, EBADF.
  void close() noexcept { channel_->close(); }
  /// For options, multicast for one; it stays the socket's.
  int native_handle() const noexcept { return fd(); }

private:
  static detail::file_descriptor bound(const address &local) {
    auto fd = detail::new_socket(local.family(), SOCK_DGRAM);
    if (::bind(fd.get(), local.data(), local.size()) != 0)
      detail::throw_errno(("bind to " + local.to_string()).c_str());
    return fd;
  }
  int fd() const noexcept { return channel_->fd(); }

  std::unique_ptr<detail::channel> channel_;
};

} // namespace weir

// listener: a socket that connections come to.

#pragma once

#include <weir/address.hpp>
#include <weir/detail/accept_operation.hpp>
#include <weir/detail/socket.hpp>
#include <weir/sleep.hpp>
#include <weir/stream.hpp>
#include <weir/task.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

namespace weir {

struct listen_options {
  /// How many connections may wait to be accepted.
  int backlog = 1024;
  /// Of the accepted streams: see connection_options.
  std::size_t limit = stream::default_limit;
  /// Several processes share the port, and the system spreads the connections.
  bool reuse_port = false;
};

/// Listens on an address from the constructor to `close` or the destructor. One
/// task at a time accepts; the listener must outlive it. `serve` and
/// `start_server` are made of it. (asyncio: Server.sockets, loop.sock_accept.)
/// The loop's thread only.
class listener {
public:
  /// Throws std::system_error, if the address is in use for one. Port 0: any
  /// that is free; see `where`.
  explicit listener(const address &at, listen_options options = {})
      : options_(options),
        channel_(std::make_unique<detail::listening>(open(at, options))) {}

  /// The next connection. Out of descriptors or memory, it tells the loop's
  /// exception handler and tries again after a second. Throws
  /// std::system_error (EBADF) once closed. Cancelling loses no connection.
  task<stream> accept() {
    for (;;) {
      auto fd = co_await detail::accept_operation(*channel_);
      if (fd) {
        detail::set_nodelay(fd.get(), family_);
        co_return stream(std::move(fd), options_.limit);
      }
      loop::current().call_exception_handler(
          "no more connections can be accepted for a second",
          std::make_exception_ptr(std::system_error(
              EMFILE, std::generic_category(), "accept")));
      co_await sleep(std::chrono::seconds(1));
    }
  }

  address where() const { return address::of_socket(channel_->fd()); }
  void close() noexcept {
    channel_->close();
    channel_->left.clear();
  }
  bool is_open() const noexcept { return channel_->is_open(); }

private:
  detail::file_descriptor open(const address &at, listen_options options) {
    family_ = at.family();
    auto fd = detail::new_socket(family_, SOCK_STREAM);
    detail::set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
    if (options.reuse_port)
      detail::set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1);
    if (family_ == AF_INET6)
      detail::set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (::bind(fd.get(), at.data(), at.size()) != 0)
      detail::throw_errno(("bind to " + at.to_string()).c_str());
    detail::checked(::listen(fd.get(), options.backlog), "listen");
    return fd;
  }

  listen_options options_;
  int family_ = 0;
  std::unique_ptr<detail::listening> channel_;
};

namespace detail {

/// Calls \p listen with each address, from the second on with the port that the
/// first got; without those of a kind that the machine has not. Throws if that
/// leaves none. (asyncio: create_server.)
template <class F>
void listen_at_each(const std::vector<address> &addresses, F listen) {
  std::uint16_t port = 0;
  bool any = false;
  std::exception_ptr failure;
  for (auto each = addresses.begin(); each != addresses.end(); ++each) {
    const address &at = *each;
    if (std::find(addresses.begin(), each, at) != each)
      continue; // a name may have it twice
    try {
      port = listen(any && at.port() == 0 ? at.with_port(port) : at);
      any = true;
    } catch (const std::system_error &e) {
      if (e.code() != std::errc::address_not_available &&
          e.code() != std::errc::address_family_not_supported)
        throw;
      failure = std::current_exception();
    }
  }
  if (!any && failure)
    std::rethrow_exception(failure);
}

} // namespace detail

} // namespace weir

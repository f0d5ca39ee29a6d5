// start_server: a server that is started, closed and waited for.

#pragma once

#include <weir/create_task.hpp>
#include <weir/detail/server_state.hpp>
#include <weir/future.hpp>
#include <weir/listener.hpp>
#include <weir/resolve.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// Listening sockets and the tasks of their connections. Move-only; the
/// destructor closes, and the connections there are go on as tasks of the loop.
/// The loop's thread only. (asyncio: Server.)
class server {
public:
  server(server &&) noexcept = default;
  server &operator=(server &&other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~server() {
    if (state_)
      close();
  }

  /// Where it listens; ports that were 0 are what the system chose.
  std::vector<address> addresses() const { return state_->addresses; }
  std::uint16_t port() const { return state_->addresses.at(0).port(); }

  /// Stops listening. Connections go on.
  void close() noexcept { state_->close(); }
  /// Cancels the handlers that still run.
  void cancel_connections() { state_->cancel_connections(); }
  /// Waits until it is closed and the last handler has ended.
  auto wait_closed() { return state_->over.wait(); }
  bool is_serving() const noexcept { return !state_->is_closed; }

  /// Waits until it is closed and the last handler has ended. Cancelled, it
  /// closes; connections there are go on until their handlers or `run` end.
  task<> serve_forever() {
    auto keep = state_;
    try {
      co_await keep->over.wait();
    } catch (const cancelled &) {
      keep->close();
      throw;
    }
  }

  /// For the library's own use.
  explicit server(std::shared_ptr<detail::server_state> s) noexcept
      : state_(std::move(s)) {}

private:
  std::shared_ptr<detail::server_state> state_;
};

/// Listens on a port of \p host ("" for every address of the machine, 0 for any
/// free port) and runs \p handler for every connection in a task of the loop's:
/// `handler(stream)` or `handler(stream_reader, stream_writer)`.
///
///     auto server = co_await weir::start_server(echo, "localhost", 8080);
///     co_await server.serve_forever();
///
/// \p handler is kept as long as it runs, so it may be a lambda with captures.
/// What it throws goes to the loop's exception handler. Out of descriptors, it
/// pauses for a second. Throws resolve_error, or std::system_error where the
/// address cannot be had. Cancelled before it has an address, it listens
/// nowhere. For a server whose connections never outlive it, see
/// `serve`. (asyncio: start_server.)
template <detail::connection_handler F>
task<server> start_server(F handler, std::string host, std::uint16_t port,
                          listen_options options = {}) {
  auto state = std::make_shared<detail::server_of<F>>(std::move(handler));
  server result(state); // closes the others where one address cannot be had
  detail::listen_at_each(
      co_await resolve(std::move(host), port, /*to_listen=*/true),
      [&](const address &at) { return state->listen(at, options); });
  co_return result;
}

/// The same at an address.
template <detail::connection_handler F>
task<server> start_server(F handler, address at, listen_options options = {}) {
  auto state = std::make_shared<detail::server_of<F>>(std::move(handler));
  state->listen(at, options);
  co_return server(std::move(state));
}

/// The same at a path, which must be free and stays when the server is gone.
/// (asyncio: start_unix_server.)
template <detail::connection_handler F>
task<server> start_unix_server(F handler, std::string path,
                               listen_options options = {}) {
  co_return co_await start_server(std::move(handler),
                                  address::unix_path(path), options);
}

} // namespace weir

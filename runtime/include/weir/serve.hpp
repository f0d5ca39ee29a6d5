// serve: a task for every connection.

#pragma once

#include <weir/listener.hpp>
#include <weir/resolve.hpp>
#include <weir/stream.hpp>
#include <weir/task_group.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace weir {

namespace detail {

template <class F> task<> handle_connection(F &handler, stream connection) {
  try {
    co_await handler(std::move(connection));
  } catch (const cancelled &) {
    throw;
  } catch (...) {
    loop::current().call_exception_handler(
        "unhandled exception in a connection's handler",
        std::current_exception());
  }
}

} // namespace detail

/// Accepts connections of \p at for ever and runs `handler(stream)` for each in
/// a task of its own. What a handler throws goes to the loop's exception
/// handler and ends that connection only. Cancelling it stops accepting,
/// cancels the handlers and waits for them. (asyncio: start_server and
/// serve_forever; structured, so it returns when the last connection has.)
///
///     weir::listener at(address);
///     co_await weir::serve(at, [](weir::stream s) -> weir::task<> { ... });
///
/// \p handler is kept until the end, so it may be a lambda with captures.
template <class F> task<> serve(listener &at, F handler) {
  co_await with_task_group(
      supervised, [&](task_group &connections) -> task<> {
        while (at.is_open())
          connections.create_task(
              detail::handle_connection(handler, co_await at.accept()));
      });
}

/// The same on a port of \p host ("" for every address of the machine), once it
/// listens there.
template <class F>
task<> serve(std::string host, std::uint16_t port, F handler) {
  auto addresses = co_await resolve(std::move(host), port, /*to_listen=*/true);
  listener at(addresses.at(0));
  co_await serve(at, std::move(handler));
}

} // namespace weir

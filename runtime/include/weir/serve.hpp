// serve: a task for every connection, none left when it returns.

#pragma once

#include <weir/detail/handle_connection.hpp>
#include <weir/gather.hpp>
#include <weir/listener.hpp>
#include <weir/resolve.hpp>
#include <weir/task_group.hpp>

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <utility>
#include <vector>

namespace weir {

/// Accepts connections of \p at until it is closed and runs `handler(stream)`,
/// or `handler(stream_reader, stream_writer)`, for each in a task of its own.
///
///     weir::listener at(weir::address::ip("127.0.0.1", 8080));
///     co_await weir::serve(at, [](weir::stream s) -> weir::task<> { ... });
///
/// What a handler throws goes to the loop's exception handler and ends that
/// connection only. Cancelling it stops accepting, cancels the handlers and
/// waits for them. \p handler is kept until the end, so it may be a lambda with
/// captures. The loop's thread only. (As asyncio's start_server and
/// serve_forever, but structured.)
template <detail::connection_handler F> task<> serve(listener &at, F handler) {
  auto accept = [&](task_group &connections) -> task<> {
    while (at.is_open()) {
      try {
        connections.create_task(
            detail::handle_connection(handler, co_await at.accept()));
      } catch (const std::system_error &) {
        if (at.is_open())
          throw;
      }
    }
  };
  co_await with_task_group(supervised, accept);
}

/// The same on a port of \p host, a name or a number, "" for every address of
/// the machine. Throws resolve_error too.
template <detail::connection_handler F>
task<> serve(std::string host, std::uint16_t port, F handler,
             listen_options options = {}) {
  std::list<listener> all;
  std::vector<task<>> serving;
  detail::listen_at_each(
      co_await resolve(std::move(host), port, /*to_listen=*/true),
      [&](const address &at) {
        listener &each = all.emplace_back(at, options);
        serving.push_back(serve(each, std::ref(handler)));
        return each.where().port();
      });
  co_await gather(std::move(serving));
}

} // namespace weir

// One connection of a server: its handler, and what becomes of its failure.

#pragma once

#include <weir/loop.hpp>
#include <weir/stream.hpp>
#include <weir/task.hpp>

#include <concepts>
#include <exception>
#include <utility>

namespace weir::detail {

/// What `serve` and `start_server` call for each connection.
template <class F>
concept connection_handler =
    std::invocable<F &, stream> ||
    std::invocable<F &, stream_reader, stream_writer>;

template <connection_handler F>
task<> handle_connection(F &handler, stream connection) {
  try {
    if constexpr (std::invocable<F &, stream>)
      co_await handler(std::move(connection));
    else
      co_await handler(connection.reader(), connection.writer());
  } catch (const cancelled &) {
    throw;
  } catch (...) {
    loop::current().call_exception_handler(
        "unhandled exception in a connection's handler",
        std::current_exception());
  }
}

} // namespace weir::detail

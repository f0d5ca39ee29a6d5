// An echo server, and where it may listen.

#pragma once

#include "check.hpp"

#include <weir/listener.hpp>
#include <weir/serve.hpp>
#include <weir/weir.hpp>

inline weir::address any_port() { return weir::address::ip("127.0.0.1", 0); }

inline weir::task<> echo(weir::stream s) {
  char buffer[4096];
  while (auto n = co_await s.read_some(buffer))
    co_await s.write_all({buffer, n});
}

/// Runs a body against an echo server.
template <class F> weir::task<> with_echo_server(F body) {
  weir::listener at(any_port());
  auto server = weir::create_task(weir::serve(at, echo));
  co_await body(at.where());
  server.cancel();
  CHECK_THROWS(weir::cancelled, co_await server);
}

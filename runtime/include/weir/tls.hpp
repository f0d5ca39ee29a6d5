// tls: encrypted streams, over OpenSSL.
//
// Not part of weir.hpp: link with libssl and libcrypto, or with weir::tls.

#pragma once

#include <weir/detail/tls_layer.hpp>
#include <weir/detail/tls_handshake.hpp>
#include <weir/open_connection.hpp>
#include <weir/stream.hpp>
#include <weir/task.hpp>
#include <weir/tls_context.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace weir {

/// Goes on encrypted on a stream that is connected, as its client. The peer
/// must prove that it is \p host, a name or an IP address, to the authorities
/// of \p context. Nothing may be read from or written to the stream meanwhile.
/// Throws tls_error if the peer cannot be trusted, the two find no common
/// ground or \p host is no name; the stream is closed then, also if the task is
/// cancelled. Afterwards
/// the stream is used as before; `write_eof` says good-bye to the peer, and a
/// peer that goes without is a tls_error, because somebody may have cut the
/// connection. The loop's thread only. (asyncio: start_tls.)
inline task<stream> start_tls(stream s, const tls_context &context,
                              std::string host) {
  auto layer = [&] { return detail::tls_layer::client(context, host); };
  co_return co_await detail::handshake(std::move(s), layer);
}

/// The same as its server; \p context has a certificate.
///
///     weir::serve(at, [&](weir::stream s) -> weir::task<> {
///       s = co_await weir::accept_tls(std::move(s), context);
///       ...
///     });
inline task<stream> accept_tls(stream s, const tls_context &context) {
  auto layer = [&] { return detail::tls_layer::server(context); };
  co_return co_await detail::handshake(std::move(s), layer);
}

/// An encrypted stream to a port of \p host, see open_connection. Throws
/// tls_error too.
///
///     weir::tls_context trusted; // what the system trusts
///     auto s = co_await weir::open_tls_connection("example.org", 443, trusted);
inline task<stream> open_tls_connection(std::string host, std::uint16_t port,
                                        const tls_context &context,
                                        connection_options options = {}) {
  auto s = co_await open_connection(host, port, options);
  co_return co_await start_tls(std::move(s), context, std::move(host));
}

} // namespace weir

// Getting from a stream to an encrypted one.

#pragma once

#include <weir/detail/connection.hpp>
#include <weir/detail/tls_layer.hpp>
#include <weir/stream.hpp>
#include <weir/task.hpp>

#include <cerrno>
#include <memory>
#include <utility>

namespace weir::detail {

class [[nodiscard]] handshake_operation final : public io_operation {
public:
  handshake_operation(connection &c, tls_layer &layer) noexcept
      : io_operation(c, side::read), connection_(c), layer_(layer) {}

  void await_resume() const {
    if (blocked)
      throw_if_cancelled(*blocked);
    if (result_ == 0)
      throw tls_error("the peer left during the handshake");
    if (result_ < 0)
      connection_.throw_error(static_cast<int>(-result_), "TLS handshake");
  }
  bool attempt() noexcept override {
    result_ = connection_.is_open() ? layer_.shake_hands(connection_) : -EBADF;
    return result_ != -EAGAIN;
  }
  const char *what() const noexcept override { return "TLS handshake"; }

private:
  connection &connection_;
  tls_layer &layer_;
  long result_ = 0;
};

/// \p make_layer is called at once.
template <class F> task<stream> handshake(stream s, F make_layer) {
  auto &c = s.native();
  try {
    if (!c.unread.empty()) // injected by somebody
      throw tls_error("bytes came before the handshake");
    std::unique_ptr<tls_layer> layer = make_layer();
    auto &tls = *layer;
    c.layer = std::move(layer);
    co_await handshake_operation(c, tls);
  } catch (...) {
    // What OpenSSL had to say to the peer still goes out.
    s.close();
    throw;
  }
  co_return s;
}

} // namespace weir::detail

// OpenSSL between a stream and its connection.
//
// What OpenSSL sends goes to the connection, which never refuses and keeps what
// the system does not take. So reading never has to wait for writing, the part
// of TLS that is hardest to get right. Only so much is encoded at a time that
// this has bounds: see write_operation.

#pragma once

#include <weir/detail/connection.hpp>
#include <weir/detail/stream_layer.hpp>
#include <weir/tls_context.hpp>

#include <cerrno>
#include <climits>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace weir::detail {

class tls_layer final : public stream_layer {
public:
  static std::unique_ptr<tls_layer> client(const tls_context &settings,
                                           const std::string &host) {
    auto layer = std::unique_ptr<tls_layer>(new tls_layer(settings));
    SSL *ssl = layer->ssl_.get();
    ::SSL_set_connect_state(ssl);
    // A name goes into the greeting and is checked; an address is checked.
    auto *expected = ::SSL_get0_param(ssl);
    if (::X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) != 1) {
      ::ERR_clear_error();
      if (::SSL_set_tlsext_host_name(ssl, host.c_str()) != 1 ||
          ::SSL_set1_host(ssl, host.c_str()) != 1)
        throw_tls_error("name of the peer");
    }
    if (!settings.trusts_anybody())
      ::SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    return layer;
  }
  static std::unique_ptr<tls_layer> server(const tls_context &settings) {
    auto layer = std::unique_ptr<tls_layer>(new tls_layer(settings));
    ::SSL_set_accept_state(layer->ssl_.get());
    return layer;
  }

  /// As receive: 1 when it is done, -EAGAIN, -errno.
  long shake_hands(connection &c) noexcept {
    return call(c, [&] { return ::SSL_do_handshake(ssl_.get()); });
  }

  long receive(connection &c, char *to, std::size_t size) noexcept override {
    const int n = size > INT_MAX ? INT_MAX : static_cast<int>(size);
    return call(c, [&] { return ::SSL_read(ssl_.get(), to, n); });
  }
  int encode(connection &c, std::string_view data) noexcept override {
    while (!data.empty()) {
      const int part =
          static_cast<int>(data.size() > 16 * 1024 ? 16 * 1024 : data.size());
      const long n =
          call(c, [&] { return ::SSL_write(ssl_.get(), data.data(), part); });
      if (n <= 0)
        return n == -EAGAIN || n == 0 ? -EPROTO : static_cast<int>(n);
      data.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
  }
  void finish(connection &c) noexcept override {
    if (failure_.empty() && ::SSL_is_init_finished(ssl_.get()))
      call(c, [&] { return ::SSL_shutdown(ssl_.get()) < 0 ? -1 : 1; });
  }
  void throw_failure() const override {
    if (!failure_.empty())
      throw tls_error(failure_);
  }

private:
  explicit tls_layer(const tls_context &settings)
      : ssl_(::SSL_new(settings.native()), ::SSL_free) {
    BIO *bio = ssl_ ? ::BIO_new(method()) : nullptr;
    if (!bio)
      throw std::bad_alloc();
    ::BIO_set_data(bio, this);
    ::BIO_set_init(bio, 1);
    ::SSL_set_bio(ssl_.get(), bio, bio);
  }

  /// Calls OpenSSL on behalf of \p c and says in our words how that went.
  template <class F> long call(connection &c, F f) noexcept {
    connection_ = &c;
    socket_error_ = 0;
    ::ERR_clear_error();
    const int result = f();
    connection_ = nullptr;
    if (result > 0)
      return result;
    switch (::SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      return -EAGAIN;
    case SSL_ERROR_ZERO_RETURN:
      return 0; // it said good-bye
    default:
      break;
    }
    if (socket_error_ != 0 && ::ERR_peek_error() == 0)
      return -socket_error_; // and not an alert that could not be sent
    keep_failure();
    return -EPROTO;
  }
  void keep_failure() noexcept {
    if (!failure_.empty()) { // the first is why; the others follow from it
      ::ERR_clear_error();
      return;
    }
    const long verdict = ::SSL_get_verify_result(ssl_.get());
    const unsigned long e = ::ERR_peek_last_error();
    const char *reason = ::ERR_reason_error_string(e);
    if (verdict != X509_V_OK && !::SSL_is_init_finished(ssl_.get()))
      failure_ = std::string("the peer cannot be trusted: ") +
                 ::X509_verify_cert_error_string(verdict);
    else if (ERR_GET_REASON(e) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
      failure_ = "the connection was cut: the peer did not say good-bye";
    else
      failure_ = std::string("TLS: ") + (reason ? reason : "unknown error");
    ::ERR_clear_error();
  }

  // --- what OpenSSL calls --------------------------------------------------

  static const BIO_METHOD *method() {
    static const BIO_METHOD *m = [] {
      auto *made = ::BIO_meth_new(
          ::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "weir");
      if (!made)
        throw std::bad_alloc();
      ::BIO_meth_set_read(made, on_read);
      ::BIO_meth_set_write(made, on_write);
      ::BIO_meth_set_ctrl(made, on_control);
      return made;
    }();
    return m;
  }
  static int on_read(BIO *bio, char *to, int size) noexcept {
    auto &self = *static_cast<tls_layer *>(::BIO_get_data(bio));
    ::BIO_clear_retry_flags(bio);
    const long n =
        self.connection_->receive_raw(to, static_cast<std::size_t>(size));
    self.is_at_end_ = n == 0;
    if (n == -EAGAIN)
      ::BIO_set_retry_read(bio);
    else if (n < 0)
      self.socket_error_ = static_cast<int>(-n);
    return n < 0 ? -1 : static_cast<int>(n);
  }
  static int on_write(BIO *bio, const char *data, int size) noexcept {
    auto &self = *static_cast<tls_layer *>(::BIO_get_data(bio));
    ::BIO_clear_retry_flags(bio);
    auto &c = *self.connection_;
    c.send_or_keep({data, static_cast<std::size_t>(size)});
    if (c.error == 0)
      return size;
    self.socket_error_ = c.error;
    return -1;
  }
  static long on_control(BIO *bio, int command, long, void *) noexcept {
    auto &self = *static_cast<tls_layer *>(::BIO_get_data(bio));
    if (command == BIO_CTRL_EOF)
      return self.is_at_end_;
    return command == BIO_CTRL_FLUSH;
  }

  std::unique_ptr<SSL, void (*)(SSL *)> ssl_;
  connection *connection_ = nullptr; ///< During a call.
  int socket_error_ = 0;             ///< Met during a call.
  bool is_at_end_ = false;
  std::string failure_;
};

} // namespace weir::detail

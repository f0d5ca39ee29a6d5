// tls_context: whom to trust, and how to prove who we are.

#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace weir {

/// The peer could not be trusted, did not speak TLS, or cut the connection.
/// (Python: ssl.SSLError.)
struct tls_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {

/// What OpenSSL has to say, and forgets.
[[noreturn]] inline void throw_tls_error(const std::string &what) {
  std::string text = what;
  while (const unsigned long e = ::ERR_get_error())
    if (const char *reason = ::ERR_reason_error_string(e))
      text += std::string(": ") + reason;
  throw tls_error(text);
}

} // namespace detail

/// Settings that any number of encrypted streams share, also of several loops:
/// once it is set up, any thread may use it. TLS 1.2 and later. It must outlive
/// the handshakes it is used for; streams keep what they need. Reads its files
/// while the caller waits: make it before the loop has work. Throws tls_error.
/// (Python: ssl.create_default_context.)
class tls_context {
public:
  /// Trusts the authorities that the system trusts.
  tls_context() : context_(::SSL_CTX_new(::TLS_method()), ::SSL_CTX_free) {
    check(context_ != nullptr, "TLS context");
    ::SSL_CTX_set_min_proto_version(native(), TLS1_2_VERSION);
    ::SSL_CTX_set_mode(native(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                     SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_set_read_ahead(native(), 1);
    check(::SSL_CTX_set_default_verify_paths(native()) == 1, "authorities");
  }

  /// Proves who we are with the certificates and the key in these PEM files.
  void use_certificate(const std::string &chain, const std::string &key) {
    check(::SSL_CTX_use_certificate_chain_file(native(), chain.c_str()) == 1,
          chain);
    check(::SSL_CTX_use_PrivateKey_file(native(), key.c_str(),
                                        SSL_FILETYPE_PEM) == 1,
          key);
    check(::SSL_CTX_check_private_key(native()) == 1, key);
  }
  /// Trusts the authorities in this PEM file too.
  void trust(const std::string &authorities) {
    check(::SSL_CTX_load_verify_locations(native(), authorities.c_str(),
                                          nullptr) == 1,
          authorities);
  }
  /// A server asks its clients who they are and refuses those not trusted.
  void require_client_certificate() {
    ::SSL_CTX_set_verify(native(),
                         SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                         nullptr);
  }
  /// For tests and nothing else: as a client, believes whoever answers.
  void trust_anybody() { trusts_anybody_ = true; }
  bool trusts_anybody() const noexcept { return trusts_anybody_; }

  /// For what is not offered here; it stays the context's.
  SSL_CTX *native() const noexcept { return context_.get(); }

private:
  static void check(bool holds, const std::string &what) {
    if (!holds)
      detail::throw_tls_error(what);
  }

  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX *)> context_;
  bool trusts_anybody_ = false;
};

} // namespace weir

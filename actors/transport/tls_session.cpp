#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "actors/transport/tls.hpp"
#include "actors/transport/tls_error.hpp"
#include "actors/transport/tls_socket.hpp"

namespace entente {

namespace {

/// Has the other end's certificate name the host, which may be an address.
void expect_host(SSL* ssl, const std::string& host) {
  auto* rules = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1)
    return;
  ERR_clear_error();  // It is a name.
  X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size());
  SSL_set_tlsext_host_name(ssl, host.c_str());
}

/// What the other end's refusal means, in words for who has to mend it; empty if it is not known.
std::string meaning_of_alert(int reason) {
  switch (reason) {
  case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    return "it wants a certificate, and this side has none";
  case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    return "it does not know the authority that has signed this side's certificate";
  case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    return "it says that this side's certificate has expired";
  case SSL_R_WRONG_VERSION_NUMBER:
  case SSL_R_HTTP_REQUEST:
  case SSL_R_HTTPS_PROXY_REQUEST:
  case SSL_R_UNEXPECTED_MESSAGE:
  case SSL_R_PACKET_LENGTH_TOO_LONG:
    return "it does not speak TLS";
  case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
    return "it shows no certificate";
  case SSL_R_UNSUPPORTED_PROTOCOL:
  case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
    return "it does not speak TLS 1.3";
  default:
    return {};
  }
}

std::string describe_certificate(long result, const std::string& host) {
  if (result == X509_V_ERR_HOSTNAME_MISMATCH || result == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return "its certificate does not name " + host;
  return std::string{"its certificate is not good: "} + X509_verify_cert_error_string(result);
}

}  // namespace

void tls_session::deleter::operator()(ssl_st* x) const noexcept {
  SSL_free(x);
}

tls_session::tls_session(const tls_context& context, connection_side side, int socket,
                         const std::string& host)
    : host_(host) {
  auto material = context.current();
  ssl_.reset(SSL_new(material->native.get()));  // which keeps what it needs of it
  if (!material->match_host)
    host_.clear();
  if (!ssl_)
    throw std::bad_alloc{};
  auto* bio = make_socket_bio(socket);
  SSL_set_bio(ssl_.get(), bio, bio);
  if (side == connection_side::accepting)
    SSL_set_accept_state(ssl_.get());
  else
    SSL_set_connect_state(ssl_.get());
  if (!host_.empty())
    expect_host(ssl_.get(), host_);
}

io_progress tls_session::shake_hands() {
  if (SSL_is_init_finished(ssl_.get()))
    return io_progress::done;
  ERR_clear_error();
  return progress_of(SSL_do_handshake(ssl_.get()));
}

io_progress tls_session::read(void* bytes, std::size_t size, std::size_t& count) {
  ERR_clear_error();
  return progress_of(SSL_read_ex(ssl_.get(), bytes, size, &count));
}

io_progress tls_session::write(const void* bytes, std::size_t size, std::size_t& count) {
  ERR_clear_error();
  return progress_of(SSL_write_ex(ssl_.get(), bytes, size, &count));
}

std::size_t tls_session::pending() const {
  return static_cast<std::size_t>(SSL_pending(ssl_.get()));
}

io_progress tls_session::progress_of(int result) {
  if (result == 1)
    return io_progress::done;
  switch (auto kind = SSL_get_error(ssl_.get(), result)) {
  case SSL_ERROR_WANT_READ:
    return io_progress::wants_read;
  case SSL_ERROR_WANT_WRITE:
    return io_progress::wants_write;
  default:
    failure_ = describe_failure(kind);
    ERR_clear_error();
    return io_progress::failed;
  }
}

std::string tls_session::describe_failure(int kind) const {
  auto verified = SSL_get_verify_result(ssl_.get());
  auto reason = ERR_GET_REASON(ERR_peek_error());
  if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED && verified != X509_V_OK)
    return describe_certificate(verified, host_);
  if (kind == SSL_ERROR_ZERO_RETURN || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
    return {};
  if (kind == SSL_ERROR_SYSCALL)
    return errno == 0 ? std::string{} : std::strerror(errno);
  if (auto meaning = meaning_of_alert(reason); !meaning.empty())
    return meaning;
  return "TLS: " + take_tls_error();
}

}  // namespace entente

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <utility>

#include "actors/transport/tls.hpp"
#include "actors/transport/tls_error.hpp"

namespace entente {

namespace {

using problem = std::optional<std::string>;

/// A passphrase is never asked for: nobody may be there to type it.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

problem check_readable(const std::string& key, const std::string& path) {
  errno = 0;
  std::ifstream file{path};
  if (file && file.peek() != std::ifstream::traits_type::eof())
    return std::nullopt;
  return key + ": cannot read " + path + ": " +
         (errno != 0 ? std::strerror(errno) : "it is empty or no file");
}

std::string not_pem(const std::string& key, const std::string& path, const std::string& what) {
  auto reason = take_tls_error();
  return key + ": " + path + " is not " + what + " in PEM form" +
         (reason.empty() ? "" : " (" + reason + ')');
}

problem load_authority(SSL_CTX* context, const tls_files& files) {
  if (auto wrong = check_readable("tls.ca", files.ca))
    return wrong;
  if (SSL_CTX_load_verify_file(context, files.ca.c_str()) != 1)
    return not_pem("tls.ca", files.ca, "a certificate");
  return std::nullopt;
}

problem load_certificate(SSL_CTX* context, const tls_files& files) {
  if (auto wrong = check_readable("tls.certificate", files.certificate))
    return wrong;
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return not_pem("tls.certificate", files.certificate, "a certificate");
  return std::nullopt;
}

problem load_key(SSL_CTX* context, const tls_files& files) {
  if (auto wrong = check_readable("tls.key", files.key))
    return wrong;
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) == 1)
    return std::nullopt;
  if (tls_error_is(X509_R_KEY_VALUES_MISMATCH) || tls_error_is(X509_R_KEY_TYPE_MISMATCH)) {
    take_tls_error();
    return "tls.key: " + files.key + " is not the key of the certificate in " + files.certificate;
  }
  return not_pem("tls.key", files.key, "a key without a passphrase");
}

std::string text_of(const ASN1_TIME* time) {
  std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), BIO_free};
  ASN1_TIME_print(out.get(), time);
  char* text = nullptr;
  auto size = BIO_get_mem_data(out.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

problem check_time(SSL_CTX* context, const tls_files& files) {
  const auto* certificate = SSL_CTX_get0_certificate(context);
  const auto* until = X509_get0_notAfter(certificate);
  const auto* since = X509_get0_notBefore(certificate);
  if (X509_cmp_current_time(until) < 0)
    return "tls.certificate: " + files.certificate + " has expired: it was good until " +
           text_of(until);
  if (X509_cmp_current_time(since) > 0)
    return "tls.certificate: " + files.certificate + " is not good yet: it will be from " +
           text_of(since) + " on";
  return std::nullopt;
}

/// As the other ends will do.
problem check_signature(SSL_CTX* context, const tls_files& files) {
  std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> check{X509_STORE_CTX_new(),
                                                                        X509_STORE_CTX_free};
  STACK_OF(X509)* between = nullptr;
  SSL_CTX_get0_chain_certs(context, &between);
  X509_STORE_CTX_init(check.get(), SSL_CTX_get_cert_store(context),
                      SSL_CTX_get0_certificate(context), between);
  if (X509_verify_cert(check.get()) == 1)
    return std::nullopt;
  auto why = X509_STORE_CTX_get_error(check.get());
  ERR_clear_error();
  return "tls.certificate: " + files.certificate + " is not good by the authority in tls.ca, " +
         files.ca + ": " + X509_verify_cert_error_string(why);
}

void set_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_passphrase);
  // Connections last: sessions are not taken up again, so nothing is kept of those that ended.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
}

using loading = std::variant<std::shared_ptr<const tls_context::material>, std::string>;

loading load(const tls_files& files) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context{SSL_CTX_new(TLS_method()), SSL_CTX_free};
  if (!context)
    return "tls: " + take_tls_error();
  set_rules(context.get());
  for (auto step : {load_authority, load_certificate, load_key, check_time, check_signature})
    if (auto wrong = step(context.get(), files))
      return std::move(*wrong);
  return std::make_shared<const tls_context::material>(std::move(context), files.match_host);
}

}  // namespace

struct tls_context::shared_material {
  std::mutex mutex;
  std::shared_ptr<const material> now;
};

tls_context::tls_context(std::shared_ptr<const material> first)
    : shared_(std::make_shared<shared_material>()) {
  shared_->now = std::move(first);
}

std::variant<tls_context, std::string> tls_context::open(const tls_files& files) {
  auto loaded = load(files);
  if (auto* why = std::get_if<std::string>(&loaded))
    return std::move(*why);
  return tls_context{std::get<std::shared_ptr<const material>>(std::move(loaded))};
}

std::optional<std::string> tls_context::renew(const tls_files& files) const {
  auto loaded = load(files);
  if (auto* why = std::get_if<std::string>(&loaded))
    return std::move(*why);
  std::lock_guard guard{shared_->mutex};
  shared_->now = std::get<std::shared_ptr<const material>>(std::move(loaded));
  return std::nullopt;
}

std::shared_ptr<const tls_context::material> tls_context::current() const {
  std::lock_guard guard{shared_->mutex};
  return shared_->now;
}

}  // namespace entente

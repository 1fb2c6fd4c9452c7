#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "actors/transport/frame_rules.hpp"

struct ssl_ctx_st;
struct ssl_st;

/// Encryption and mutual authentication of connections, by OpenSSL: TLS 1.3 and no less, for all
/// ends are ours. Both ends show a certificate that is signed by the same authority.
namespace entente {

/// PEM files, and what to look at.
struct tls_files {
  std::string certificate;  ///< with those between it and the authority, if there are any
  std::string key;          ///< without a passphrase
  std::string ca;
  /// Whether the certificate of a listener has to name the host that was connected to.
  bool match_host = true;
};

/// What all connections of a process share, and the copies of this. Thread-safe.
class tls_context {
public:
  /// @returns the context, or what is wrong: `tls.key: cannot read /etc/x.key: Permission denied`.
  ///          The certificate is checked as the other ends will check it: its time, its key, and
  ///          that the authority has signed it.
  static std::variant<tls_context, std::string> open(const tls_files& files);

  /// Takes other files, or the same with other contents, for the connections that are still to be
  /// made; those that there are go on as they are.
  /// @returns what is wrong with them; then nothing has changed
  std::optional<std::string> renew(const tls_files& files) const;

  struct material {
    std::shared_ptr<ssl_ctx_st> native;
    bool match_host;
  };

  /// As it is now. Never empty.
  std::shared_ptr<const material> current() const;

private:
  struct shared_material;

  explicit tls_context(std::shared_ptr<const material> first);

  std::shared_ptr<shared_material> shared_;
};

/// What an attempt to read or write has come to.
enum class io_progress { done, wants_read, wants_write, failed };

/// One connection's TLS on a socket that never blocks. Not thread-safe.
class tls_session {
public:
  /// @param host that was connected to: whom the certificate of the other end has to name, if the
  ///        context says so; empty: nobody
  tls_session(const tls_context& context, connection_side side, int socket,
              const std::string& host);

  /// Goes on with the handshake; `done` if there is nothing to do any more.
  io_progress shake_hands();

  /// @param count is set to how many bytes were moved, at least one if `done`
  io_progress read(void* bytes, std::size_t size, std::size_t& count);
  io_progress write(const void* bytes, std::size_t size, std::size_t& count);

  /// How many bytes are decrypted and not read yet.
  std::size_t pending() const;

  /// Why the last call has `failed`; empty if the other end has closed the connection.
  const std::string& failure() const noexcept { return failure_; }

private:
  io_progress progress_of(int result);
  std::string describe_failure(int kind) const;

  struct deleter {
    void operator()(ssl_st* x) const noexcept;
  };

  std::unique_ptr<ssl_st, deleter> ssl_;
  std::string host_;
  std::string failure_;
};

}  // namespace entente

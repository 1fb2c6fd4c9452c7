#pragma once

struct bio_st;

namespace entente {

/// How OpenSSL reads from and writes to a socket here: its own way, without SIGPIPE when the other
/// end has gone. The socket stays the caller's.
bio_st* make_socket_bio(int socket);

}  // namespace entente

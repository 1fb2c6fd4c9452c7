#pragma once

#include <string>

namespace entente {

/// Takes what OpenSSL has noted on this thread. @returns the first of it, in words; empty if
/// nothing
std::string take_tls_error();

/// Whether the reason of the first note is `reason`, an SSL_R_ or X509_R_ constant; takes nothing.
bool tls_error_is(int reason);

}  // namespace entente

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "actors/transport/transport.hpp"
#include "apps/common/exit_codes.hpp"
#include "config/config.hpp"

/// What the programs make their connections with, from the configuration.
namespace entente {

/// @returns the options, or what is wrong with the files that "tls" names
std::variant<transport_options, usage_error> transport_of(const config& settings);

/// Takes the files that "tls" names as they are now, for the connections still to be made.
/// @param tls what transport_of() has given
/// @returns what is wrong with them, or that TLS cannot be switched on or off; nothing has changed
std::optional<usage_error> renew(const std::optional<tls_context>& tls, const config& settings);

/// The configuration of a client: from the file that ENTENTE_CONFIG names, if it does, and the rest
/// of the environment.
std::variant<config, usage_error> settings_of_client();

/// What a client makes its connections with.
std::variant<transport_options, usage_error> transport_of_client();

/// Without TLS a part listens where only this machine reaches it, unless "insecure" is true.
/// @param key of `where`: "master.listen"
/// @returns why it must not listen there
std::optional<usage_error> check_exposure(const config& settings, std::string_view key,
                                          const endpoint& where);

}  // namespace entente

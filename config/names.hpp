#pragma once

#include <string_view>

/// Which names may be given to things; all are ASCII and at most 253 characters.
namespace entente {

/// A resource, attribute or slot class: letters, digits, '_', '-' and '.', a letter or '_' first.
bool is_resource_name(std::string_view name);

/// A path of segments such as "eng/ads". A segment has letters, digits, '_', '-' and '.', starts
/// with none of '-' and '.', and contains no "..". The name "*" is a role, too.
bool is_role_name(std::string_view name);

/// What is_role_name() takes, to end a sentence that begins "expected ".
std::string_view expected_role_name();

/// A host: letters, digits, '_', '-' and '.', starts with none of '-' and '.', no "..".
bool is_host_name(std::string_view name);

/// What a machine is reached by: a host, or an address such as "10.0.0.2" or "fd66::5".
bool is_host_or_address(std::string_view text);

}  // namespace entente

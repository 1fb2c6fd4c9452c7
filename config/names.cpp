#include "config/names.hpp"

#include <algorithm>
#include <string>

#include <arpa/inet.h>

namespace entente {

namespace {

constexpr std::size_t max_name = 253;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_name_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= max_name && std::ranges::all_of(name, is_name_character);
}

}  // namespace

bool is_resource_name(std::string_view name) {
  return is_plain_name(name) && (is_letter(name.front()) || name.front() == '_');
}

bool is_host_name(std::string_view name) {
  return is_plain_name(name) && name.front() != '-' && name.front() != '.' &&
         name.find("..") == name.npos;
}

bool is_host_or_address(std::string_view text) {
  const std::string ended{text};
  auto is_of = [&ended](int family) {
    in6_addr parsed;
    return ::inet_pton(family, ended.c_str(), &parsed) == 1;
  };
  if (text.find_first_not_of("0123456789.") == text.npos)
    return is_of(AF_INET);
  return is_host_name(text) || (text.find('\0') == text.npos && is_of(AF_INET6));
}

bool is_role_name(std::string_view name) {
  if (name == "*")
    return true;
  if (name.size() > max_name)
    return false;
  for (;;) {
    auto slash = name.find('/');
    if (!is_host_name(name.substr(0, slash)))
      return false;
    if (slash == name.npos)
      return true;
    name.remove_prefix(slash + 1);
  }
}

std::string_view expected_role_name() {
  return "a role such as \"eng/ads\": segments of letters, digits, '_', '-' and '.', "
         "none empty, none with \"..\" or with '-' or '.' in front";
}

}  // namespace entente

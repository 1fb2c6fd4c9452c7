#include "apps/common/master_address.hpp"

#include <cstdlib>

#include "apps/common/network.hpp"
#include "config/config.hpp"

namespace entente {

std::variant<std::vector<endpoint>, usage_error> parse_masters(std::string_view source,
                                                               std::string_view text) {
  std::vector<endpoint> result;
  for (std::size_t comma = 0; comma != text.npos;) {
    comma = text.find(',');
    auto item = text.substr(0, comma);
    auto where = parse_endpoint(item);
    if (!where || where->port == 0)
      return usage_error{std::string{source} + ": \"" + std::string{item} +
                         "\" is not HOST:PORT, such as 127.0.0.1:5060"};
    if (result.size() == max_masters)
      return usage_error{std::string{source} + ": expected at most " + std::to_string(max_masters) +
                         " addresses, found more"};
    result.push_back(std::move(*where));
    text.remove_prefix(comma == text.npos ? text.size() : comma + 1);
  }
  return result;
}

std::variant<std::vector<endpoint>, usage_error> find_masters(std::string_view flag) {
  if (!flag.empty())
    return parse_masters("--master", flag);
  if (auto* variable = std::getenv("ENTENTE_MASTER"); variable && *variable)
    return parse_masters("ENTENTE_MASTER", variable);
  auto settings = settings_of_client();
  if (auto* wrong = std::get_if<usage_error>(&settings))
    return std::move(*wrong);
  return std::move(std::get<config>(settings).agent.masters);
}

}  // namespace entente

#pragma once

#include <map>
#include <string>

#include "config/config.hpp"
#include "config/quantities.hpp"
#include "messages/resources.hpp"

/// Scalars that the configuration has as texts, which it has checked, as resources.
namespace entente {

/// The limits of a slot class, say.
inline resources to_resources(const resource_texts& texts) {
  resources result;
  for (const auto& [name, text] : texts)
    result.set_milli(name, parse_quantity(name, text).value_or(0));
  return result;
}

/// All slot classes, say; a name with nothing is left out.
inline std::map<std::string, resources>
to_resources(const std::map<std::string, resource_texts>& named) {
  std::map<std::string, resources> result;
  for (const auto& [name, texts] : named)
    if (auto amount = to_resources(texts); !amount.empty())
      result.emplace(name, std::move(amount));
  return result;
}

}  // namespace entente

#pragma once

#include <map>
#include <string>

#include "config/config.hpp"
#include "config/quantities.hpp"
#include "messages/resources.hpp"

namespace entente {

/// The limits of a slot class of the configuration, which has checked them.
inline resources slot_limits(const resource_texts& texts) {
  resources limits;
  for (const auto& [name, text] : texts)
    limits.set_milli(name, parse_quantity(name, text).value_or(0));
  return limits;
}

/// All slot classes of a configuration.
inline std::map<std::string, resources> slot_classes(const config& settings) {
  std::map<std::string, resources> result;
  for (const auto& [name, texts] : settings.slots)
    result.emplace(name, slot_limits(texts));
  return result;
}

}  // namespace entente

#pragma once

#include <cstring>
#include <map>
#include <string>
#include <vector>

#include <unistd.h>

namespace entente::runtime {

/// The array that execve() wants of texts; it points into them.
inline std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// The environment of this process.
inline std::map<std::string, std::string> own_environment() {
  std::map<std::string, std::string> result;
  for (const char* const* variable = environ; *variable != nullptr; ++variable)
    if (const auto* equals = std::strchr(*variable, '='))
      result.emplace(std::string(*variable, equals), equals + 1);
  return result;
}

/// `NAME=VALUE` of each.
inline std::vector<std::string> as_variables(const std::map<std::string, std::string>& env) {
  std::vector<std::string> result;
  result.reserve(env.size());
  for (const auto& [name, value] : env)
    result.push_back(name + '=' + value);
  return result;
}

}  // namespace entente::runtime

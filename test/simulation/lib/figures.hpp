#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace entente::simulation {

/// How often things have happened, by name; to see that they do.
using figures = std::map<std::string, std::uint64_t>;

inline void add(figures& sum, const figures& x) {
  for (const auto& [name, count] : x)
    sum[name] += count;
}

}  // namespace entente::simulation

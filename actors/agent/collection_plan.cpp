#include "actors/agent/collection_plan.hpp"

#include <algorithm>
#include <tuple>

namespace entente {

collection_plan plan_collection(std::vector<ended_sandbox> from,
                                std::filesystem::file_time_type now, const sandbox_rules& rules) {
  std::sort(from.begin(), from.end(), [](const ended_sandbox& a, const ended_sandbox& b) {
    return std::tie(a.ended, a.path) < std::tie(b.ended, b.path);
  });
  collection_plan result;
  for (auto& x : from) {
    auto age = now - x.ended;
    if (age >= rules.age)
      result.too_old.push_back(std::move(x.path));
    else if (age >= rules.least_age)
      result.if_room_is_wanted.push_back(std::move(x.path));
  }
  return result;
}

std::uint64_t bytes_beyond(double share, std::uint64_t all, std::uint64_t free) {
  auto wanted = static_cast<std::uint64_t>(static_cast<double>(all) * (1 - share));
  return wanted > free ? wanted - free : 0;
}

}  // namespace entente

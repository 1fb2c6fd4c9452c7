#include "actors/agent/agent_change.hpp"

namespace entente {

namespace {

constexpr auto advice =
  ". Set it back, or drain the agent and start it with an empty work directory";

std::string shown(const resources& x) {
  return x.empty() ? "nothing" : x.to_string();
}

std::optional<std::string> problem_of(const std::string& what, const resources& before,
                                      const resources& now) {
  if (now.contains(before))
    return std::nullopt;
  return what + " were " + shown(before) + " and are " + shown(now) + ": " + shown(before - now) +
         " is missing" + advice;
}

std::optional<std::string> problem_of(const attribute_map& before, const attribute_map& now) {
  for (const auto& [name, value] : before) {
    auto i = now.find(name);
    if (i == now.end())
      return "the attribute " + name + " was \"" + value + "\" and is not there any more" + advice;
    if (i->second != value)
      return "the attribute " + name + " was \"" + value + "\" and is \"" + i->second + '"' +
             advice;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> problem_of_change(const agent_info& before, const agent_info& now) {
  if (before.id != now.id)
    return "the agent was " + before.id.str() + " and is " + now.id.str() + advice;
  if (auto problem = problem_of("the agent's resources", before.total, now.total))
    return problem;
  for (const auto& [role, amount] : before.reservations) {
    auto i = now.reservations.find(role);
    auto is = i == now.reservations.end() ? resources{} : i->second;
    if (auto problem = problem_of("the reservations for role " + role, amount, is))
      return problem;
  }
  return problem_of(before.attributes, now.attributes);
}

}  // namespace entente

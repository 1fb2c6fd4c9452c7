#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "messages/ids.hpp"
#include "messages/resources.hpp"

namespace entente {

/// Facts about an agent that are never used up: `rack` = `r1`.
using attribute_map = std::map<std::string, std::string>;

/// What an agent says of itself.
struct agent_info {
  agent_id id;
  std::string hostname;
  std::string address;  ///< kept for agents that listen; those of today connect: empty
  resources total;
  attribute_map attributes;
  /// By role: what of `total` is kept for the role and the roles below it, by configuration.
  std::map<std::string, resources> reservations{};

  friend bool operator==(const agent_info&, const agent_info&) = default;
};

/// What a framework says of itself.
struct framework_info {
  framework_id id;  ///< empty on the first subscription
  std::string name;
  std::string role = "*";
  /// How long its tasks live on after its scheduler was lost, unless it comes back.
  std::chrono::milliseconds failover_timeout{0};
  /// Its tasks run on without a scheduler, whatever the time-out; it is removed after the last.
  bool detached = false;
  /// False for a framework that only claims: it is not offered anything until it revives.
  bool wants_offers = true;
  /// Other roles that it acts in too; `role` is the one meant where none is named.
  std::vector<std::string> more_roles{};
  /// It knows that tasks of an agent that cannot be reached may come back: they are UNREACHABLE,
  /// not LOST, until then.
  bool partition_aware = false;

  friend bool operator==(const framework_info&, const framework_info&) = default;
};

/// All roles that a framework acts in, the first one first.
inline std::vector<std::string> roles_of(const framework_info& x) {
  std::vector<std::string> result{x.role};
  result.insert(result.end(), x.more_roles.begin(), x.more_roles.end());
  return result;
}

/// Resources of one agent that a framework may use until it answers or the offer is rescinded.
struct offer {
  offer_id id;
  framework_id framework;
  agent_id agent;
  std::string hostname;
  resources available;
  attribute_map attributes;
  std::string role{};    ///< what is used of it is charged to this role
  resources reserved{};  ///< what of `available` is reserved for the role or one above it

  friend bool operator==(const offer&, const offer&) = default;
};

}  // namespace entente

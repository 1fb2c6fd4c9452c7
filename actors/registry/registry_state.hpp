#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/ids.hpp"
#include "messages/resources.hpp"

/// What a master cannot learn again from agents and frameworks: plain values. Each entry is known
/// by its key; resources are in their text form where operators see them.
namespace entente {

/// A moment of the wall clock, in milliseconds since 1970 (UTC): the actor clock of one master
/// means nothing to the next.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

/// What has become of an agent that was admitted.
enum class agent_mark : std::uint8_t {
  admitted,     ///< it is there, or is expected back
  ended,        ///< it has said that it leaves
  unreachable,  ///< nothing was heard of it for too long; it may come back
  gone,         ///< an operator has said so: it may not come back
};

struct registered_agent {
  agent_info info;
  std::uint64_t life = 0;  ///< the latest; the same agent never comes with an earlier one
  /// Which process this life is, as the master sees it; empty: not known. Two processes in one life
  /// are an agent and a copy of it.
  std::string process{};
  agent_mark mark = agent_mark::admitted;

  using key_type = agent_id;
  const key_type& key() const noexcept { return info.id; }
  friend bool operator==(const registered_agent&, const registered_agent&) = default;
};

struct registered_framework {
  framework_info info;
  std::optional<wall_time> removed_at{};  ///< from then on nobody may come back under its id

  using key_type = framework_id;
  const key_type& key() const noexcept { return info.id; }
  friend bool operator==(const registered_framework&, const registered_framework&) = default;
};

/// What a call has set, in place of what the configuration says; nothing at all: it was taken away.
struct registered_quota {
  std::string role;
  resources guarantee;
  resources limit;

  using key_type = std::string;
  const key_type& key() const noexcept { return role; }
  friend bool operator==(const registered_quota&, const registered_quota&) = default;
};

/// What a call has set, in place of what the configuration says.
struct registered_weight {
  std::string role;
  double weight = 1;

  using key_type = std::string;
  const key_type& key() const noexcept { return role; }
  friend bool operator==(const registered_weight&, const registered_weight&) = default;
};

/// What calls keep of an agent for a role, all together; never nothing.
struct registered_reservation {
  agent_id agent;
  std::string role;
  resources amount;

  using key_type = std::pair<agent_id, std::string>;
  key_type key() const { return {agent, role}; }
  friend bool operator==(const registered_reservation&, const registered_reservation&) = default;
};

struct registered_drain {
  agent_id agent;
  std::optional<wall_time> deadline{};  ///< until then tasks may take to end; none: their own time
  bool mark_gone = false;

  using key_type = agent_id;
  const key_type& key() const noexcept { return agent; }
  friend bool operator==(const registered_drain&, const registered_drain&) = default;
};

/// An agent that gets nothing new.
struct registered_deactivation {
  agent_id agent;

  using key_type = agent_id;
  const key_type& key() const noexcept { return agent; }
  friend bool operator==(const registered_deactivation&, const registered_deactivation&) = default;
};

/// A maintenance window.
struct registered_window {
  std::string name;
  std::vector<agent_id> agents;  ///< sorted, each once
  wall_time starts_at{};
  wall_time ends_at{};
  std::chrono::milliseconds drains_ahead{0};

  using key_type = std::string;
  const key_type& key() const noexcept { return name; }
  friend bool operator==(const registered_window&, const registered_window&) = default;
};

/// All of it.
struct registry_state {
  std::string cluster;
  /// Of masters, the present one counted: so that ids given by two of them differ.
  std::uint64_t lives = 0;

  template <class Entry>
  using entry_map = std::map<typename Entry::key_type, Entry>;

  entry_map<registered_agent> agents{};
  entry_map<registered_framework> frameworks{};
  entry_map<registered_quota> quota{};
  entry_map<registered_weight> weights{};
  entry_map<registered_reservation> reservations{};
  entry_map<registered_drain> drains{};
  entry_map<registered_deactivation> deactivated{};
  entry_map<registered_window> maintenance{};

  friend bool operator==(const registry_state&, const registry_state&) = default;
};

/// Where a state has its entries of a kind.
template <class Entry>
inline constexpr auto entries_of = nullptr;
template <>
inline constexpr auto entries_of<registered_agent> = &registry_state::agents;
template <>
inline constexpr auto entries_of<registered_framework> = &registry_state::frameworks;
template <>
inline constexpr auto entries_of<registered_quota> = &registry_state::quota;
template <>
inline constexpr auto entries_of<registered_weight> = &registry_state::weights;
template <>
inline constexpr auto entries_of<registered_reservation> = &registry_state::reservations;
template <>
inline constexpr auto entries_of<registered_drain> = &registry_state::drains;
template <>
inline constexpr auto entries_of<registered_deactivation> = &registry_state::deactivated;
template <>
inline constexpr auto entries_of<registered_window> = &registry_state::maintenance;

/// Over<Entry...> of all kinds of entries.
template <template <class...> class Over>
using over_registry_entries =
  Over<registered_agent, registered_framework, registered_quota, registered_weight,
       registered_reservation, registered_drain, registered_deactivation, registered_window>;

}  // namespace entente

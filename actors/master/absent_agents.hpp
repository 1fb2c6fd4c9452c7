#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "messages/cluster.hpp"
#include "messages/ids.hpp"

namespace entente {

/// Why an agent is not there any more.
enum class departure : std::uint8_t {
  ended,        ///< it has said so, or has begun another life without memory of the one before
  unreachable,  ///< nothing was heard of it for too long; it may come back
  gone,         ///< an operator has said so: it may not come back
};

/// The agents that were there and are not any more, each with the life in which it went. Of those
/// that are not gone only so many are remembered: one that was forgotten and comes back is taken in
/// as if it was new. No actor, no clock. Not thread-safe.
class absent_agents {
public:
  struct entry {
    agent_info info;
    std::uint64_t life = 0;
    departure why = departure::ended;
    bool was_told_by_earlier = false;  ///< an earlier master has told what was lost with it
  };

  /// @param most of those that are not gone
  explicit absent_agents(std::size_t most) : most_(most) {}

  /// @returns who was forgotten for it: of those that are not gone, who went first.
  std::optional<agent_id> add(agent_info info, std::uint64_t life, departure why);
  void remove(const agent_id& agent);
  /// An earlier master has told what was lost with the agent, or should have: this one does not
  /// know what that was. Holds for as long as the agent is in here.
  void told_by_earlier(const agent_id& agent);

  /// Null if it is there, or nothing is known of it.
  const entry* find(const agent_id& agent) const;
  const std::map<agent_id, entry>& all() const noexcept { return entries_; }
  /// Of those that are not gone, who went first.
  std::optional<agent_id> first() const;

private:
  std::size_t most_;
  std::map<agent_id, entry> entries_;
  std::map<std::uint64_t, agent_id> order_;   ///< of those that are not gone, by when they went
  std::map<agent_id, std::uint64_t> places_;  ///< in order_
  std::uint64_t added_ = 0;
};

}  // namespace entente

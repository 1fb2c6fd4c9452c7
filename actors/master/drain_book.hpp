#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "messages/calls.hpp"
#include "messages/deadlines.hpp"
#include "messages/time.hpp"

namespace entente {

/// The agents that operators want drained, whether they are there or not. No actor, no clock. Not
/// thread-safe; a plain value.
class drain_book {
public:
  /// Begins to drain, or replaces what was said before.
  void start(const drain_agent& call, time_point now);
  /// @returns false if the agent is not drained.
  bool stop(const agent_id& agent);

  bool contains(const agent_id& agent) const { return drains_.contains(agent); }
  bool is_to_be_gone(const agent_id& agent) const { return to_be_gone_.contains(agent); }
  /// Those that are gone for good once they are drained.
  const std::set<agent_id>& to_be_gone() const noexcept { return to_be_gone_; }
  /// Until the end of the time that tasks have there, 0 if it is over; nothing if they have as long
  /// as they want.
  std::optional<std::chrono::milliseconds> left(const agent_id& agent, time_point now) const;

  /// Those whose tasks have had their time since the last call.
  std::vector<agent_id> take_due(time_point now) { return times_.take_due(now); }
  std::optional<time_point> next() const { return times_.next(); }

private:
  std::map<agent_id, std::optional<time_point>> drains_;  ///< with their deadlines
  std::set<agent_id> to_be_gone_;
  deadlines<agent_id> times_;
};

}  // namespace entente

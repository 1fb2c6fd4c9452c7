#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "messages/ids.hpp"

/// What operators do with agents.
namespace entente {

/// Takes an agent out of use: nothing new comes to it, and what runs there is ended.
struct drain_agent {
  agent_id agent;
  /// The longest time that its tasks get to end in order; none: as long as each wants itself.
  std::optional<std::chrono::milliseconds> deadline{};
  bool mark_gone = false;  ///< once drained it is gone for good, and may not come back
  friend bool operator==(const drain_agent&, const drain_agent&) = default;
};

/// Puts an agent that drains, or is drained, into use again.
struct undrain_agent {
  agent_id agent;
  friend bool operator==(const undrain_agent&, const undrain_agent&) = default;
};

/// Nothing new comes to an agent; what runs there goes on.
struct deactivate_agent {
  agent_id agent;
  friend bool operator==(const deactivate_agent&, const deactivate_agent&) = default;
};

/// Ends that.
struct reactivate_agent {
  agent_id agent;
  friend bool operator==(const reactivate_agent&, const reactivate_agent&) = default;
};

/// A time for which agents are to be free of tasks. Before it begins nothing new comes to them;
/// when it begins they are empty, and when it has ended they are used again.
struct maintenance_window {
  std::string name;                        ///< unique among those that have not ended
  std::vector<agent_id> agents;            ///< at least one
  std::chrono::milliseconds starts_in{0};  ///< from now on; 0: now, or already
  std::chrono::milliseconds lasts{0};      ///< if it has begun, from now on
  /// How long before the window their tasks begin to be ended.
  std::chrono::milliseconds drains_ahead{0};
  friend bool operator==(const maintenance_window&, const maintenance_window&) = default;
};

/// Takes the window in, or another one of that name in its place.
struct plan_maintenance {
  maintenance_window window;
  friend bool operator==(const plan_maintenance&, const plan_maintenance&) = default;
};

/// Calls the window off; its agents are used again, if it has begun.
struct cancel_maintenance {
  std::string name;
  friend bool operator==(const cancel_maintenance&, const cancel_maintenance&) = default;
};

}  // namespace entente

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "messages/cluster.hpp"
#include "messages/ids.hpp"
#include "messages/task.hpp"

/// What parties say to each other; who says what to whom is in protocol.hpp.
namespace entente {

// -- agent and master ---------------------------------------------------------

struct register_agent {
  agent_info info;
  friend bool operator==(const register_agent&, const register_agent&) = default;
};

struct agent_registered {
  agent_id id;
  friend bool operator==(const agent_registered&, const agent_registered&) = default;
};

struct unregister_agent {
  agent_id id;
  friend bool operator==(const unregister_agent&, const unregister_agent&) = default;
};

struct launch_tasks {
  framework_id framework;
  std::vector<task_info> tasks;
  friend bool operator==(const launch_tasks&, const launch_tasks&) = default;
};

/// Ends all tasks of a framework that is gone; nobody is left to hear their updates.
struct shutdown_framework {
  framework_id framework;
  friend bool operator==(const shutdown_framework&, const shutdown_framework&) = default;
};

// -- framework and master -----------------------------------------------------

struct subscribe {
  framework_info info;
  friend bool operator==(const subscribe&, const subscribe&) = default;
};

struct subscribed {
  framework_id framework;
  std::string cluster;
  friend bool operator==(const subscribed&, const subscribed&) = default;
};

struct resource_offers {
  std::vector<offer> offers;
  friend bool operator==(const resource_offers&, const resource_offers&) = default;
};

struct offer_rescinded {
  offer_id offer;
  friend bool operator==(const offer_rescinded&, const offer_rescinded&) = default;
};

struct agent_lost {
  agent_id agent;
  friend bool operator==(const agent_lost&, const agent_lost&) = default;
};

struct framework_error {
  std::string message;
  friend bool operator==(const framework_error&, const framework_error&) = default;
};

/// Uses offers of one agent to run tasks; what the tasks do not take goes back to the pool.
struct accept_offers {
  framework_id framework;
  std::vector<offer_id> offers;
  std::vector<task_info> tasks;
  std::chrono::milliseconds filter{0};  ///< how long what is left is not offered again
  friend bool operator==(const accept_offers&, const accept_offers&) = default;
};

struct decline_offers {
  framework_id framework;
  std::vector<offer_id> offers;
  std::chrono::milliseconds filter{5000};  ///< how long that agent is not offered again
  friend bool operator==(const decline_offers&, const decline_offers&) = default;
};

/// Wants offers again: forgets the filters of earlier declines.
struct revive_offers {
  framework_id framework;
  friend bool operator==(const revive_offers&, const revive_offers&) = default;
};

/// Wants no offers until it revives.
struct suppress_offers {
  framework_id framework;
  friend bool operator==(const suppress_offers&, const suppress_offers&) = default;
};

/// From a framework, or from an operator, who may leave the framework empty.
struct kill_task {
  framework_id framework;
  task_id task;
  std::optional<std::chrono::milliseconds> grace;  ///< instead of the task's own
  friend bool operator==(const kill_task&, const kill_task&) = default;
};

struct acknowledge {
  framework_id framework;
  agent_id agent;
  task_id task;
  std::uint64_t sequence = 0;
  friend bool operator==(const acknowledge&, const acknowledge&) = default;
};

/// The framework is done: its tasks are killed, it is removed.
struct teardown {
  framework_id framework;
  friend bool operator==(const teardown&, const teardown&) = default;
};

}  // namespace entente

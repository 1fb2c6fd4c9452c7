#pragma once

#include <caf/actor_system.hpp>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "actors/runtime/log_event.hpp"
#include "actors/transport/transport.hpp"
#include "config/config.hpp"
#include "messages/protocol.hpp"

namespace entente {

struct local_options {
  config settings;
  std::filesystem::path work_dir;  ///< exists
  std::size_t agents = 1;
  resources per_agent;
  event_log master_log{};
  event_log agent_log{};
};

/// A master and agents in this process, the master open to other processes.
class local_cluster {
public:
  /// @returns the cluster when all agents are registered, or why there is none.
  static std::variant<local_cluster, std::string>
  start(caf::actor_system& system, transport& connections, const local_options& options);

  local_cluster(local_cluster&&) = default;
  local_cluster& operator=(local_cluster&&) = default;

  const endpoint& where() const noexcept { return where_; }

  /// Kills all tasks and ends all actors; returns when they have ended.
  void stop();

private:
  explicit local_cluster(caf::actor_system& system) : system_(&system) {}

  caf::actor_system* system_;
  endpoint where_;
  master_actor master_;
  std::vector<agent_actor> agents_;
};

}  // namespace entente

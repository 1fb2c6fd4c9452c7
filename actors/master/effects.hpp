#pragma once

#include <variant>
#include <vector>

#include "messages/calls.hpp"
#include "messages/task.hpp"

namespace entente {

/// What the master wants told to an agent.
struct tell_agent {
  agent_id agent;
  std::variant<launch_tasks, kill_task, shutdown_framework, acknowledge> message;
};

/// What the master wants told to a framework's scheduler.
struct tell_framework {
  framework_id framework;
  std::variant<resource_offers, offer_rescinded, status_update, agent_lost, framework_error>
    message;
};

/// What a decision wants done; its order counts.
using master_effect = std::variant<tell_agent, tell_framework>;

}  // namespace entente

#pragma once

#include <string>
#include <variant>
#include <vector>

#include "actors/agreement/round.hpp"
#include "actors/master/absent_agents.hpp"
#include "messages/calls.hpp"
#include "messages/task.hpp"

namespace entente {

/// What the master wants told to an agent.
struct tell_agent {
  agent_id agent;
  std::variant<launch_tasks, kill_task, shutdown_framework, acknowledge, release> message;
};

/// What the master wants told to a framework's scheduler.
struct tell_framework {
  framework_id framework;
  std::variant<resource_offers, offer_rescinded, status_update, agent_lost, framework_error,
               claim_granted, claim_refused, grant_ended, grant_recalled, pool_changed>
    message;
};

/// A round is to be driven; its outcome is told to cluster::round_ended().
struct start_round {
  round_plan plan;
};

/// A round has lost an agent.
struct tell_round {
  round_id round;
  agent_lost message;
};

/// Nobody waits for a round's outcome any more.
struct cancel_round {
  round_id round;
};

/// An agent that was there, or could not be reached, is not there any more. Nothing is to be done.
struct agent_departed {
  agent_id agent;
  std::string hostname;
  departure why = departure::ended;
};

/// A framework is done, or was waited for in vain. Nothing is to be done.
struct framework_removed {
  framework_id framework;
  std::string name;
};

/// What a decision wants done, or known; its order counts.
using master_effect = std::variant<tell_agent, tell_framework, start_round, tell_round,
                                   cancel_round, agent_departed, framework_removed>;

}  // namespace entente

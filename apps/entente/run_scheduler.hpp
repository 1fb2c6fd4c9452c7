#pragma once

#include <caf/actor_system.hpp>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "actors/framework/driver.hpp"
#include "apps/entente/health_options.hpp"
#include "apps/entente/restart_policy.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// What `entente run` wants run.
struct run_request {
  framework_info info;
  entente::claim claim;
  task_info task;  ///< of every rank; with more than one, the rank is added to id and name
  std::optional<wanted_health> health{};  ///< of every rank, which may have ports of its own
  bool detach = false;
  restart_rule restart{};  ///< not with `detach`
};

struct run_result {
  int code = 0;
  std::string message;              ///< for stderr; empty if there is nothing to say
  bool connected = false;           ///< whether the master ever answered
  std::vector<task_id> tasks = {};  ///< that run on, if detached
};

/// Starts the scheduler of `entente run`: claims the slots, runs the task in each when all are
/// granted, streams the tasks' output to this process's stdout and stderr, and sets `result` when
/// all is over. An exit message kills the tasks. When a rank is lost or cannot be started the
/// others are killed: a gang is all or nothing. A rank that is to be run again is, in its slot.
scheduler_actor spawn_run_scheduler(caf::actor_system& system, run_request request,
                                    master_location master, std::promise<run_result> result);

}  // namespace entente

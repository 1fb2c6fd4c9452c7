#pragma once

#include <caf/actor_system.hpp>
#include <future>
#include <string>
#include <vector>

#include "actors/framework/driver.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// What `entente run` wants run.
struct run_request {
  framework_info info;
  entente::claim claim;
  task_info task;  ///< of every rank; with more than one, the rank is added to id and name
  bool detach = false;
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
/// others are killed: a gang is all or nothing.
scheduler_actor spawn_run_scheduler(caf::actor_system& system, run_request request,
                                    master_location master, std::promise<run_result> result);

}  // namespace entente

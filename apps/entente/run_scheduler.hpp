#pragma once

#include <caf/actor_system.hpp>
#include <future>
#include <optional>
#include <string>

#include "actors/framework/driver.hpp"
#include "messages/protocol.hpp"

namespace entente {

/// What `entente run` wants run.
struct run_request {
  framework_info info;
  task_info task;
  bool detach = false;
  /// How long to wait for an offer that is large enough. Nothing: as long as it takes, but not at
  /// all if no agent could ever make one.
  std::optional<std::chrono::milliseconds> wait;
  /// Why no agent that was there at the start could ever run it; empty if one could.
  std::string hopeless;
};

struct run_result {
  int code = 0;
  std::string message;     ///< for stderr; empty if there is nothing to say
  bool connected = false;  ///< whether the master ever answered
};

/// Starts the scheduler of `entente run`: takes the first offer that is large enough, streams the
/// task's output to this process's stdout and stderr, and sets `result` when all is over. An exit
/// message kills the task.
scheduler_actor spawn_run_scheduler(caf::actor_system& system, run_request request,
                                    master_location master, std::promise<run_result> result);

}  // namespace entente

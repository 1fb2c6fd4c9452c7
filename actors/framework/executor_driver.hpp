#pragma once

#include <caf/actor_system.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <variant>

#include "messages/protocol.hpp"

namespace entente {

/// What an executor's author tells its driver.
using executor_driver_actor = caf::typed_actor<
  /// A task has changed its state; answered once the agent has written that down, or by an error if
  /// the task is not here or the agent refuses it. The driver fills in all but the task, the state
  /// (STARTING, RUNNING, FINISHED, FAILED, KILLED or ERROR), the message, the data and the exit
  /// code.
  caf::result<void>(executor_update)>;

struct executor_driver_options {
  framework_id framework;
  executor_id executor;
  std::string token;
  /// Says where the agent listens; another one after it was started again.
  std::filesystem::path address_file;
  /// How long an agent that is away is waited for before the executor is shut down: nobody else
  /// would end it.
  std::chrono::milliseconds patience{std::chrono::minutes{15}};
};

/// What the agent has told this process by its environment: ENTENTE_FRAMEWORK_ID,
/// ENTENTE_EXECUTOR_ID, ENTENTE_EXECUTOR_TOKEN and ENTENTE_AGENT_ADDRESS_FILE, and, if it is set
/// (in executor_info, say), ENTENTE_EXECUTOR_PATIENCE such as `15m`.
/// @returns what is missing, or wrong
std::variant<executor_driver_options, std::string> executor_options_from_environment();

/// Starts an executor's driver: what every executor needs and nobody should write twice.
///
/// It finds the agent, registers (again, when the agent was away), and passes on what it hears to
/// `author`: each task once, a kill only for tasks that have not ended, `shutdown_executor` at
/// most once. It sends updates, in order per task, until the agent has written them down. If the
/// author's handler answers a task with an error, the task has FAILED with it.
///
/// An author that was told to shut down ends its tasks and quits. The driver ends after its author,
/// when all that was said is taken or the time for that is over; it shuts its author down by itself
/// when the agent refuses it or is away for longer than it has patience, and ends with it, at the
/// latest after five seconds. A process is to end with its driver:
/// `caf::scoped_actor{system}->wait_for(driver)`.
///
/// Needs the I/O module of CAF loaded. The connection never leaves the machine and uses no TLS: a
/// `transport` of the system, if there is one, must be without.
executor_driver_actor spawn_executor_driver(caf::actor_system& system, executor_actor author,
                                            executor_driver_options options);

}  // namespace entente

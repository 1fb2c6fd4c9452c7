#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/agent/task_key.hpp"
#include "actors/runtime/process.hpp"
#include "actors/runtime/sandbox.hpp"
#include "messages/queries.hpp"

namespace entente {

/// How an agent runs tasks: as processes of its machine, or as a simulation says. Used by one
/// agent, on its thread; only the callback may be called from any thread.
class task_runner {
public:
  /// A started task has ended.
  using exit_callback = std::function<void(const task_key&, const runtime::exit_status&)>;

  virtual ~task_runner() = default;

  /// Starts a task. Every task that was started ends with one call of the exit callback.
  /// @returns why it cannot start.
  virtual std::optional<std::string> start(const task_key& key, const task_info& task) = 0;
  /// Sends a signal to all processes of the task; nothing if it does not run.
  virtual void signal(const task_key& key, int signo) = 0;
  /// Reads from what the task has written. `ended` is not filled in.
  virtual std::variant<output_chunk, std::string> read(const read_output& what) = 0;
  /// What the machine has to do, in thousandths of what it can: 0 is idle, 1000 and more is full.
  virtual std::uint32_t load() = 0;
};

/// Makes an agent's runner when the agent starts.
using task_runner_factory = std::function<std::unique_ptr<task_runner>(task_runner::exit_callback)>;

}  // namespace entente

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "actors/runtime/probe/probe_result.hpp"
#include "actors/runtime/spawn_supervisor.hpp"

namespace entente::runtime {

/// A command that probes a task, while it runs and, once nobody wants its result, while it ends.
class probe_process {
public:
  /// @param name of the command, for messages
  probe_process(std::string name, started_probe process)
      : name_(std::move(name)), process_(std::move(process)) {}

  /// Readable when there is something to do: see look(). -1 for what is closed.
  int process() const noexcept { return process_.process.value(); }
  int output() const noexcept { return process_.output.value(); }

  /// Takes what it has written and looks whether it has ended; never blocks.
  /// @returns what it has found, once: when it has ended, and all that it had started
  std::optional<probe_result> look();

  /// Kills it and all that it has started; it has ended when look() has a result.
  /// @returns what that means for the task
  probe_result end(std::chrono::milliseconds timeout);

private:
  void read();
  std::string last_line() const;

  std::string name_;
  started_probe process_;
  std::string tail_;  ///< of what it has written
};

}  // namespace entente::runtime

#pragma once

#include <optional>
#include <string>

#include "messages/task.hpp"

namespace entente::test {

/// The last that is heard of a task.
inline status_update update(const std::string& task, task_state state) {
  status_update result;
  result.task = task_id{task};
  result.state = state;
  return result;
}

/// The end of a process that exits.
inline status_update exited(const std::string& task, std::int32_t code) {
  auto result = update(task, code == 0 ? task_state::finished : task_state::failed);
  result.exit_code = code;
  return result;
}

/// The end of a process by a signal, told to or not.
inline status_update died(const std::string& task, std::int32_t signal, task_state state) {
  auto result = update(task, state);
  result.signal = signal;
  result.message = "killed by signal " + std::to_string(signal);
  return result;
}

}  // namespace entente::test

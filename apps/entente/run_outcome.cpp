#include "apps/entente/run_outcome.hpp"

#include "apps/common/exit_codes.hpp"

namespace entente {

run_result outcome_of(const status_update& last, bool interrupted) {
  run_result result;
  result.connected = true;
  if (interrupted)
    result.code = exit_interrupted;
  else if (last.state == task_state::finished)
    result.code = exit_ok;
  else if (last.exit_code)
    result.code = *last.exit_code == 0 ? 1 : *last.exit_code;
  else if (last.signal)
    result.code = 128 + *last.signal;
  else
    result.code = last.reason == task_reason::container_launch_failed ? 127 : 1;
  auto plain_exit = last.state == task_state::finished ||
                    (last.state == task_state::failed && last.exit_code.has_value());
  if (!plain_exit && !interrupted)
    result.message =
      "task " + last.task.str() + " " + std::string{to_string(last.state)} + ": " + last.message;
  return result;
}

}  // namespace entente

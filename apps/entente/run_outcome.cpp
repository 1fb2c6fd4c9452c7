#include "apps/entente/run_outcome.hpp"

#include "actors/runtime/process.hpp"
#include "apps/common/exit_codes.hpp"

namespace entente {

namespace {

bool is_plain_exit(const status_update& last) {
  return last.state == task_state::finished ||
         (last.state == task_state::failed && last.exit_code.has_value());
}

std::string line_of(const status_update& last) {
  return "task " + last.task.str() + " " + std::string{to_string(last.state)} + ": " + last.message;
}

}  // namespace

bool has_run(const status_update& last) {
  return last.exit_code || last.signal ||
         (last.state == task_state::failed && last.reason == task_reason::executor_terminated);
}

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
  if (!is_plain_exit(last) && !interrupted)
    result.message = line_of(last);
  return result;
}

std::string remark_on(const status_update& last) {
  if (!is_plain_exit(last) || !last.exit_code || last.message.empty())
    return {};
  runtime::exit_status nothing_else;
  nothing_else.code = *last.exit_code;
  return last.message == nothing_else.to_string() ? std::string{} : line_of(last);
}

}  // namespace entente

#include "actors/master/task_problem.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "actors/runtime/fetch_job.hpp"
#include "messages/health_problem.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;
using problem = std::optional<std::string>;

constexpr std::size_t most_artifacts = 100;
/// Agents report them from time to time, of all tasks at once.
constexpr std::size_t longest_name = 1024;

/// That health checks, groups, artifacts and executors came with.
constexpr std::uint32_t protocol_with_task_parts = 2;

/// What an agent of the version before would pass over; empty if there is nothing.
std::string newer_part_of(const task_info& x) {
  if (x.health)
    return "a health check";
  if (!x.group.empty())
    return "a group";
  if (!x.artifacts.empty())
    return "artifacts";
  return x.executor ? "an executor" : "";
}

bool is_command(const std::vector<std::string>& argv) {
  return !argv.empty() && !argv.front().empty();
}

bool has_zero(const std::string& x) {
  return x.find('\0') != x.npos;
}

problem problem_of_command(const std::string& whose, const std::vector<std::string>& argv,
                           const std::map<std::string, std::string>& env) {
  if (std::any_of(argv.begin(), argv.end(), has_zero))
    return whose + " command has a zero byte";
  for (const auto& [name, value] : env) {
    if (name.empty() || name.find('=') != name.npos || has_zero(name))
      return whose + " environment has a name that is empty, or has '=' or a zero byte";
    if (has_zero(value))
      return whose + " environment has a zero byte in " + name;
  }
  return std::nullopt;
}

problem problem_of_health(const health_check& x) {
  if (auto wrong = problem_of(x))
    return wrong;
  const auto* probe = std::get_if<command_probe>(&x.probe);
  return probe ? problem_of_command("its health check's", probe->argv, {}) : std::nullopt;
}

problem problem_of(const artifact& x) {
  auto plan = runtime::plan_of({x.uri, x.sha256, x.name, x.extract, x.executable});
  const auto* wrong = std::get_if<runtime::failure>(&plan);
  return wrong ? problem{wrong->message} : std::nullopt;
}

problem problem_of(const executor_info& x) {
  if (x.id.empty())
    return "its executor needs an id";
  if (!is_command(x.argv))
    return "its executor needs a command";
  if (x.registration_timeout < 1ms)
    return "its executor's registration time-out is less than 1ms";
  return problem_of_command("its executor's", x.argv, x.env);
}

}  // namespace

std::optional<std::string> problem_of(const task_info& x) {
  if (x.id.empty())
    return "a task needs an id";
  if (x.id.str().size() > longest_name || x.name.size() > longest_name)
    return "the id or the name of a task is longer than " + std::to_string(longest_name) + " bytes";
  if (x.id.str().starts_with('\n'))  // Agents name their executors' processes so.
    return "the id of a task does not begin with a line break";
  // An executor's task may be all in its data.
  if (x.argv.empty() ? !x.executor : x.argv.front().empty())
    return "a task needs a command";
  if (x.limits.empty())
    return "a task needs resources";
  if (auto wrong = problem_of_command("its", x.argv, x.env))
    return wrong;
  if (x.executor)
    if (auto wrong = problem_of(*x.executor))
      return wrong;
  if (x.executor && (x.health || !x.artifacts.empty()))
    return "a task of an executor has neither a health check nor artifacts";
  if (x.health)
    if (auto wrong = problem_of_health(*x.health))
      return wrong;
  if (x.artifacts.size() > most_artifacts)
    return "it has more than " + std::to_string(most_artifacts) + " artifacts";
  for (const auto& y : x.artifacts)
    if (auto wrong = problem_of(y))
      return wrong;
  return std::nullopt;
}

std::optional<std::string> problem_on(const agent_info& agent, const protocol_range& speaks,
                                      const task_info& x) {
  auto what = newer_part_of(x);
  if (what.empty() || speaks.newest >= protocol_with_task_parts)
    return std::nullopt;
  return "agent " + agent.id.str() + " on " + agent.hostname + " speaks version " +
         std::to_string(speaks.newest) + " of the protocol, and a task with " + what +
         " needs version " + std::to_string(protocol_with_task_parts) +
         "; upgrade that agent, or drain it until it is";
}

}  // namespace entente

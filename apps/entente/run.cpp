#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/signals.hpp"
#include "apps/common/to_resources.hpp"
#include "apps/entente/amounts.hpp"
#include "apps/entente/artifact_option.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/health_options.hpp"
#include "apps/entente/random_hex.hpp"
#include "apps/entente/run_outcome.hpp"
#include "apps/entente/run_scheduler.hpp"
#include "config/config.hpp"
#include "messages/constraints.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

struct run_options {
  std::string master;
  std::uint32_t count = 1;
  std::uint32_t ports = 1;
  std::uint32_t max_per_agent = 0;
  std::int32_t priority = 0;
  bool preemptible = false;
  bool pack = false;
  bool spread = false;
  std::string same;
  std::vector<std::string> constraints;
  std::string slot;
  std::string cpus = "1";
  std::string mem = "128";
  std::string gpus;
  std::string disk;
  std::string role = "*";
  std::string name;
  std::string wait;
  std::string failover_timeout = "5s";
  std::vector<std::string> env;
  std::vector<std::string> artifacts;
  health_options health;
  bool detach = false;
  std::string restart = "never";
};

/// Carries what is wrong with the command line to where it is told.
struct wrong_usage {
  std::string message;
};

/// A slot class of the caller's own configuration file, for a master that does not know it.
resources limits_of_class(const run_options& options) {
  const auto* variable = std::getenv("ENTENTE_CONFIG");  // --config sets it
  std::string file = variable ? variable : "";
  std::vector<std::string> known;
  if (!file.empty()) {
    auto loaded = load_config(file);
    if (!loaded)
      throw wrong_usage{loaded.errors().front().to_string()};
    if (auto i = loaded->slots.find(options.slot); i != loaded->slots.end())
      return to_resources(i->second);
    for (const auto& [name, limits] : loaded->slots)
      known.push_back(name);
  }
  auto near = closest(options.slot, known);
  throw wrong_usage{"--slot " + options.slot + ": the master " +
                    (file.empty() ? "knows" : "and " + file + " know") + " no such slot class" +
                    (near.empty() ? "; see entente pool" : "; did you mean \"" + near + "\"?")};
}

void set_amount(resources& limits, const char* name, const std::string& text) {
  auto milli = parse_amount(std::string{"--"} + name, name, text);
  if (auto* wrong = std::get_if<usage_error>(&milli))
    throw wrong_usage{wrong->message};
  limits.set_milli(name, std::get<std::int64_t>(milli));
}

/// One that is enforced: nothing of it would be no limit at all, and charged to nobody.
void set_limit(resources& limits, const char* name, const std::string& text) {
  set_amount(limits, name, text);
  if (limits.milli(name) == 0)
    throw wrong_usage{std::string{"--"} + name + ": expected more than zero, found \"" + text +
                      "\"; leave it out for its default"};
}

resources limits_of(const run_options& options) {
  resources limits;
  set_limit(limits, "cpus", options.cpus);
  set_limit(limits, "mem", options.mem);
  if (!options.gpus.empty())
    set_amount(limits, "gpus", options.gpus);
  if (!options.disk.empty())
    set_limit(limits, "disk", options.disk);
  return limits;
}

std::chrono::milliseconds duration_of(const char* flag, const std::string& text) {
  auto duration = parse_duration(text);
  if (!duration)
    throw wrong_usage{std::string{flag} + ": expected a duration such as 250ms or 5s, found \"" +
                      text + '"'};
  return *duration;
}

claim claim_of(const run_options& options) {
  claim x;
  x.id = claim_id{"claim-" + random_hex(8)};
  x.count = options.count;
  x.ports = options.ports;
  x.priority = options.priority;
  x.preemptible = options.preemptible;
  x.max_per_agent = options.max_per_agent;
  x.same_attribute = options.same;
  if (options.pack)
    x.layout = placement::pack;
  else if (options.spread)
    x.layout = placement::spread;
  for (const auto& text : options.constraints) {
    auto parsed = parse_constraint(text);
    if (auto* problem = std::get_if<std::string>(&parsed))
      throw wrong_usage{"--constraint: " + *problem};
    x.constraints.push_back(std::get<constraint>(std::move(parsed)));
  }
  if (!options.wait.empty())
    x.wait = duration_of("--wait", options.wait);
  if (options.slot.empty())
    x.limits = limits_of(options);
  return x;
}

run_request request_of(const run_options& options, const command_line& line) {
  if (line.rest.empty() || line.rest.front().empty())
    throw wrong_usage{"a command is missing: entente run [options] -- CMD..."};
  run_request request;
  request.info.name = options.name.empty() ? line.rest.front() : options.name;
  request.info.role = options.role;
  request.info.wants_offers = false;
  request.info.failover_timeout = duration_of("--failover-timeout", options.failover_timeout);
  request.info.detached = request.detach = options.detach;
  request.claim = claim_of(options);
  auto restart = parse_restart(options.restart);
  if (auto* wrong = std::get_if<usage_error>(&restart))
    throw wrong_usage{wrong->message};
  request.restart = std::get<restart_rule>(restart);
  auto health = parse_health(options.health, options.ports);
  if (auto* wrong = std::get_if<usage_error>(&health))
    throw wrong_usage{wrong->message};
  request.health = std::get<std::optional<wanted_health>>(std::move(health));
  request.task.id = task_id{"run-" + random_hex(8)};
  request.task.name = request.info.name;
  request.task.argv = line.rest;
  for (const auto& pair : options.env) {
    auto equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw wrong_usage{"--env: expected NAME=VALUE, found \"" + pair + '"'};
    request.task.env[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  for (const auto& text : options.artifacts) {
    auto parsed = parse_artifact(text, std::filesystem::current_path());
    if (auto* wrong = std::get_if<usage_error>(&parsed))
      throw wrong_usage{wrong->message};
    request.task.artifacts.push_back(std::get<artifact>(std::move(parsed)));
  }
  return request;
}

/// Asks the master for the class that the user has named.
caf::error find_class(client& master, const std::string& name, run_request& request) {
  return master.ask(query{listing::pool}, [&](const cluster_view& view) {
    for (const auto& entry : view.pool)
      if (entry.slot_class == name) {
        request.claim.slot_class = name;
        request.claim.limits = entry.limits;
      }
  });
}

int report(const run_result& x) {
  if (!x.message.empty())
    complain(x.code, x.message);
  for (const auto& task : x.tasks)
    std::cout << task << std::endl;
  return x.code;
}

/// Runs the scheduler; the first signal kills the task, the second ends this program as it is.
int run_to_end(caf::actor_system& system, const run_request& request, master_location master,
               const termination_signals& signals) {
  std::promise<run_result> promise;
  auto future = promise.get_future();
  auto scheduler = spawn_run_scheduler(system, request, std::move(master), std::move(promise));
  signal_watcher watcher{signals, [scheduler, again = false](int) mutable {
                           if (std::exchange(again, true))
                             std::_Exit(exit_interrupted);
                           caf::anon_send_exit(scheduler, caf::exit_reason::user_shutdown);
                         }};
  return report(future.get());
}

int run(const run_options& options, const command_line& line) {
  try {
    auto request = request_of(options, line);
    termination_signals signals;
    return with_master(options.master, [&](client& master) {
      if (!options.slot.empty()) {
        if (auto failed = find_class(master, options.slot, request))
          return complain(exit_unavailable, error_text(failed));
        if (request.claim.slot_class.empty())
          request.claim.limits = limits_of_class(options);
      }
      request.task.limits = request.claim.limits;
      return run_to_end(master.system(), request, master.where(), signals);
    });
  } catch (const wrong_usage& x) {
    return complain(exit_usage, x.message);
  }
}

}  // namespace

void add_run(CLI::App& app, command_line& line) {
  auto options = std::make_shared<run_options>();
  auto* command =
    app.add_subcommand("run", "Runs a command on the cluster: run [options] -- CMD...");
  add_master_option(*command, options->master);
  command->add_option("-n", options->count, "how many slots, all or nothing; default 1")
    ->check(CLI::Range(1u, max_claim_slots));
  auto* slot = command->add_option("--slot", options->slot, "a slot class, instead of:");
  command->add_option("--cpus", options->cpus, "default 1")->excludes(slot);
  command->add_option("--mem", options->mem, "default 128MB")->excludes(slot);
  command->add_option("--gpus", options->gpus, "default none")->excludes(slot);
  command
    ->add_option("--disk", options->disk,
                 "that its sandbox may have, or else it is killed; default: as much as there is")
    ->excludes(slot);
  command->add_option("--ports", options->ports, "of each slot, for ENTENTE_HOSTS; default 1")
    ->check(CLI::Range(0u, max_slot_ports));
  auto* pack = command->add_flag("--pack", options->pack, "on as few agents as possible");
  command->add_flag("--spread", options->spread, "on as many agents as possible")->excludes(pack);
  command->add_option("--max-per-agent", options->max_per_agent, "at most so many on one agent")
    ->check(CLI::Range(1u, max_claim_slots));
  command->add_option("--same", options->same, "all in one value of this attribute, such as rack");
  command
    ->add_option("--constraint", options->constraints,
                 "on attributes: 'rack==r1', 'ssd exists', 'gen>3'; may be repeated")
    ->allow_extra_args(false);
  command->add_option("--priority", options->priority, "before others of the role; default 0")
    ->check(CLI::Range(-1000, 1000));
  check_role(command->add_option("--role", options->role, "who it is charged to"));
  command->add_flag("--preemptible", options->preemptible,
                    "a role under its guarantee may take the slots back, after a notice");
  command->add_option("--name", options->name, "for listings; default: the command");
  command->add_option("--env", options->env, "NAME=VALUE, may be repeated")
    ->allow_extra_args(false);
  command
    ->add_option("--artifact", options->artifacts,
                 std::string{artifact_form} +
                   ": fetched into the sandbox before the command begins, archives unpacked; a "
                   "path on the agent's machine, file://, http:// or https://, the last two with "
                   "their SHA-256; may be repeated")
    ->allow_extra_args(false);
  add_health_options(*command, options->health);
  command->add_option("--wait", options->wait,
                      "how long to wait for room; default: as long as it takes, if it could fit");
  command->add_option("--failover-timeout", options->failover_timeout,
                      "how long the task outlives a client that dies; default 5s");
  auto* restart = command->add_option(
    "--restart", options->restart,
    "never, on-failure or always, or with :N at most N times: run ranks again that have ended");
  command->add_flag("--detach", options->detach, "print the tasks' ids once they run, leave them")
    ->excludes(restart);
  command->callback(
    [&line, options] { line.chosen = [&line, options] { return run(*options, line); }; });
}

}  // namespace entente

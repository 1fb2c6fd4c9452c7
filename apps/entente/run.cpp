#include <algorithm>
#include <caf/actor_system.hpp>
#include <caf/send.hpp>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/master_address.hpp"
#include "apps/common/signals.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/random_hex.hpp"
#include "apps/entente/run_outcome.hpp"
#include "apps/entente/run_scheduler.hpp"
#include "config/config.hpp"
#include "config/quantities.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

struct run_options {
  std::string master;
  std::string config;
  int count = 1;
  std::string slot;
  std::string cpus = "1";
  std::string mem = "128";
  std::string gpus;
  std::string role = "*";
  std::string name;
  std::string wait;
  std::string failover_timeout = "5s";
  std::vector<std::string> env;
  bool detach = false;
};

/// Carries what is wrong with the command line to where it is told.
struct wrong_usage {
  std::string message;
};

resources limits_of_class(const run_options& options) {
  auto file = options.config;
  if (auto* variable = std::getenv("ENTENTE_CONFIG"); file.empty() && variable)
    file = variable;
  if (file.empty())
    throw wrong_usage{"--slot " + options.slot +
                      ": slot classes come from a file; name it with --config or ENTENTE_CONFIG"};
  auto loaded = load_config(file);
  if (!loaded)
    throw wrong_usage{loaded.errors().front().to_string()};
  auto i = loaded->slots.find(options.slot);
  if (i == loaded->slots.end()) {
    std::vector<std::string> known;
    for (const auto& [name, limits] : loaded->slots)
      known.push_back(name);
    auto near = closest(options.slot, known);
    throw wrong_usage{"--slot " + options.slot + ": " + file + " has no such slot class" +
                      (near.empty() ? "" : "; did you mean \"" + near + "\"?")};
  }
  resources limits;
  for (const auto& [name, text] : i->second)
    limits.set_milli(name, parse_quantity(name, text).value_or(0));
  return limits;
}

std::int64_t milli_of(const char* flag, const std::string& text, bool size) {
  auto milli = size ? parse_size_milli_mb(text) : parse_milli(text);
  if (!milli || *milli > resources::max_milli)
    throw wrong_usage{std::string{flag} + ": expected " +
                      (size ? "a size such as 512MB or 2GB" : "a number such as 0.5 or 4") +
                      ", found \"" + text + '"'};
  return *milli;
}

resources limits_of(const run_options& options) {
  if (!options.slot.empty())
    return limits_of_class(options);
  resources limits;
  limits.set_milli("cpus", milli_of("--cpus", options.cpus, false));
  limits.set_milli("mem", milli_of("--mem", options.mem, true));
  if (!options.gpus.empty())
    limits.set_milli("gpus", milli_of("--gpus", options.gpus, false));
  if (limits.empty())
    throw wrong_usage{"a task needs resources: --cpus or --mem must be above 0"};
  return limits;
}

std::chrono::milliseconds duration_of(const char* flag, const std::string& text) {
  auto duration = parse_duration(text);
  if (!duration)
    throw wrong_usage{std::string{flag} + ": expected a duration such as 250ms or 5s, found \"" +
                      text + '"'};
  return *duration;
}

run_request request_of(const run_options& options, const command_line& line) {
  if (line.rest.empty() || line.rest.front().empty())
    throw wrong_usage{"a command is missing: entente run [options] -- CMD..."};
  if (options.count != 1)
    throw wrong_usage{"-n: only 1 is supported yet; claims of several slots are on their way"};
  run_request request;
  request.info.name = options.name.empty() ? line.rest.front() : options.name;
  request.info.role = options.role;
  request.info.failover_timeout = duration_of("--failover-timeout", options.failover_timeout);
  request.info.detached = request.detach = options.detach;
  request.task.id = task_id{"run-" + random_hex(8)};
  request.task.name = request.info.name;
  request.task.argv = line.rest;
  request.task.limits = limits_of(options);
  for (const auto& pair : options.env) {
    auto equals = pair.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw wrong_usage{"--env: expected NAME=VALUE, found \"" + pair + '"'};
    request.task.env[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  if (!options.wait.empty())
    request.wait = duration_of("--wait", options.wait);
  return request;
}

int report(const run_request& request, const run_result& x) {
  if (!x.message.empty())
    complain(x.code, x.message);
  else if (request.detach && x.code == exit_ok)
    std::cout << request.task.id << std::endl;
  return x.code;
}

/// Runs the scheduler; the first signal kills the task, the second ends this program as it is.
int run_to_end(caf::actor_system& system, const run_request& request, const endpoint& master,
               const termination_signals& signals) {
  std::promise<run_result> promise;
  auto future = promise.get_future();
  auto scheduler = spawn_run_scheduler(system, request, master, std::move(promise));
  signal_watcher watcher{signals, [scheduler, again = false](int) mutable {
                           if (std::exchange(again, true))
                             std::_Exit(exit_interrupted);
                           caf::anon_send_exit(scheduler, caf::exit_reason::user_shutdown);
                         }};
  return report(request, future.get());
}

int run(const run_options& options, const command_line& line) {
  try {
    auto request = request_of(options, line);
    termination_signals signals;
    return with_master(options.master, [&](client& master) {
      std::optional<std::string> never;
      auto failed = master.ask(query{listing::agents}, [&](const cluster_view& view) {
        never = never_fits(request.task.limits, view);
      });
      if (failed)
        return complain(exit_unavailable, error_text(failed));
      if (never && !request.wait)
        return complain(exit_refused, *never);
      request.hopeless = never.value_or("");
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
  command->add_option("--config", options->config, "file with slot classes; else ENTENTE_CONFIG");
  command->add_option("-n", options->count, "how many slots (only 1 yet)")
    ->check(CLI::PositiveNumber);
  auto* slot = command->add_option("--slot", options->slot, "a slot class, instead of:");
  command->add_option("--cpus", options->cpus, "default 1")->excludes(slot);
  command->add_option("--mem", options->mem, "default 128MB")->excludes(slot);
  command->add_option("--gpus", options->gpus, "default none")->excludes(slot);
  command->add_option("--role", options->role, "who it is charged to");
  command->add_option("--name", options->name, "for listings; default: the command");
  command->add_option("--env", options->env, "NAME=VALUE, may be repeated")
    ->allow_extra_args(false);
  command->add_option("--wait", options->wait,
                      "how long to wait for room; default: as long as it takes, if it could fit");
  command->add_option("--failover-timeout", options->failover_timeout,
                      "how long the task outlives a client that dies; default 5s");
  command->add_flag("--detach", options->detach, "print the task's id once it runs, and leave it");
  command->callback(
    [&line, options] { line.chosen = [&line, options] { return run(*options, line); }; });
}

}  // namespace entente

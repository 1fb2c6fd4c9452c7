#include <caf/scoped_actor.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <random>
#include <set>

#include "actors/agent/agent.hpp"
#include "actors/agent/executor_runner.hpp"
#include "actors/agent/master_finder.hpp"
#include "actors/agent/process_runner.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/sandbox.hpp"
#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/service.hpp"
#include "apps/common/signals.hpp"
#include "apps/common/to_resources.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/part_log.hpp"
#include "apps/entente/part_options.hpp"
#include "apps/entente/part_wait.hpp"
#include "apps/entente/random_hex.hpp"
#include "apps/entente/settings.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

struct agent_flags {
  std::string file;
  std::string host;
  std::string masters;
  std::string work_dir;
  std::string cpus;
  std::string mem;
  std::string log_level;
  bool kill_tasks = false;
};

config settings_of(const agent_flags& flags) {
  return settings_of_part(part::agent, flags.file,
                          {{"--master", "agent.masters", flags.masters},
                           {"--work-dir", "agent.work_dir", flags.work_dir},
                           {"--cpus", "agent.resources.cpus", flags.cpus},
                           {"--mem", "agent.resources.mem", flags.mem},
                           {"--log-level", "log.level", flags.log_level}},
                          flags.host);
}

std::filesystem::path make_work_dir(const config& settings) {
  std::error_code failed;
  std::filesystem::path path = settings.agent.work_dir;
  std::filesystem::create_directories(path, failed);
  if (failed)
    throw cannot_start{"agent.work_dir: cannot make " + path.string() + ": " + failed.message() +
                         "; choose another with --work-dir",
                       exit_code_of(failed.value())};
  return std::filesystem::absolute(path);
}

/// What the agent is; its id counts only the first time that it starts in its work directory.
agent_info info_of(const config& settings, const std::filesystem::path& work_dir) {
  auto facts = runtime::detect_machine(work_dir);
  auto* machine = std::get_if<runtime::machine_facts>(&facts);
  agent_info info;
  info.hostname = machine ? machine->hostname : "localhost";
  info.id = agent_id{info.hostname + '-' + random_hex(6)};
  if (!settings.agent.advertise.empty())
    info.hostname = settings.agent.advertise;
  info.total = resources_of_agent(settings, 1, work_dir);
  info.attributes = settings.agent.attributes;
  info.reservations = to_resources(settings.agent.reservations);
  return info;
}

agent_memory memory_of(caf::actor_system& system, const config& settings,
                       const std::filesystem::path& work_dir) {
  std::set<std::string> varying;
  for (const auto& [name, text] : settings.agent.resources)
    if (text == "auto")
      varying.insert(name);
  auto memory = recall(work_dir, info_of(settings, work_dir), varying, runtime::boot_id(),
                       system.clock().now());
  if (auto* why = std::get_if<runtime::failure>(&memory))
    throw cannot_start{why->message, exit_code_of(why->code)};
  return std::move(std::get<agent_memory>(memory));
}

/// Says which limits hold, where whoever starts an agent by hand looks, and in the log.
void say_limits(const std::string& text, const event_log& log) {
  std::cout << "entente: " << text << std::endl;
  log({log_level::info, "limits", {{"message", text}}});
}

process_runner_options options_of_runner(const config& settings, const agent_id& id,
                                         const std::filesystem::path& work_dir,
                                         const event_log& log) {
  auto result = options_of_runner(settings);
  result.agent = id;
  result.work_dir = work_dir;
  result.tied = false;
  if (settings.agent.limits == limits_mode::off) {
    say_limits("limits are off: cpus, mem and pids are not enforced", log);
    return result;
  }
  auto groups = runtime::cgroup_tree::open("entente/" + runtime::safe_file_name(id.str()));
  if (auto* why = std::get_if<runtime::failure>(&groups))
    throw cannot_start{why->message, exit_code_of(why->code)};
  result.groups = std::get<runtime::cgroup_tree>(groups);
  say_limits(result.groups->describe(), log);
  return result;
}

/// Ends the agent, and its tasks if it does not leave them.
void stop(caf::actor_system& system, const local_agent_actor& agent) {
  caf::scoped_actor self{system};
  self->monitor(agent);
  caf::anon_send_exit(agent, caf::exit_reason::user_shutdown);
  self->receive([](const caf::down_msg&) {}, caf::after(10s) >> [] {});
}

/// Waits for a signal, or for the end of the agent. @returns the exit code
int wait(caf::actor_system& system, const local_agent_actor& agent,
         const termination_signals& signals) {
  auto end = wait_for_signal_or_end(system, agent, signals);
  auto* signo = std::get_if<int>(&end);
  if (!signo) {
    const auto& why = std::get<caf::error>(end);
    // One that is refused for what it is would be refused again.
    return complain(why == caf::sec::invalid_argument ? exit_usage : exit_failure,
                    "the agent has ended: " + error_text(why));
  }
  notify_service_manager("STOPPING=1");
  stop(system, agent);
  return *signo == SIGINT ? exit_interrupted : exit_ok;
}

int serve(const agent_flags& flags) {
  end_with_starter();
  termination_signals signals;
  reload_signal hangup;
  std::signal(SIGXFSZ,
              SIG_IGN);  // A limit of file sizes is an error to live with, as a full disk is.
  require_supervisor();
  auto settings = settings_of(flags);
  warn_without_entry(settings, flags.host);
  auto work_dir = make_work_dir(settings);
  auto network = network_of(settings);
  client_config system_config;
  part_log log{settings, system_config, hangup, [flags] { return settings_of(flags); },
               network.tls};
  network.warn = log.warnings("connection_refused");
  caf::actor_system system{system_config};
  log.join(system);
  transport connections{system, std::move(network)};
  agent_options options;
  options.memory = std::make_shared<agent_memory>(memory_of(system, settings, work_dir));
  options.info = options.memory->info;
  options.runner = run_executors(
    run_processes(options_of_runner(settings, options.info.id, work_dir, log.part("agent"))),
    {options.info.id, options.info.hostname, work_dir});
  options.leaves_tasks = !flags.kill_tasks;
  options.outlives_master = true;
  options.log = log.part("agent");
  auto id = options.info.id;
  auto agent = spawn_agent(system, master_for_agents{}, std::move(options));
  spawn_master_finder(system, agent, settings.agent.masters, std::random_device{}(),
                      log.warnings("no_master"));
  std::cout << "entente: agent " << id.str() << " has " << settings.agent.work_dir
            << " as its work directory" << std::endl;
  notify_service_manager("READY=1");
  return wait(system, agent, signals);
}

}  // namespace

void add_agent(CLI::App& app, command_line& line) {
  auto flags = std::make_shared<agent_flags>();
  auto* command = app.add_subcommand("agent", "An agent of a cluster of many hosts");
  command->add_option("--config", flags->file, "a configuration file; else ENTENTE_CONFIG");
  command->add_option("--host", flags->host,
                      "an entry of its hosts, whose settings hold; default: the machine's name");
  command->add_option("--master", flags->masters,
                      "HOST:PORT, several separated by commas; default 127.0.0.1:5060");
  command->add_option("--work-dir", flags->work_dir,
                      "for checkpoints and sandboxes; default /var/lib/entente/agent");
  command->add_option("--cpus", flags->cpus, "default: this machine's");
  command->add_option("--mem", flags->mem, "default: this machine's");
  command->add_option("--log-level", flags->log_level, "trace, debug, info, warn or error");
  command->add_flag(
    "--kill-tasks", flags->kill_tasks,
    "kill the tasks when the agent is stopped; else they run on for its next start");
  command->callback([&line, flags] {
    line.chosen = [flags] { return start_or_complain([&] { return serve(*flags); }); };
  });
}

}  // namespace entente

#include <caf/init_global_meta_objects.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <poll.h>
#include <unistd.h>

#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/network.hpp"
#include "apps/common/signals.hpp"
#include "apps/entente/child.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/local_cluster.hpp"
#include "apps/entente/part_log.hpp"
#include "apps/entente/settings.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How long a command gets to end after a signal was passed on to it.
constexpr auto command_grace = 500ms;

struct local_flags {
  std::size_t agents = 1;
  std::string cpus;
  std::string mem;
  std::string file;
  std::string listen;
  std::string work_dir;
  std::string log_level;
};

/// Its user sees what the command prints, and of the log what goes wrong.
config settings_of(const local_flags& flags) {
  config defaults;
  defaults.log.level = log_level::warn;
  return read_settings(flags.file,
                       {{"--listen", "master.listen", flags.listen},
                        {"--cpus", "agent.resources.cpus", flags.cpus},
                        {"--mem", "agent.resources.mem", flags.mem},
                        {"--log-level", "log.level", flags.log_level}},
                       {}, defaults);
}

/// A directory for this run: the one that was asked for, or one that is gone afterwards.
class work_directory {
public:
  explicit work_directory(const std::string& asked) : path_(asked), temporary_(asked.empty()) {
    std::error_code failed;
    if (temporary_) {
      auto pattern = (std::filesystem::temp_directory_path() / "entente-XXXXXX").string();
      if (!::mkdtemp(pattern.data()))
        throw cannot_start{"cannot make a directory in " + pattern};
      path_ = pattern;
    } else if (std::filesystem::create_directories(path_, failed); failed) {
      throw cannot_start{"cannot make " + asked + ": " + failed.message()};
    }
    path_ = std::filesystem::absolute(path_);
  }

  work_directory(const work_directory&) = delete;
  work_directory& operator=(const work_directory&) = delete;

  ~work_directory() {
    std::error_code ignored;
    if (temporary_)
      std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const noexcept { return path_; }

private:
  std::filesystem::path path_;
  bool temporary_;
};

/// Runs the command until it ends or a signal comes.
int run_command(const std::vector<std::string>& argv, const endpoint& master,
                const termination_signals& signals) {
  auto started = child::start(argv, {{"ENTENTE_MASTER", to_string(master)}});
  if (auto* failed = std::get_if<std::string>(&started))
    return complain(exit_usage, *failed);
  auto& command = std::get<child>(started);
  pollfd entries[]{{command.descriptor(), POLLIN, 0}, {signals.descriptor(), POLLIN, 0}};
  while (::poll(entries, 2, -1) < 0) {
  }
  if ((entries[0].revents & POLLIN) != 0)
    return command.wait();
  // A terminal has sent it to the command as well; from kill(1) it came to this process only.
  command.signal(SIGTERM);
  if (::poll(entries, 1, static_cast<int>(std::chrono::milliseconds{command_grace}.count())) == 0)
    command.signal(SIGKILL);
  command.wait();
  return exit_interrupted;
}

void announce(const local_flags& flags, const local_cluster& cluster, bool with_command) {
  auto& out = with_command ? std::cerr : std::cout;
  out << "entente: a cluster of " << flags.agents << (flags.agents == 1 ? " agent" : " agents")
      << " listens on " << to_string(cluster.where()) << std::endl;
}

int serve(const local_flags& flags, const command_line& line) {
  termination_signals signals;
  reload_signal hangup;
  require_supervisor();
  auto settings = settings_of(flags);
  work_directory work_dir{flags.work_dir};
  if (auto wrong = check_exposure(settings, "master.listen", settings.master.listen))
    throw cannot_start{wrong->message};
  auto network = network_of(settings);
  client_config system_config;
  system_config.set("caf.scheduler.max-threads", std::max(2u, std::thread::hardware_concurrency()));
  part_log log{settings, system_config, hangup, [flags] { return settings_of(flags); },
               network.tls};
  caf::actor_system system{system_config};
  log.join(system);
  local_options options{
    settings,           work_dir.path(),
    flags.agents,       resources_of_agent(settings, flags.agents, work_dir.path()),
    log.part("master"), log.part("agent")};
  transport connections{system, std::move(network)};
  auto started = local_cluster::start(system, connections, options);
  if (auto* failed = std::get_if<std::string>(&started))
    throw cannot_start{*failed};
  auto& cluster = std::get<local_cluster>(started);
  announce(flags, cluster, line.has_rest);
  int code = exit_interrupted;
  if (line.has_rest)
    code = run_command(line.rest, cluster.where(), signals);
  else
    while (!signals.wait(-1ms)) {
    }
  cluster.stop();
  return code;
}

int local(const local_flags& flags, const command_line& line) {
  if (line.has_rest && line.rest.empty())
    return complain(exit_usage, "a command is missing behind --");
  return start_or_complain([&] { return serve(flags, line); });
}

}  // namespace

void add_local(CLI::App& app, command_line& line) {
  auto flags = std::make_shared<local_flags>();
  auto* command =
    app.add_subcommand("local", "A whole cluster in one process: local [options] [-- CMD...]");
  command->add_option("--agents", flags->agents, "how many agents; default 1")
    ->check(CLI::Range(std::size_t{1}, std::size_t{10'000}));
  command->add_option("--cpus", flags->cpus, "of each agent; default: this machine's");
  command->add_option("--mem", flags->mem, "of each agent; default: this machine's, divided");
  command->add_option("--config", flags->file, "a configuration file; else ENTENTE_CONFIG");
  command->add_option("--listen", flags->listen, "HOST:PORT; default 127.0.0.1:5060");
  command->add_option("--log-level", flags->log_level,
                      "trace, debug, info, warn or error; default warn");
  command->add_option("--work-dir", flags->work_dir,
                      "for sandboxes; default: a temporary one that is removed at the end");
  command->callback(
    [&line, flags] { line.chosen = [&line, flags] { return local(*flags, line); }; });
}

}  // namespace entente

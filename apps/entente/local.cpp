#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <filesystem>
#include <iostream>
#include <memory>
#include <poll.h>
#include <unistd.h>

#include "actors/runtime/machine.hpp"
#include "apps/common/client_config.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/signals.hpp"
#include "apps/common/to_resources.hpp"
#include "apps/entente/child.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/local_cluster.hpp"
#include "config/config.hpp"
#include "config/quantities.hpp"

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
};

/// What was wrong before anything was started.
struct cannot_start {
  std::string message;
};

std::map<std::string, std::string> whole_environment() {
  std::map<std::string, std::string> result;
  for (auto** entry = environ; *entry; ++entry) {
    std::string pair = *entry;
    auto equals = pair.find('=');
    if (equals != std::string::npos)
      result.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return result;
}

config settings_of(const local_flags& flags) {
  config_sources sources;
  sources.file = flags.file;
  if (auto* variable = std::getenv("ENTENTE_CONFIG"); flags.file.empty() && variable)
    sources.file = variable;
  sources.environment = whole_environment();
  auto add = [&](const char* flag, const char* key, const std::string& text) {
    if (!text.empty())
      sources.command_line.push_back({flag, key, text});
  };
  add("--listen", "master.listen", flags.listen);
  add("--cpus", "agent.resources.cpus", flags.cpus);
  add("--mem", "agent.resources.mem", flags.mem);
  auto resolved = resolve(sources);
  if (resolved)
    return *resolved;
  std::string text;
  for (const auto& error : resolved.errors())
    text += (text.empty() ? "" : "\n") + error.to_string();
  throw cannot_start{text};
}

/// `auto` is this machine's: all cpus for each agent, memory and disk divided among them.
resources per_agent(const config& settings, std::size_t agents,
                    const std::filesystem::path& work_dir) {
  auto facts = runtime::detect_machine(work_dir);
  if (auto* failed = std::get_if<runtime::failure>(&facts))
    throw cannot_start{failed->message};
  const auto& machine = std::get<runtime::machine_facts>(facts);
  auto share = [agents](std::uint64_t mb) { return static_cast<std::int64_t>(mb / agents) * 1000; };
  resources result;
  for (const auto& [name, text] : settings.agent.resources) {
    if (text == "auto") {
      if (name == "cpus")
        result.set_milli(name, machine.milli_cpus);
      else if (name == "mem")
        result.set_milli(name, share(machine.mem_mb));
      else if (name == "disk")
        result.set_milli(name, share(machine.disk_mb));
    } else if (auto milli = parse_quantity(name, text)) {
      result.set_milli(name, *milli);
    } else if (auto ranges = parse_ranges(text)) {
      result.set_ranges(name, *ranges);
    }
  }
  return result;
}

/// What an "auto" comes to is known only now.
void check_reservations(const config& settings, const resources& per_agent) {
  resources reserved;
  for (const auto& [role, amount] : to_resources(settings.agent.reservations))
    reserved += amount;
  if (!per_agent.contains(reserved))
    throw cannot_start{"agent.reservations: expected together at most what each agent has, " +
                       per_agent.to_string() + ", found " + reserved.to_string()};
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
  auto settings = settings_of(flags);
  work_directory work_dir{flags.work_dir};
  client_config system_config;
  system_config.set("caf.scheduler.max-threads", std::max(2u, std::thread::hardware_concurrency()));
  caf::actor_system system{system_config};
  local_options options{settings, work_dir.path(), flags.agents,
                        per_agent(settings, flags.agents, work_dir.path()), ENTENTE_VERSION};
  check_reservations(settings, options.per_agent);
  auto started = local_cluster::start(system, options);
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
  try {
    return serve(flags, line);
  } catch (const cannot_start& x) {
    return complain(exit_usage, x.message);
  }
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
  command->add_option("--work-dir", flags->work_dir,
                      "for sandboxes; default: a temporary one that is removed at the end");
  command->callback(
    [&line, flags] { line.chosen = [&line, flags] { return local(*flags, line); }; });
}

}  // namespace entente

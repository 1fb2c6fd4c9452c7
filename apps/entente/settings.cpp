#include "apps/entente/settings.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <iostream>
#include <set>
#include <utility>

#include "actors/runtime/environment.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/spawn_supervisor.hpp"
#include "apps/common/exit_codes.hpp"
#include "apps/common/network.hpp"
#include "apps/common/to_resources.hpp"
#include "apps/entente/commands.hpp"
#include "config/quantities.hpp"

namespace entente {

namespace {

resources measure(const config& settings, std::size_t agents,
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

/// Nothing if it cannot be found out.
std::optional<std::string> machine_name() {
  auto facts = runtime::detect_machine(std::filesystem::temp_directory_path());
  if (auto* machine = std::get_if<runtime::machine_facts>(&facts))
    return machine->hostname;
  return std::nullopt;
}

/// /var/log/entente.log -> /var/log/entente-agent.log: processes that write to one file would cut
/// each other's lines, and rotate it under each other.
void give_own_log(part which, const std::set<part>& runs, log_config& log) {
  if (log.file.empty() || runs.size() < 2)
    return;
  std::filesystem::path file = log.file;
  std::error_code none;
  if (std::filesystem::exists(file, none) && !std::filesystem::is_regular_file(file, none))
    return;  // Such as /dev/stderr.
  auto name = file.stem().string() + '-' + std::string{to_string(which)};
  log.file = file.replace_filename(name + file.extension().string());
}

}  // namespace

int exit_code_of(int system_error) {
  constexpr std::array passing{EBUSY,  EDQUOT, EINTR,  EIO,       EMFILE, ENFILE,
                               ENOMEM, ENOSPC, ESTALE, ETIMEDOUT, EROFS};
  return std::ranges::find(passing, system_error) != passing.end() ? exit_failure : exit_usage;
}

int start_or_complain(const std::function<int()>& serve) {
  try {
    return serve();
  } catch (const cannot_start& x) {
    return complain(x.code, x.message);
  }
}

config read_settings(const std::string& file, const std::vector<flag_value>& flags,
                     const std::string& host, config defaults) {
  config_sources sources;
  sources.defaults = std::move(defaults);
  sources.file = file;
  sources.host = host;
  if (auto* variable = std::getenv("ENTENTE_CONFIG"); file.empty() && variable)
    sources.file = variable;
  sources.environment = runtime::own_environment();
  for (const auto& flag : flags)
    if (!flag.text.empty())
      sources.command_line.push_back(flag);
  auto resolved = resolve(sources);
  if (resolved)
    return *resolved;
  std::string text;
  for (const auto& error : resolved.errors())
    text += (text.empty() ? "" : "\n") + error.to_string();
  throw cannot_start{text};
}

std::optional<std::string> own_host(const config& settings) {
  auto name = machine_name();
  return name && settings.hosts.contains(*name) ? name : std::nullopt;
}

std::string no_entry_text() {
  auto name = machine_name();
  return name ? "hosts: has no entry \"" + *name + "\", this machine's name"
              : "hosts: the machine's name cannot be found out";
}

config settings_of_part(part which, const std::string& file, const std::vector<flag_value>& flags,
                        const std::string& host) {
  auto result = read_settings(file, flags, host);
  auto holds = host;
  if (host.empty())
    holds = own_host(result).value_or("");
  if (holds != host)
    result = read_settings(file, flags, holds);
  if (!holds.empty())
    give_own_log(which, result.hosts.at(holds).runs, result.log);
  return result;
}

void warn_without_entry(const config& settings, const std::string& host) {
  if (!host.empty() || settings.hosts.empty() || own_host(settings))
    return;
  std::cerr << "entente: " << no_entry_text()
            << ", so what differs on hosts does not hold here; say with --host which it is"
            << std::endl;
}

transport_options network_of(const config& settings) {
  auto result = transport_of(settings);
  if (auto* wrong = std::get_if<usage_error>(&result))
    throw cannot_start{wrong->message};
  return std::move(std::get<transport_options>(result));
}

void require_supervisor() {
  if (!runtime::find_supervisor())
    throw cannot_start{
      "the program entente-supervisor, which every task needs, is neither beside this "
      "program nor in the PATH; install it there"};
}

resources resources_of_agent(const config& settings, std::size_t agents,
                             const std::filesystem::path& work_dir) {
  auto result = measure(settings, agents, work_dir);
  check_reservations(settings, result);
  return result;
}

}  // namespace entente

#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/transport/transport.hpp"
#include "apps/common/exit_codes.hpp"
#include "config/config.hpp"
#include "messages/resources.hpp"

namespace entente {

/// What was wrong before anything was started; one line or several.
struct cannot_start {
  std::string message;
  /// `exit_usage` if it would be so again, whoever tries.
  int code = exit_usage;
};

/// What to exit with if the system refuses something with that error: `exit_failure` if another
/// time may be better, a full disk say, else `exit_usage`.
int exit_code_of(int system_error);

/// What `serve` returns; or says what was wrong before anything was started. @returns the exit code
int start_or_complain(const std::function<int()>& serve);

/// The configuration of this process: what the flags say, its environment, and `file`, or that of
/// ENTENTE_CONFIG if it is empty, with what differs on `host`. A flag without text was not given.
/// Throws cannot_start.
///
/// @param defaults what none of them says
config read_settings(const std::string& file, const std::vector<flag_value>& flags,
                     const std::string& host = {}, config defaults = {});

/// The entry of "hosts" that has this machine's name; nothing if there is none.
std::optional<std::string> own_host(const config& settings);

/// Why own_host() found none.
std::string no_entry_text();

/// What a part of a cluster runs with: read_settings() with the entry of "hosts" of that name or,
/// if none is named, of this machine's name, where there is one. Where a host runs both parts each
/// has a log file of its own. Throws cannot_start.
config settings_of_part(part which, const std::string& file, const std::vector<flag_value>& flags,
                        const std::string& host);

/// Says on stderr if there are "hosts", but none is named and this machine is none of them.
void warn_without_entry(const config& settings, const std::string& host);

/// What `settings` has connections made with. Throws cannot_start.
transport_options network_of(const config& settings);

/// Throws cannot_start if the program that supervises tasks is nowhere.
void require_supervisor();

/// The cluster's resources of one of the agents that share this machine: `auto` is what the machine
/// has, all of its cpus for each agent, memory and disk divided among them. Throws cannot_start.
resources resources_of_agent(const config& settings, std::size_t agents,
                             const std::filesystem::path& work_dir);

}  // namespace entente

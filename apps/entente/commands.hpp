#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

/// The commands of `entente`, a file each. An add_… function describes the command's options to
/// `app`; when the command is the one that was typed, `chosen` is what to do.
namespace entente {

struct command_line {
  std::function<int()> chosen;    ///< its result is the exit code
  std::vector<std::string> rest;  ///< what stands behind `--`
  bool has_rest = false;
};

void add_local(CLI::App& app, command_line& line);
void add_master(CLI::App& app, command_line& line);
void add_agent(CLI::App& app, command_line& line);
void add_up(CLI::App& app, command_line& line);
void add_run(CLI::App& app, command_line& line);
void add_listings(CLI::App& app, command_line& line);
void add_why(CLI::App& app, command_line& line);
void add_logs(CLI::App& app, command_line& line);
void add_kill(CLI::App& app, command_line& line);
void add_quota(CLI::App& app, command_line& line);
void add_weight(CLI::App& app, command_line& line);
void add_reserve(CLI::App& app, command_line& line);
void add_drain(CLI::App& app, command_line& line);
void add_maintenance(CLI::App& app, command_line& line);
void add_registry(CLI::App& app, command_line& line);
void add_config(CLI::App& app, command_line& line);
void add_version(CLI::App& app, command_line& line);

/// Prints `entente: MESSAGE` on stderr.
/// @returns the code.
int complain(int code, const std::string& message);

}  // namespace entente

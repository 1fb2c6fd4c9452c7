#pragma once

#include <CLI/CLI.hpp>
#include <caf/sec.hpp>
#include <iostream>
#include <string>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/rows.hpp"
#include "apps/entente/to_json.hpp"
#include "messages/error_text.hpp"

/// Commands by which an operator changes something: a call to the master, and what it has done.
namespace entente {

struct operator_options {
  std::string master;
  std::string role;
  bool json = false;
};

/// Adds `--master` and `--json`.
void add_operator_options(CLI::App& command, operator_options& options);

/// Makes the call, and prints what it has done.
/// @returns the exit code: 64 if the master refuses, with its words on stderr.
template <class Call>
int make_call(const operator_options& options, const Call& call) {
  return with_master(options.master, [&](client& master) {
    if (auto failed = master.ask(call, [] {}))
      return complain(failed == caf::sec::invalid_argument ? exit_usage : exit_unavailable,
                      error_text(failed));
    std::cout << (options.json ? json_of(call).dump(2) : line_of(call)) << std::endl;
    return exit_ok;
  });
}

}  // namespace entente

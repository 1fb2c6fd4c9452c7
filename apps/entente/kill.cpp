#include <iostream>
#include <memory>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

struct kill_options {
  std::string master;
  std::string task;
  std::string grace;
};

int kill(const kill_options& options) {
  kill_task call{{}, task_id{options.task}, std::nullopt};
  if (!options.grace.empty()) {
    call.grace = parse_duration(options.grace);
    if (!call.grace)
      return complain(exit_usage, "--grace: expected a duration such as 250ms or 5s, found \"" +
                                    options.grace + '"');
  }
  return with_master(options.master, [&](client& master) {
    auto failed = master.ask(call, [] {});
    return failed ? complain(1, error_text(failed)) : exit_ok;
  });
}

}  // namespace

void add_kill(CLI::App& app, command_line& line) {
  auto options = std::make_shared<kill_options>();
  auto* command = app.add_subcommand("kill", "Ends a task: SIGTERM, then SIGKILL");
  add_master_option(*command, options->master);
  command->add_option("--grace", options->grace, "time between the two; else the task's own");
  command->add_option("task", options->task, "the task's id")->required();
  command->callback([&line, options] { line.chosen = [options] { return kill(*options); }; });
}

}  // namespace entente

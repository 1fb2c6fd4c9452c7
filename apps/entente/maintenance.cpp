#include <memory>
#include <variant>

#include "apps/entente/maintenance_text.hpp"
#include "apps/entente/operator_call.hpp"
#include "apps/entente/table.hpp"
#include "apps/entente/utc_time.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

struct plan_options : operator_options {
  std::string name;
  std::vector<std::string> agents;
  std::string in;
  std::string at;
  std::string lasts;
  std::string drain_ahead = "1m";
};

struct cancel_options : operator_options {
  std::string name;
};

/// A duration, or the exit code of a complaint about it.
using duration_or_code = std::variant<std::chrono::milliseconds, int>;

duration_or_code read_duration(const char* flag, const std::string& text) {
  if (auto parsed = parse_duration(text))
    return *parsed;
  return complain(exit_usage, std::string{flag} +
                                ": expected a duration such as 90s or 2h, found \"" + text + '"');
}

/// From now until the time that `--in` or `--at` names; now without either.
duration_or_code read_start(const plan_options& options) {
  if (!options.in.empty())
    return read_duration("--in", options.in);
  if (options.at.empty())
    return 0ms;
  auto at = parse_utc(options.at);
  if (!at)
    return complain(exit_usage,
                    "--at: expected a time in UTC such as 2026-11-24T10:00:00Z, found \"" +
                      options.at + '"');
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*at - std::chrono::system_clock::now());
  if (left < 0ms)
    return complain(exit_usage, "--at: " + options.at + " is over");
  return left;
}

int plan(const plan_options& options) {
  maintenance_window window;
  window.name = options.name;
  for (const auto& agent : options.agents)
    window.agents.emplace_back(agent);
  struct part {
    duration_or_code read;
    std::chrono::milliseconds& to;
  };
  for (auto& [read, to] :
       {part{read_start(options), window.starts_in},
        part{read_duration("--for", options.lasts), window.lasts},
        part{read_duration("--drain-ahead", options.drain_ahead), window.drains_ahead}}) {
    if (const auto* code = std::get_if<int>(&read))
      return *code;
    to = std::get<std::chrono::milliseconds>(read);
  }
  return make_call(options, plan_maintenance{std::move(window)});
}

int list(const operator_options& options) {
  return with_master(options.master, [&](client& master) {
    auto failed = master.ask(query{listing::summary}, [&](const cluster_view& view) {
      auto array = nlohmann::json::array();
      std::vector<row> rows{head(maintenance_window{})};
      for (const auto& x : view.maintenance) {
        array.push_back(json_of(x));
        rows.push_back(cells(x));
      }
      if (options.json)
        std::cout << text_of(array) << '\n';
      else
        print_table(std::cout, rows);
    });
    return failed ? complain(exit_unavailable, error_text(failed)) : exit_ok;
  });
}

void add_plan(CLI::App& above, command_line& line) {
  auto options = std::make_shared<plan_options>();
  auto* command = above.add_subcommand(
    "plan", "Agents are to have no tasks for a time; a window of this name is replaced");
  add_operator_options(*command, *options);
  command->add_option("name", options->name, "the window's name")->required();
  command->add_option("--agents", options->agents, "whose it is: A,B")->delimiter(',')->required();
  auto* in = command->add_option("--in", options->in, "begins after this time, such as 2h");
  command
    ->add_option("--at", options->at, "begins at this time, in UTC, such as 2026-11-24T10:00:00Z")
    ->excludes(in);
  command->add_option("--for", options->lasts, "how long it lasts, such as 30m")->required();
  command->add_option("--drain-ahead", options->drain_ahead,
                      "how long before it begins tasks are told to end; default 1m");
  command->callback([&line, options] { line.chosen = [options] { return plan(*options); }; });
}

void add_cancel(CLI::App& above, command_line& line) {
  auto options = std::make_shared<cancel_options>();
  auto* command = above.add_subcommand("cancel", "Calls a window off: its agents are used again");
  add_operator_options(*command, *options);
  command->add_option("name", options->name, "the window's name")->required();
  command->callback([&line, options] {
    line.chosen = [options] { return make_call(*options, cancel_maintenance{options->name}); };
  });
}

}  // namespace

void add_maintenance(CLI::App& app, command_line& line) {
  auto options = std::make_shared<operator_options>();
  auto* command = app.add_subcommand(
    "maintenance", "Lists the times that are planned for agents to be without tasks");
  add_operator_options(*command, *options);
  add_plan(*command, line);
  add_cancel(*command, line);
  command->callback([&line, options, command] {
    if (command->get_subcommands().empty())
      line.chosen = [options] { return list(*options); };
  });
}

}  // namespace entente

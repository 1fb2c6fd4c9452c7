#include <iostream>
#include <memory>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/maintenance_text.hpp"
#include "apps/entente/rows.hpp"
#include "apps/entente/table.hpp"
#include "apps/entente/to_json.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

/// @param with what else an entry's line says
template <class T, class... More>
void print(const std::vector<T>& entries, bool as_json, const More&... with) {
  if (as_json) {
    auto array = nlohmann::json::array();
    for (const auto& entry : entries)
      array.push_back(json_of(entry, with...));
    std::cout << text_of(array) << '\n';
    return;
  }
  std::vector<row> rows{head(T{})};
  for (const auto& entry : entries)
    rows.push_back(cells(entry, with...));
  print_table(std::cout, rows);
}

void print(const cluster_summary& x, bool as_json) {
  if (as_json) {
    std::cout << text_of(json_of(x)) << '\n';
    return;
  }
  print_table(std::cout, {{"cluster", x.cluster},
                          {"version", x.version},
                          {"agents", std::to_string(x.agents)},
                          {"frameworks", std::to_string(x.frameworks)},
                          {"tasks", std::to_string(x.tasks_active) + " active, " +
                                      std::to_string(x.tasks_finished) + " finished, " +
                                      std::to_string(x.tasks_failed) + " ended otherwise"},
                          {"offers", std::to_string(x.offers)},
                          {"claims", std::to_string(x.claims_waiting) + " waiting, " +
                                       std::to_string(x.grants) + " granted"},
                          {"cpus", used_of(x.allocated, x.total, "cpus") + " allocated"},
                          {"mem", used_of(x.allocated, x.total, "mem") + " MB allocated"}});
}

void print_usage(const std::vector<task_entry>& tasks) {
  std::vector<row> rows{usage_head()};
  for (const auto& x : tasks)
    if (!is_terminal(x.last.state))
      rows.push_back(usage_cells(x));
  print_table(std::cout, rows);
}

void print(listing what, const cluster_view& view, bool as_json) {
  switch (what) {
  case listing::summary:
    return print(view.summary, as_json);
  case listing::agents:
    return print(view.agents, as_json, view.maintenance);
  case listing::frameworks:
    return print(view.frameworks, as_json);
  case listing::tasks:
    return print(view.tasks, as_json);
  case listing::offers:
    return print(view.offers, as_json);
  case listing::claims:
    return print(view.claims, as_json);
  case listing::pool:
    return print(view.pool, as_json);
  case listing::roles:
    return print(view.roles, as_json);
  case listing::offer_history:
    return print(view.offer_history, as_json);
  }
}

struct listing_options {
  std::string master;
  bool json = false;
  bool history = false;   ///< of offers
  bool usage = false;     ///< of tasks
  std::string framework;  ///< whose offers; empty: all
};

int show(listing what, const listing_options& options) {
  return with_master(options.master, [&](client& master) {
    auto failed = master.ask(query{what}, [&](cluster_view& view) {
      auto of_another = [&](const auto& x) { return x.framework.str() != options.framework; };
      if (!options.framework.empty()) {
        std::erase_if(view.offers, of_another);
        std::erase_if(view.offer_history, of_another);
      }
      if (options.usage && !options.json)
        return print_usage(view.tasks);
      print(what, view, options.json);
    });
    return failed ? complain(exit_unavailable, error_text(failed)) : exit_ok;
  });
}

struct listing_command {
  CLI::App* command;
  std::shared_ptr<listing_options> options;
};

listing_command add_listing(CLI::App& app, command_line& line, listing what, const char* name,
                            const char* help) {
  auto options = std::make_shared<listing_options>();
  auto* command = app.add_subcommand(name, help);
  add_master_option(*command, options->master);
  command->add_flag("--json", options->json, "as JSON, for scripts");
  command->callback([&line, options, what] {
    line.chosen = [options, what] {
      return show(options->history ? listing::offer_history : what, *options);
    };
  });
  return {command, options};
}

void add_offers(CLI::App& app, command_line& line) {
  auto [command, options] =
    add_listing(app, line, listing::offers, "offers", "Lists the offers that wait for an answer");
  command->add_flag("--history", options->history,
                    "the newest of each framework, and what has become of them");
  command->add_option("--framework", options->framework, "only those to the framework of this id");
}

void add_tasks(CLI::App& app, command_line& line) {
  auto [command, options] =
    add_listing(app, line, listing::tasks, "tasks", "Lists the tasks, ended ones last");
  command->add_flag("--usage", options->usage,
                    "what those that run use, as their agents measured it before their last "
                    "reports: up to master.agent_timeout/5 ago");
}

}  // namespace

void add_listings(CLI::App& app, command_line& line) {
  add_listing(app, line, listing::summary, "status", "How the cluster is");
  add_listing(app, line, listing::agents, "agents", "Lists the agents");
  add_listing(app, line, listing::frameworks, "frameworks", "Lists the frameworks");
  add_tasks(app, line);
  add_offers(app, line);
  add_listing(app, line, listing::claims, "claims", "Lists the claims, ended ones last");
  add_listing(app, line, listing::pool, "pool", "How many slots of each class there are");
  add_listing(app, line, listing::roles, "roles", "Lists the roles: who has what share");
}

}  // namespace entente

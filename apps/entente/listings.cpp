#include <iostream>
#include <memory>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/rows.hpp"
#include "apps/entente/table.hpp"
#include "apps/entente/to_json.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

template <class T>
void print(const std::vector<T>& entries, bool as_json) {
  if (as_json) {
    auto array = nlohmann::json::array();
    for (const auto& entry : entries)
      array.push_back(json_of(entry));
    std::cout << array.dump(2) << '\n';
    return;
  }
  std::vector<row> rows{head(T{})};
  for (const auto& entry : entries)
    rows.push_back(cells(entry));
  print_table(std::cout, rows);
}

void print(const cluster_summary& x, bool as_json) {
  if (as_json) {
    std::cout << json_of(x).dump(2) << '\n';
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

void print(listing what, const cluster_view& view, bool as_json) {
  switch (what) {
  case listing::summary:
    return print(view.summary, as_json);
  case listing::agents:
    return print(view.agents, as_json);
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

}  // namespace

void add_listings(CLI::App& app, command_line& line) {
  add_listing(app, line, listing::summary, "status", "How the cluster is");
  add_listing(app, line, listing::agents, "agents", "Lists the agents");
  add_listing(app, line, listing::frameworks, "frameworks", "Lists the frameworks");
  add_listing(app, line, listing::tasks, "tasks", "Lists the tasks, ended ones last");
  add_offers(app, line);
  add_listing(app, line, listing::claims, "claims", "Lists the claims, ended ones last");
  add_listing(app, line, listing::pool, "pool", "How many slots of each class there are");
  add_listing(app, line, listing::roles, "roles", "Lists the roles: who has what share");
}

}  // namespace entente

#include <iostream>
#include <memory>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/table.hpp"
#include "apps/entente/to_json.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using row = std::vector<std::string>;

std::string used_of(const resources& used, const resources& total, const char* name) {
  return format_milli(used.milli(name)) + "/" + format_milli(total.milli(name));
}

std::string attributes_of(const attribute_map& xs) {
  std::string text;
  for (const auto& [key, value] : xs)
    text += (text.empty() ? "" : ",") + key + '=' + value;
  return text;
}

row head(const agent_entry&) {
  return {"ID", "HOSTNAME", "STATE", "CPUS USED", "MEM USED", "OFFERED", "ATTRIBUTES"};
}

row cells(const agent_entry& x) {
  const auto& total = x.info.total;
  return {x.info.id.str(),
          x.info.hostname,
          std::string{to_string(x.state)},
          used_of(x.allocated, total, "cpus"),
          used_of(x.allocated, total, "mem"),
          x.offered.empty() ? "-" : x.offered.to_string(),
          attributes_of(x.info.attributes)};
}

row head(const framework_entry&) {
  return {"ID", "NAME", "ROLE", "STATE", "TASKS", "ALLOCATED"};
}

row cells(const framework_entry& x) {
  return {x.info.id.str(),
          x.info.name,
          x.info.role,
          std::string{to_string(x.state)},
          std::to_string(x.tasks),
          x.allocated.to_string()};
}

row head(const task_entry&) {
  return {"ID", "NAME", "FRAMEWORK", "AGENT", "STATE", "MESSAGE"};
}

row cells(const task_entry& x) {
  return {
    x.id.str(),    x.name, x.framework.str(), x.agent.str(), std::string{to_string(x.last.state)},
    x.last.message};
}

row head(const offer&) {
  return {"ID", "FRAMEWORK", "AGENT", "RESOURCES"};
}

row cells(const offer& x) {
  return {x.id.str(), x.framework.str(), x.agent.str(), x.available.to_string()};
}

row head(const claim_entry&) {
  return {"ID", "FRAMEWORK", "ROLE", "STATE", "WANTED", "GRANTED", "SLOT", "REASONS"};
}

row cells(const claim_entry& x) {
  std::string reasons;
  for (const auto& reason : x.reasons)
    reasons += (reasons.empty() ? "" : "; ") + reason;
  return {x.claim.id.str(),
          x.framework.str(),
          x.role,
          std::string{to_string(x.state)},
          std::to_string(x.claim.count),
          std::to_string(x.granted),
          x.claim.slot_class.empty() ? x.claim.limits.to_string() : x.claim.slot_class,
          std::move(reasons)};
}

row head(const pool_entry&) {
  return {"CLASS", "LIMITS", "TOTAL", "FREE"};
}

row cells(const pool_entry& x) {
  return {x.slot_class, x.limits.to_string(), std::to_string(x.total), std::to_string(x.free)};
}

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
  }
}

struct listing_options {
  std::string master;
  bool json = false;
};

int show(listing what, const listing_options& options) {
  return with_master(options.master, [&](client& master) {
    auto failed =
      master.ask(query{what}, [&](const cluster_view& view) { print(what, view, options.json); });
    return failed ? complain(exit_unavailable, error_text(failed)) : exit_ok;
  });
}

void add_listing(CLI::App& app, command_line& line, listing what, const char* name,
                 const char* help) {
  auto options = std::make_shared<listing_options>();
  auto* command = app.add_subcommand(name, help);
  add_master_option(*command, options->master);
  command->add_flag("--json", options->json, "as JSON, for scripts");
  command->callback(
    [&line, options, what] { line.chosen = [options, what] { return show(what, *options); }; });
}

}  // namespace

void add_listings(CLI::App& app, command_line& line) {
  add_listing(app, line, listing::summary, "status", "How the cluster is");
  add_listing(app, line, listing::agents, "agents", "Lists the agents");
  add_listing(app, line, listing::frameworks, "frameworks", "Lists the frameworks");
  add_listing(app, line, listing::tasks, "tasks", "Lists the tasks, ended ones last");
  add_listing(app, line, listing::offers, "offers", "Lists the offers that wait for an answer");
  add_listing(app, line, listing::claims, "claims", "Lists the claims, ended ones last");
  add_listing(app, line, listing::pool, "pool", "How many slots of each class there are");
}

}  // namespace entente

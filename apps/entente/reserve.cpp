#include <memory>

#include "apps/entente/amounts.hpp"
#include "apps/entente/operator_call.hpp"

namespace entente {

namespace {

struct reserve_options : operator_options {
  std::string agent;
  std::string amount;
};

/// @tparam Call reserve_resources or unreserve_resources
template <class Call>
int change_reservation(const reserve_options& options) {
  auto parsed = parse_amounts("--resources", options.amount);
  if (auto* wrong = std::get_if<usage_error>(&parsed))
    return complain(exit_usage, wrong->message);
  return make_call(
    options,
    Call{{}, agent_id{options.agent}, options.role, std::get<resources>(std::move(parsed))});
}

template <class Call>
void add_change(CLI::App& app, command_line& line, const char* name, const char* help) {
  auto options = std::make_shared<reserve_options>();
  auto* command = app.add_subcommand(name, help);
  add_operator_options(*command, *options);
  command->add_option("agent", options->agent, "the agent's id")->required();
  check_role(command->add_option("--role", options->role, "for whom"))->required();
  command->add_option("--resources", options->amount, "how much, such as cpus=4,mem=8GB")
    ->required();
  command->callback(
    [&line, options] { line.chosen = [options] { return change_reservation<Call>(*options); }; });
}

}  // namespace

void add_reserve(CLI::App& app, command_line& line) {
  add_change<reserve_resources>(app, line, "reserve", "Keeps resources of an agent for a role");
  add_change<unreserve_resources>(app, line, "unreserve",
                                  "Gives back what entente reserve has kept");
}

}  // namespace entente

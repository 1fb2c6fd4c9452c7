#include <memory>

#include "apps/entente/amounts.hpp"
#include "apps/entente/operator_call.hpp"
#include "config/quantities.hpp"

namespace entente {

namespace {

struct quota_options : operator_options {
  std::string guarantee;
  std::string limit;
  bool force = false;
};

struct weight_options : operator_options {
  std::string weight;
};

int set_quota_of(const quota_options& options) {
  if (options.guarantee.empty() && options.limit.empty())
    return complain(exit_usage, "quota set needs --guarantee, --limit or both; entente quota "
                                "remove takes a quota away");
  set_quota call{options.role, {}, {}, options.force};
  auto read = [](const char* flag, const std::string& text, resources& out) {
    if (text.empty())
      return exit_ok;
    auto parsed = parse_amounts(flag, text);
    if (auto* wrong = std::get_if<usage_error>(&parsed))
      return complain(exit_usage, wrong->message);
    out = std::get<resources>(std::move(parsed));
    return exit_ok;
  };
  if (auto code = read("--guarantee", options.guarantee, call.guarantee); code != exit_ok)
    return code;
  if (auto code = read("--limit", options.limit, call.limit); code != exit_ok)
    return code;
  return make_call(options, call);
}

int set_weight_of(const weight_options& options) {
  auto weight = parse_weight(options.weight);
  if (!weight)
    return complain(exit_usage, "weight: expected " + std::string{expected_weight()} +
                                  ", found \"" + options.weight + '"');
  return make_call(options, set_weight{options.role, *weight});
}

CLI::App* add_command(CLI::App& above, operator_options& options, const char* name,
                      const char* help) {
  auto* command = above.add_subcommand(name, help);
  add_operator_options(*command, options);
  check_role(command->add_option("role", options.role, "the role, such as eng/ads"))->required();
  return command;
}

}  // namespace

void add_quota(CLI::App& app, command_line& line) {
  auto* quota = app.add_subcommand("quota", "What a role gets first, and at most");
  quota->require_subcommand(1);
  auto options = std::make_shared<quota_options>();
  auto* set = add_command(*quota, *options, "set", "Sets a role's quota, in place of what it has");
  set->add_option("--guarantee", options->guarantee, "what it gets first: cpus=8,mem=16GB");
  set->add_option("--limit", options->limit, "what it may not pass: cpus=32");
  set->add_flag("--force", options->force, "even if the cluster cannot hold all guarantees now");
  set->callback([&line, options] { line.chosen = [options] { return set_quota_of(*options); }; });
  auto removed = std::make_shared<operator_options>();
  auto* remove = add_command(*quota, *removed, "remove", "Takes a role's quota away");
  remove->callback([&line, removed] {
    line.chosen = [removed] { return make_call(*removed, remove_quota{removed->role}); };
  });
}

void add_weight(CLI::App& app, command_line& line) {
  auto* weight = app.add_subcommand("weight", "How large a role's fair share is");
  weight->require_subcommand(1);
  auto options = std::make_shared<weight_options>();
  auto* set = add_command(*weight, *options, "set", "Sets a role's weight");
  set->add_option("weight", options->weight, "twice the weight is twice the share; default 1")
    ->required();
  set->callback([&line, options] { line.chosen = [options] { return set_weight_of(*options); }; });
}

}  // namespace entente

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/common/exit_codes.hpp"
#include "apps/common/network.hpp"
#include "apps/entente/commands.hpp"
#include "config/config.hpp"
#include "config/schema.hpp"

namespace entente {

namespace {

struct check_options {
  std::string file;
  bool json = false;
};

/// What a master would refuse when it starts, in the general part or on one of the hosts.
std::vector<config_error> refused_addresses(const std::string& file, const config& settings) {
  std::vector<config_error> result;
  auto look = [&](const std::string& key, const config& there) {
    if (auto wrong = check_exposure(there, key, there.master.listen))
      result.push_back({file, {}, wrong->message});
  };
  if (settings.hosts.empty())
    look("master.listen", settings);
  for (const auto& [name, host] : settings.hosts) {
    if (!host.runs.contains(part::master))
      continue;
    config_sources of_host;
    of_host.file = file;
    of_host.host = name;
    auto there = resolve(of_host);
    if (there)
      look("hosts." + name + ".master.listen", *there);
  }
  return result;
}

config_result check_file(const std::string& file) {
  auto result = load_config(file);
  if (!result)
    return result;
  if (auto refused = refused_addresses(file, *result); !refused.empty())
    return refused;
  return result;
}

int check(const check_options& options) {
  auto result = check_file(options.file);
  if (!result) {
    for (const auto& error : result.errors())
      std::cerr << error.to_string() << '\n';
    return exit_usage;
  }
  if (options.json)
    std::cout << to_json(*result).dump(2) << '\n';
  else
    std::cout << options.file << ": fine\n";
  return exit_ok;
}

void add_printer(CLI::App& above, command_line& line, const char* name, const char* help,
                 std::string (*text)()) {
  above.add_subcommand(name, help)->callback([&line, text] {
    line.chosen = [text] {
      std::cout << text();
      return exit_ok;
    };
  });
}

}  // namespace

void add_config(CLI::App& app, command_line& line) {
  auto* config = app.add_subcommand("config", "Works with configuration files");
  config->require_subcommand(1);
  auto options = std::make_shared<check_options>();
  auto* command = config->add_subcommand("check", "Checks a file; says all that is wrong with it");
  command->add_option("file", options->file, "the file")->required();
  command->add_flag("--json", options->json, "print what it says, defaults filled in");
  command->callback([&line, options] { line.chosen = [options] { return check(*options); }; });
  add_printer(*config, line, "schema", "Prints a JSON Schema of the format, for editors",
              [] { return config_schema().dump(2) + '\n'; });
  add_printer(*config, line, "settings", "Prints every key, its default and what it is for",
              settings_table);
}

}  // namespace entente

#include <caf/config.hpp>
#include <capnp/common.h>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/commands.hpp"

namespace entente {

namespace {

std::string dotted(int major, int minor, int patch) {
  return std::to_string(major) + '.' + std::to_string(minor) + '.' + std::to_string(patch);
}

int show_version(bool as_json) {
  nlohmann::ordered_json parts{
    {"entente", ENTENTE_VERSION},
    {"caf", dotted(CAF_MAJOR_VERSION, CAF_MINOR_VERSION, CAF_PATCH_VERSION)},
    {"capnproto",
     dotted(CAPNP_VERSION / 1000000, CAPNP_VERSION / 1000 % 1000, CAPNP_VERSION % 1000)},
    {"nlohmann_json",
     dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
    {"cli11", CLI11_VERSION},
    {"compiler", __VERSION__}};
  if (as_json) {
    std::cout << parts.dump(2) << '\n';
    return exit_ok;
  }
  for (const auto& [name, version] : parts.items())
    std::cout << name << ' ' << version.get<std::string>() << '\n';
  return exit_ok;
}

}  // namespace

void add_version(CLI::App& app, command_line& line) {
  auto as_json = std::make_shared<bool>(false);
  auto* command = app.add_subcommand("version", "Shows versions");
  command->add_flag("--json", *as_json, "as JSON, for scripts");
  command->callback(
    [&line, as_json] { line.chosen = [as_json] { return show_version(*as_json); }; });
}

}  // namespace entente

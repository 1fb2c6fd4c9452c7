#include <algorithm>
#include <iostream>
#include <string_view>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/commands.hpp"
#include "config/units.hpp"

namespace {

using namespace entente;

/// Takes what stands behind `--` off the arguments: it is somebody else's command line.
std::vector<std::string> split_off_rest(int argc, char** argv, command_line& line) {
  std::vector<std::string> own(argv + 1, argv + argc);
  auto mark = std::find(own.begin(), own.end(), "--");
  line.has_rest = mark != own.end();
  if (line.has_rest)
    line.rest.assign(mark + 1, own.end());
  own.erase(mark, own.end());
  std::reverse(own.begin(), own.end());  // as CLI11 wants them
  return own;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

/// The command that was given, "set" of "quota set", or the program itself.
CLI::App& given_command(CLI::App& app) {
  auto given = app.get_subcommands();
  return given.empty() ? app : given_command(*given.front());
}

/// Where to read more: "see entente quota set --help".
std::string see_help(CLI::App& app) {
  std::string text = "see entente";
  for (auto given = app.get_subcommands(); !given.empty(); given = given.front()->get_subcommands())
    text += ' ' + given.front()->get_name();
  return text + " --help";
}

/// Names what nobody expected, and what was perhaps meant.
std::string unknown_argument(CLI::App& app) {
  auto left = app.remaining(true);
  auto flag = std::find_if(left.begin(), left.end(), [](const auto& x) { return x[0] == '-'; });
  auto unknown = flag == left.end() ? left.front() : *flag;
  std::vector<std::string> known;
  if (unknown.starts_with("-"))
    for (const auto* option : given_command(app).get_options())
      known.push_back(option->get_name());
  else
    for (const auto* command : app.get_subcommands({}))
      known.push_back(command->get_name());
  auto near = closest(unknown, known);
  return "\"" + unknown + "\" is not expected here; " +
         (near.empty() ? see_help(app) : "did you mean \"" + near + "\"?");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Shares one cluster of machines among many distributed applications.", "entente"};
  command_line line;
  auto arguments = split_off_rest(argc, argv, line);
  add_local(app, line);
  add_master(app, line);
  add_agent(app, line);
  add_up(app, line);
  add_run(app, line);
  add_listings(app, line);
  add_why(app, line);
  add_logs(app, line);
  add_kill(app, line);
  add_quota(app, line);
  add_weight(app, line);
  add_reserve(app, line);
  add_drain(app, line);
  add_maintenance(app, line);
  add_registry(app, line);
  add_config(app, line);
  add_version(app, line);
  try {
    app.parse(arguments);
  } catch (const CLI::Success& x) {
    return app.exit(x);  // --help
  } catch (const CLI::ExtrasError&) {
    return complain(exit_usage, unknown_argument(app));
  } catch (const CLI::ParseError& x) {
    return complain(exit_usage, one_line(x.what()) + "; " + see_help(app));
  }
  if (!line.chosen)
    return complain(exit_usage,
                    "a command is missing, such as \"local\" or \"run\"; see entente --help");
  if (line.has_rest && !app.got_subcommand("local") && !app.got_subcommand("run"))
    return complain(exit_usage, "only \"local\" and \"run\" take a command behind --");
  return line.chosen();
}

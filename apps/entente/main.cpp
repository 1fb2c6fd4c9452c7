#include <algorithm>
#include <iostream>
#include <string_view>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/commands.hpp"

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

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Shares one cluster of machines among many distributed applications.", "entente"};
  app.require_subcommand(1);
  command_line line;
  auto arguments = split_off_rest(argc, argv, line);
  add_local(app, line);
  add_run(app, line);
  add_listings(app, line);
  add_logs(app, line);
  add_kill(app, line);
  add_config(app, line);
  add_version(app, line);
  try {
    app.parse(arguments);
  } catch (const CLI::Success& x) {
    return app.exit(x);  // --help
  } catch (const CLI::ParseError& x) {
    return complain(exit_usage, one_line(x.what()) + "; see entente --help");
  }
  if (line.has_rest && !app.got_subcommand("local") && !app.got_subcommand("run"))
    return complain(exit_usage, "only \"local\" and \"run\" take a command behind --");
  return line.chosen();
}

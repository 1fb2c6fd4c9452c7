#include <algorithm>
#include <iostream>
#include <memory>

#include "apps/common/exit_codes.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/to_json.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

struct why_options {
  std::string master;
  std::string claim;
  bool json = false;
};

void print(const claim_entry& x) {
  std::cout << x.claim.id << " of " << x.framework << " is " << to_string(x.state);
  if (x.state == claim_state::granted)
    std::cout << " (" << x.granted << " slots)";
  if (x.attempts > 0)
    std::cout << " after " << x.attempts << (x.attempts == 1 ? " round" : " rounds");
  std::cout << '\n';
  for (const auto& reason : x.reasons)
    std::cout << "  " << reason << '\n';
}

int why(const why_options& options) {
  return with_master(options.master, [&](client& master) {
    std::vector<claim_entry> found;
    auto failed = master.ask(query{listing::claims}, [&](const cluster_view& view) {
      std::copy_if(view.claims.begin(), view.claims.end(), std::back_inserter(found),
                   [&](const auto& x) { return x.claim.id.str() == options.claim; });
    });
    if (failed)
      return complain(exit_unavailable, error_text(failed));
    if (found.empty())
      return complain(exit_usage,
                      "no claim \"" + options.claim + "\"; entente claims lists what there is");
    for (const auto& x : found)
      if (options.json)
        std::cout << text_of(json_of(x)) << '\n';
      else
        print(x);
    return exit_ok;
  });
}

}  // namespace

void add_why(CLI::App& app, command_line& line) {
  auto options = std::make_shared<why_options>();
  auto* command = app.add_subcommand("why", "Why a claim waits or was refused");
  add_master_option(*command, options->master);
  command->add_option("claim", options->claim, "the claim's id")->required();
  command->add_flag("--json", options->json, "as JSON, for scripts");
  command->callback([&line, options] { line.chosen = [options] { return why(*options); }; });
}

}  // namespace entente

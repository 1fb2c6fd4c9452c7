#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "apps/entente/maintenance_text.hpp"
#include "apps/entente/operator_call.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How often a command that waits looks.
constexpr auto look_interval = 500ms;

struct drain_options : operator_options {
  std::string agent;
  std::string deadline;
  bool mark_gone = false;
  bool wait = false;
};

/// The agent, as it is now; nothing if the master does not list it any more.
caf::error look_at(client& master, const agent_id& id, std::optional<agent_entry>& found) {
  return master.ask(query{listing::agents}, [&](cluster_view& view) {
    auto i = std::find_if(view.agents.begin(), view.agents.end(),
                          [&](const agent_entry& x) { return x.info.id == id; });
    found.reset();
    if (i != view.agents.end())
      found = std::move(*i);
  });
}

std::string progress_of(const agent_entry& x) {
  auto text = x.info.id.str() + ' ' + state_text(x);
  if (x.state == agent_state::unreachable)
    return text + ": what runs there is ended when it is back";
  return x.allocated.empty() ? text : text + ", " + x.allocated.to_string() + " in use";
}

/// True once nothing runs there that is known of, or it is gone, if that is what is waited for.
bool is_over(const std::optional<agent_entry>& x, bool until_gone) {
  return !x || x->state == agent_state::gone || (!until_gone && x->state == agent_state::drained);
}

int wait_until_drained(client& master, const agent_id& id, bool until_gone) {
  std::string last;
  for (std::optional<agent_entry> now;;) {
    if (auto failed = look_at(master, id, now))
      return complain(exit_unavailable, error_text(failed));
    if (auto text = now ? progress_of(*now) : id.str() + " has ended"; text != last)
      std::cerr << (last = text) << std::endl;
    if (is_over(now, until_gone))
      return exit_ok;
    if (now->state == agent_state::registered || now->state == agent_state::deactivated)
      return complain(1, "agent " + id.str() +
                           " does not drain any more: it was put into use again, or its master "
                           "has begun anew");
    std::this_thread::sleep_for(look_interval);
  }
}

int drain(const drain_options& options) {
  drain_agent call{agent_id{options.agent}, std::nullopt, options.mark_gone};
  if (!options.deadline.empty()) {
    call.deadline = parse_duration(options.deadline);
    if (!call.deadline)
      return complain(exit_usage, "--deadline: expected a duration such as 90s or 5m, found \"" +
                                    options.deadline + '"');
  }
  auto code = make_call(options, call);
  if (code != exit_ok || !options.wait)
    return code;
  return with_master(options.master, [&](client& master) {
    return wait_until_drained(master, call.agent, options.mark_gone);
  });
}

CLI::App* add_command(CLI::App& app, drain_options& options, const char* name, const char* help) {
  auto* command = app.add_subcommand(name, help);
  add_operator_options(*command, options);
  command->add_option("agent", options.agent, "the agent's id")->required();
  return command;
}

/// @tparam Call names an agent, and nothing else
template <class Call>
void add_simple(CLI::App& app, command_line& line, const char* name, const char* help) {
  auto options = std::make_shared<drain_options>();
  add_command(app, *options, name, help)->callback([&line, options] {
    line.chosen = [options] { return make_call(*options, Call{agent_id{options->agent}}); };
  });
}

}  // namespace

void add_drain(CLI::App& app, command_line& line) {
  auto options = std::make_shared<drain_options>();
  auto* command = add_command(app, *options, "drain",
                              "Takes an agent out of use: nothing new comes to it, its tasks end");
  command->add_option(
    "--deadline", options->deadline,
    "the longest time that tasks get to end, such as 90s; else each its own grace");
  command->add_flag("--mark-gone", options->mark_gone,
                    "once it is drained it is gone, and may not come back");
  command->add_flag("--wait", options->wait,
                    "returns when it is drained; with --mark-gone, when it is gone");
  command->callback([&line, options] { line.chosen = [options] { return drain(*options); }; });
  add_simple<undrain_agent>(app, line, "undrain",
                            "Puts an agent into use again that entente drain took out");
  add_simple<deactivate_agent>(app, line, "deactivate",
                               "Nothing new comes to an agent; what runs there goes on");
  add_simple<reactivate_agent>(app, line, "reactivate", "Ends what entente deactivate began");
}

}  // namespace entente

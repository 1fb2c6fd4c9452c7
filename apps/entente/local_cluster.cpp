#include "apps/entente/local_cluster.hpp"

#include <algorithm>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <filesystem>
#include <vector>

#include "actors/agent/agent.hpp"
#include "actors/agent/executor_runner.hpp"
#include "actors/agent/process_runner.hpp"
#include "actors/master/master.hpp"
#include "actors/runtime/machine.hpp"
#include "apps/common/to_resources.hpp"
#include "apps/entente/part_options.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// Between SIGTERM and SIGKILL when the cluster is stopped: all must be over within two seconds.
constexpr auto stop_grace = 1s;
constexpr auto stop_limit = 5s;

/// Agents register within milliseconds; twenty seconds are for a machine that is very busy.
constexpr auto registration_pause = 2ms;
constexpr int registration_attempts = 10'000;

/// One machine's ports are divided among the agents that share it: the `number`-th of `agents`
/// parts.
std::vector<number_range> share_of(const std::vector<number_range>& ports, std::size_t number,
                                   std::size_t agents) {
  std::uint64_t all = 0;
  for (const auto& range : ports)
    all += range.end - range.begin + 1;
  auto skip = all / agents * (number - 1);
  auto left = all / agents;
  std::vector<number_range> result;
  for (const auto& range : ports) {
    auto size = range.end - range.begin + 1;
    auto skipped = std::min(skip, size);
    auto taken = std::min(left, size - skipped);
    skip -= skipped;
    left -= taken;
    if (taken > 0)
      result.push_back({range.begin + skipped, range.begin + skipped + taken - 1});
  }
  return result;
}

agent_options options_of_agent(const local_options& options, std::size_t number,
                               const std::string& hostname) {
  agent_options agent;
  agent.info.id = agent_id{"agent-" + std::to_string(number)};
  agent.info.hostname = hostname;
  agent.info.total = options.per_agent;
  agent.info.attributes = options.settings.agent.attributes;
  agent.info.reservations = to_resources(options.settings.agent.reservations);
  const auto& ranges = options.per_agent.ranges();
  if (auto ports = ranges.find("ports"); ports != ranges.end())
    agent.info.total.set_ranges("ports", share_of(ports->second, number, options.agents));
  auto work_dir = options.work_dir / agent.info.id.str();
  std::filesystem::create_directories(work_dir);
  auto runner = options_of_runner(options.settings);
  runner.agent = agent.info.id;
  runner.work_dir = work_dir;
  agent.runner =
    run_executors(run_processes(std::move(runner)), {agent.info.id, agent.info.hostname, work_dir});
  agent.stop_grace = stop_grace;
  agent.log = options.agent_log;
  return agent;
}

bool registered(caf::scoped_actor& self, const master_actor& master, std::size_t agents) {
  bool all = false;
  self->request(master, 10s, query{listing::summary})
    .receive([&](const cluster_view& view) { all = view.summary.agents == agents; },
             [](const caf::error&) {});
  return all;
}

}  // namespace

std::variant<local_cluster, std::string> local_cluster::start(caf::actor_system& system,
                                                              transport& connections,
                                                              const local_options& options) {
  local_cluster result{system};
  result.master_ = spawn_master(system, options_of_master(options.settings), options.master_log);
  const auto& listen = options.settings.master.listen;
  auto published = connections.publish(result.master_, listen);
  if (auto* why = std::get_if<std::string>(&published)) {
    result.stop();
    return "cannot listen on " + to_string(listen) + ": " + *why +
           "; choose another with --listen HOST:PORT (port 0 takes a free one)";
  }
  result.where_ = {listen.host, std::get<std::uint16_t>(published)};
  auto facts = runtime::detect_machine(options.work_dir);
  auto* machine = std::get_if<runtime::machine_facts>(&facts);
  caf::scoped_actor self{system};
  for (std::size_t i = 1; i <= options.agents; ++i) {
    auto agent = options_of_agent(options, i, machine ? machine->hostname : "localhost");
    result.agents_.push_back(spawn_agent(system, result.master_, std::move(agent)));
  }
  for (auto left = registration_attempts; !registered(self, result.master_, options.agents);) {
    if (--left == 0) {
      result.stop();
      return "the agents did not register with the master";
    }
    self->receive(caf::after(registration_pause) >> [] {});
  }
  return result;
}

void local_cluster::stop() {
  caf::scoped_actor self{*system_};
  for (const auto& agent : agents_) {
    self->monitor(agent);
    caf::anon_send_exit(agent, caf::exit_reason::user_shutdown);
  }
  bool timed_out = false;
  for (std::size_t i = 0; i < agents_.size() && !timed_out; ++i)
    self->receive([](const caf::down_msg&) {}, caf::after(stop_limit) >> [&] { timed_out = true; });
  agents_.clear();
  caf::anon_send_exit(master_, caf::exit_reason::user_shutdown);
}

}  // namespace entente

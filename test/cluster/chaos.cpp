// Agents, supervisors, masters and clients are killed at random, again and again. Afterwards every
// task has exactly one end, what the tasks have written agrees with it, and nothing of them is
// left: no process, and no control group where the machine has them.
//
// More than the suite does: `test_cluster --run_test=chaos -- --kills N --seed S`.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <list>
#include <map>
#include <random>
#include <sstream>

#include "control_groups.hpp"
#include "support.hpp"

using namespace entente::test;

namespace {

constexpr std::size_t agents = 2;
constexpr std::size_t tasks_at_once = 6;
constexpr std::uint32_t kills_of_the_suite = 25;
constexpr std::uint32_t seed_of_the_suite = 1;

/// The number that follows this word on the command line.
std::uint32_t argument(const std::string& name, std::uint32_t otherwise) {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  for (auto i = 1; i + 1 < suite.argc; ++i)
    if (suite.argv[i] == name)
      return static_cast<std::uint32_t>(std::stoul(suite.argv[i + 1]));
  return otherwise;
}

struct fixture : hosts {
  fixture() : hosts(0) {
    env["ENTENTE_AGENT_LIMITS"] = "auto";
    for (std::size_t i = 1; i <= agents; ++i)
      start_agent(i);
    wait_for_agents(agents);
    if (!enforces_limits(agent(1)))
      BOOST_TEST_MESSAGE("without control groups: " << agent(1).out());
    for (const auto& x : listing("agents"))
      ids.push_back(x.at("id").get<std::string>());
  }

  ~fixture() { end_agents(); }

  /// As they are meant to end, so that they remove their control groups.
  void end_agents() {
    for (std::size_t i = 1; i <= agents && !ids.empty(); ++i) {
      agent(i).signal(SIGTERM);
      agent(i).wait();
    }
    ids.clear();
  }

  void check_that_no_group_is_left() {
    const auto all = ids;
    for (const auto& id : all)
      BOOST_CHECK_MESSAGE(eventually([&] { return groups_of_tasks(*this, id).empty(); }),
                          groups_of_tasks(*this, id));
    end_agents();
    for (const auto& id : all)
      BOOST_CHECK_EQUAL(groups_of_agent(*this, id), "");
  }

  /// Starts a task that writes a line when it begins and one when it ends, and forgets its client.
  void start_task() {
    auto name = "t" + std::to_string(++started);
    auto script = "echo begin " + name + " >> " + path("lines") + "; sleep 0." +
                  std::to_string(1 + random() % 8) + "; echo end " + name + " >> " + path("lines");
    clients.emplace_back(name, start_shell(script, {"--name", name, "--cpus", "0.5", "--mem",
                                                    "32MB", "--failover-timeout", failover}));
  }

  void kill_something() {
    if (random() % 3 == 0)
      return kill_a_supervisor();
    auto victim = 1 + random() % agents;
    kill_agent(victim);
    start_agent(victim);
  }

  void kill_anything() {
    switch (random() % 4) {
    case 0:
      kill_master();
      return start_master();
    case 1:
      return kill_a_client();
    default:
      kill_something();
    }
  }

  /// Its tasks have until its fail-over time-out.
  void kill_a_client() {
    auto victim = clients.begin();
    std::advance(victim, random() % clients.size());
    victim->second.signal(SIGKILL);
  }

  void kill_a_supervisor() {
    std::vector<pid_t> all;
    for (const auto& x : processes())
      if (x.argv.front() == "entente-supervisor")
        all.push_back(x.pid);
    if (!all.empty())
      watched{all[random() % all.size()]}.signal(SIGKILL);
  }

  /// How often each line was written.
  std::map<std::string, int> lines() const {
    std::map<std::string, int> result;
    std::istringstream in{read("lines")};
    for (std::string line; std::getline(in, line);)
      ++result[line];
    return result;
  }

  std::uint32_t seed = argument("--seed", seed_of_the_suite);
  std::mt19937 random{seed};
  std::size_t started = 0;
  std::string failover = "60s";
  strings ids;  ///< of the agents that run
  std::list<std::pair<std::string, program>> clients;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(chaos, fixture)

BOOST_AUTO_TEST_CASE(every_task_ends_once_and_as_it_was_told) {
  BOOST_TEST_MESSAGE("seed " << seed);
  BOOST_TEST_CONTEXT("seed " << seed) {
    write("lines", "");
    std::map<std::string, int> codes;
    for (auto kills = argument("--kills", kills_of_the_suite); kills > 0; --kills) {
      while (clients.size() < tasks_at_once)
        start_task();
      kill_something();
      clients.remove_if([&](auto& x) {
        if (!x.second.process().ends(std::chrono::milliseconds{0}))
          return false;
        codes[x.first] = x.second.wait().code;
        return true;
      });
    }
    for (auto& [name, client] : clients)
      codes[name] = client.wait().code;

    auto written = lines();
    std::map<std::string, json> ends;
    for (const auto& task : listing("tasks"))
      BOOST_CHECK_MESSAGE(ends.emplace(task.at("name"), task).second, "two of " << task.dump());
    BOOST_CHECK_EQUAL(ends.size(), started);
    for (const auto& [name, task] : ends) {
      auto begun = written["begin " + name];
      auto finished = task.at("state") == "FINISHED";
      BOOST_CHECK_MESSAGE(finished || task.at("state") == "FAILED", task.dump());
      BOOST_CHECK_MESSAGE(begun <= 1, name << " was started " << begun << " times");
      BOOST_CHECK_MESSAGE(!finished || (begun == 1 && written["end " + name] == 1), task.dump());
      BOOST_CHECK_MESSAGE((codes[name] == 0) == finished, codes[name] << ", but " << task.dump());
    }
    BOOST_CHECK(eventually([this] { return processes().size() == 1 + agents; }));
    check_that_no_group_is_left();
  }
}

BOOST_AUTO_TEST_CASE(
  no_task_is_run_twice_and_none_is_left_when_masters_and_clients_are_killed_too) {
  BOOST_TEST_MESSAGE("seed " << seed);
  BOOST_TEST_CONTEXT("seed " << seed) {
    write("lines", "");
    failover = "1s";
    std::map<std::string, int> codes;
    for (auto kills = argument("--kills", kills_of_the_suite); kills > 0; --kills) {
      while (clients.size() < tasks_at_once)
        start_task();
      kill_anything();
      clients.remove_if([&](auto& x) {
        if (!x.second.process().ends(std::chrono::milliseconds{0}))
          return false;
        codes[x.first] = x.second.wait().code;
        return true;
      });
    }
    for (auto& [name, client] : clients)
      codes[name] = client.wait().code;
    BOOST_CHECK(eventually([this] { return processes().size() == 1 + agents; }));

    auto written = lines();
    for (const auto& [name, code] : codes) {
      BOOST_CHECK_MESSAGE(written["begin " + name] <= 1, name << " was started more than once");
      BOOST_CHECK_MESSAGE(code != 0 || written["end " + name] == 1, name << " has not ended");
    }
    check_that_no_group_is_left();
  }
}

BOOST_AUTO_TEST_SUITE_END()

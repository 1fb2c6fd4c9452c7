// Fifty gangs of four that want room for two gangs, while agents and frameworks are killed.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

#include "lib/cluster_world.hpp"

namespace entente::test {

using namespace simulation;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t clients = 50;
constexpr std::uint64_t seeds = 40;

bool is_gang_of_four(const order& x) {
  const auto& wanted = x.wanted;
  return wanted.count == 4 && wanted.max_count <= 4 && wanted.limits.milli("cpus") == 1000 &&
         wanted.slot_class.empty() && wanted.constraints.empty() && wanted.max_per_agent == 0 &&
         wanted.same_attribute.empty() && wanted.ports <= 2 && !wanted.wait &&
         x.use.ranks == usage::launch::all && x.use.task_time > 0ms;
}

/// The next number from there on that stands for such a claim.
std::uint64_t gang_from(std::uint64_t number) {
  while (!is_gang_of_four(order_of(number)))
    ++number;
  return number;
}

plan plan_of(std::uint64_t seed) {
  std::mt19937_64 random{seed};
  plan x;
  x.seed = seed;
  x.faulty = 60s;
  x.shape.in_order = true;
  auto each = std::get<resources>(resources::parse("cpus:2;mem:8000;ports:[31000-31063]"));
  for (auto i = 0; i < 4; ++i)
    x.shape.agents.push_back({each, {}});
  for (std::size_t i = 0; i < clients; ++i)
    x.shape.frameworks.push_back({"eng", 1s, false});
  auto at = [&](int limit) {
    return std::chrono::milliseconds{1000 + static_cast<int>(random() % limit)};
  };
  for (std::size_t i = 0; i < clients; ++i)
    x.events.push_back({at(2000), event_kind::claim, i, 0, gang_from(random() % 1'000'000)});
  for (std::size_t i = 0; i < 5; ++i)
    x.events.push_back({at(40'000), event_kind::crash_framework, random() % clients});
  for (std::size_t i = 0; i < 3; ++i) {
    auto agent = random() % 4;
    auto when = at(40'000);
    x.events.push_back({when, event_kind::crash_agent, agent});
    x.events.push_back({when + 3s, event_kind::restart_agent, agent});
  }
  std::stable_sort(x.events.begin(), x.events.end(),
                   [](const event& a, const event& b) { return a.at < b.at; });
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crowd)

BOOST_AUTO_TEST_CASE(fifty_gangs_are_served_whole_while_agents_and_frameworks_die) {
  std::uint64_t granted = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    auto result = cluster_world{plan_of(seed), nullptr}.run();
    BOOST_REQUIRE_MESSAGE(!result.violation,
                          "seed " << seed << ": " << result.violation.value_or(""));
    granted += result.counts["claims granted"];
  }
  BOOST_TEST_MESSAGE(granted << " gangs were granted");
  BOOST_CHECK_GT(granted, seeds * (clients - 10));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

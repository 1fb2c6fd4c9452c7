// P4 in a whole simulated cluster: shares in proportion to weights, and no gang that starves.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include "lib/cluster_world.hpp"

namespace entente::test {

using namespace simulation;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t seeds = 5;

/// 28 slots of one cpu: 4, 8 and 16 are their parts by weight.
plan three_roles(std::uint64_t seed) {
  plan x;
  x.seed = seed;
  x.shape.in_order = true;
  auto each = std::get<resources>(resources::parse("cpus:7;mem:7000"));
  for (auto i = 0; i < 4; ++i)
    x.shape.agents.push_back({each, {}});
  double weight = 1;
  for (const auto* role : {"a", "b", "c"}) {
    x.shape.frameworks.push_back({role, 1s, false});
    x.shape.roles[role].weight = weight;
    weight *= 2;
  }
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(shares)

BOOST_AUTO_TEST_CASE(shares_of_endless_demand_converge_to_the_weights) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    cluster_world world{three_roles(seed), nullptr};
    auto parts = world.share_out(10s, 60s);
    BOOST_REQUIRE_MESSAGE(!world.violation(),
                          "seed " << seed << ": " << world.violation().value_or(""));
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto wanted = std::pow(2.0, static_cast<double>(i)) / 7;
      BOOST_CHECK_MESSAGE(std::abs(parts[i] - wanted) <= 0.02 * wanted,
                          "seed " << seed << ": framework " << i << " has " << parts[i] << " of "
                                  << wanted);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_gang_of_half_the_cluster_starts_in_time_among_single_slots) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    cluster_world world{three_roles(seed), nullptr};
    // Until room is set aside for it, then the longest task, the release of its slot, and rounds.
    world.share_out(10s, set_aside_after + 5s, 14);
    BOOST_CHECK_MESSAGE(!world.violation(),
                        "seed " << seed << ": " << world.violation().value_or(""));
    BOOST_TEST_MESSAGE("seed " << seed << ": after " << (world.elapsed() - 10s).count() << " ms");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

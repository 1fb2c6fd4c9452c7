// Claims over real links, that fail. More than the suite does:
// `test_cluster --run_test=hosts_claims -- --flaps N --seed S`.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <set>
#include <sstream>

#include "lib/spread_hosts.hpp"

using namespace entente::test;

namespace {

constexpr std::uint32_t flaps_of_the_suite = 12;
constexpr std::uint32_t seed_of_the_suite = 1;
constexpr std::size_t gang_size = 8;

std::uint32_t argument(const std::string& name, std::uint32_t otherwise) {
  const auto& suite = boost::unit_test::framework::master_test_suite();
  for (auto i = 1; i + 1 < suite.argc; ++i)
    if (suite.argv[i] == name)
      return static_cast<std::uint32_t>(std::stoul(suite.argv[i + 1]));
  return otherwise;
}

std::multiset<std::string> lines_of(const std::string& text) {
  std::multiset<std::string> result;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    result.insert(line);
  return result;
}

/// Each rank says once where it is.
bool is_complete(const ending& x) {
  auto lines = lines_of(x.out);
  if (lines.size() != gang_size)
    return false;
  for (std::size_t rank = 0; rank < gang_size; ++rank)
    if (std::ranges::count_if(lines, [&](const auto& line) {
          return line.starts_with('[' + std::to_string(rank) + "] ");
        }) != 1)
      return false;
  return true;
}

const strings spread{"-n", "8", "--spread"};
const std::string say_where = "echo on $ENTENTE_AGENT_ID";

}  // namespace

BOOST_AUTO_TEST_SUITE(hosts_claims, *boost::unit_test::precondition(there_can_be_a_network))

BOOST_AUTO_TEST_CASE(a_gang_that_is_spread_has_ranks_on_all_hosts) {
  spread_hosts x;
  auto end = x.run_shell(say_where, spread);
  BOOST_CHECK_EQUAL(end.code, 0);
  BOOST_CHECK_MESSAGE(is_complete(end), end);
  std::set<std::string> agents;
  for (const auto& line : lines_of(end.out))
    agents.insert(line.substr(line.find(" on ")));
  BOOST_CHECK_EQUAL(agents.size(), x.agents());
}

BOOST_AUTO_TEST_CASE(no_claim_is_granted_in_part_and_none_lost_while_links_flap) {
  spread_hosts x;
  auto seed = argument("--seed", seed_of_the_suite);
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  std::uint32_t served = 0;
  for (auto flaps = argument("--flaps", flaps_of_the_suite); flaps > 0; --flaps) {
    auto host = 2 + random() % x.agents();
    auto client = x.start_shell(say_where, {"-n", "8", "--spread", "--wait", "20s"});
    x.net.cut(host);
    x.shell("sleep 0." + std::to_string(random() % 10));  // The length of the cut.
    x.net.heal(host);
    auto end = client.wait();
    BOOST_CHECK_MESSAGE(end.code != 0 || is_complete(end), "seed " << seed << ": " << end);
    BOOST_CHECK_MESSAGE(end.code == 0 || !end.err.empty(), "seed " << seed << ": " << end);
    served += end.code == 0;
  }
  BOOST_TEST_MESSAGE(served << " served");
  for (const auto& claim : x.listing("claims")) {
    auto granted = claim.at("granted").get<std::size_t>();
    BOOST_CHECK_MESSAGE(granted == 0 || granted == gang_size, "seed " << seed << ": " << claim);
  }
  x.wait_for_agents();
  BOOST_CHECK_EQUAL(x.run_shell(say_where, spread).code, 0);
}

BOOST_AUTO_TEST_SUITE_END()

// Offers to a framework are spread over fault domains.
#include <map>
#include <set>

#include "allocator_fixture.hpp"

namespace entente::test {

namespace {

allocator_options with_racks() {
  allocator_options x;
  x.fault_domain = "rack";
  return x;
}

/// By framework, how many racks its offers are on, if so many frameworks are offered `each` agents
/// on each of so many racks.
std::map<framework_id, std::size_t> racks_offered(int frameworks, int racks, int each) {
  allocator_fixture x{with_racks()};
  for (int i = 0; i < racks * each; ++i)
    x.add_agent(agent_id{"a" + std::to_string(i)}, "cpus:1",
                {{"rack", "r" + std::to_string(i / each)}});
  for (int i = 0; i < frameworks; ++i)
    x.revive(framework_id{"f" + std::to_string(i)});
  x.turns();
  std::map<framework_id, std::set<int>> seen;
  for (const auto& plan : x.last)
    seen[plan.to.framework].insert(std::stoi(plan.agent.str().substr(1)) / each);
  std::map<framework_id, std::size_t> result;
  for (const auto& [framework, where] : seen)
    result[framework] = where.size();
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fault_domains)

BOOST_AUTO_TEST_CASE(a_frameworks_offers_are_spread_over_fault_domains) {
  // As many agents on each rack as there are frameworks: each could have one on every rack.
  for (int frameworks = 1; frameworks <= 6; ++frameworks)
    for (int racks = 1; racks <= 6; ++racks)
      for (const auto& [framework, count] : racks_offered(frameworks, racks, frameworks))
        BOOST_TEST_CONTEXT(frameworks << " frameworks, " << racks << " racks") {
          BOOST_CHECK_EQUAL(count, racks);
        }
}

BOOST_AUTO_TEST_CASE(who_is_offered_several_agents_in_a_row_is_spread_too) {
  allocator_fixture x{with_racks()};
  x.add_agent(a1, "cpus:4");
  x.book.take({f2, "*"}, a1, parse("cpus:4"));
  for (int i = 0; i < 8; ++i)
    x.add_agent(agent_id{"b" + std::to_string(i)}, "cpus:1",
                {{"rack", "r" + std::to_string(i / 2)}});
  x.revive(f1);
  x.revive(f2);
  // f1 comes first until it has four cpus too.
  BOOST_CHECK(x.turns().starts_with("f1:b0 f1:b2 f1:b4 f1:b6 "));
}

BOOST_AUTO_TEST_CASE(agents_without_the_attribute_are_one_fault_domain) {
  allocator_fixture x{with_racks()};
  x.add_agent(a1, "cpus:1");
  x.add_agent(a2, "cpus:1");
  x.add_agent(a3, "cpus:1", {{"rack", "r1"}});
  x.revive(f1);
  BOOST_CHECK_EQUAL(x.turns(), "f1:a3 f1:a1 f1:a2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

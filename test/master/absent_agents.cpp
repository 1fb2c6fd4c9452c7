#include "actors/master/absent_agents.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

agent_info info_of(const std::string& id) {
  agent_info x;
  x.id = agent_id{id};
  x.hostname = "host-of-" + id;
  return x;
}

const agent_id a{"a"};
const agent_id b{"b"};
const agent_id c{"c"};

}  // namespace

BOOST_AUTO_TEST_SUITE(absent_agents)

BOOST_AUTO_TEST_CASE(an_agent_is_remembered_with_its_life_and_why_it_went) {
  entente::absent_agents x{2};
  BOOST_CHECK(!x.add(info_of("a"), 7, departure::unreachable));
  BOOST_REQUIRE(x.find(a));
  BOOST_CHECK_EQUAL(x.find(a)->life, 7u);
  BOOST_CHECK(x.find(a)->why == departure::unreachable);
  BOOST_CHECK_EQUAL(x.find(a)->info.hostname, "host-of-a");
  BOOST_CHECK(!x.find(b));
}

BOOST_AUTO_TEST_CASE(the_one_that_went_first_is_forgotten_first) {
  entente::absent_agents x{2};
  x.add(info_of("b"), 1, departure::ended);
  x.add(info_of("a"), 1, departure::unreachable);
  BOOST_CHECK(x.add(info_of("c"), 1, departure::ended) == b);
  BOOST_CHECK(!x.find(b));
  BOOST_CHECK(x.first() == a);
}

BOOST_AUTO_TEST_CASE(one_that_went_again_went_last) {
  entente::absent_agents x{2};
  x.add(info_of("a"), 1, departure::ended);
  x.add(info_of("b"), 1, departure::ended);
  BOOST_CHECK(!x.add(info_of("a"), 2, departure::ended));
  BOOST_CHECK(x.add(info_of("c"), 1, departure::ended) == b);
  BOOST_CHECK_EQUAL(x.find(a)->life, 2u);
}

BOOST_AUTO_TEST_CASE(one_that_is_gone_is_never_forgotten) {
  entente::absent_agents x{1};
  x.add(info_of("a"), 1, departure::unreachable);
  x.add(info_of("a"), 1, departure::gone);
  BOOST_CHECK(!x.first());
  BOOST_CHECK(!x.add(info_of("b"), 1, departure::ended));
  BOOST_CHECK(x.add(info_of("c"), 1, departure::ended) == b);
  BOOST_CHECK(x.find(a)->why == departure::gone);
}

BOOST_AUTO_TEST_CASE(one_that_is_back_takes_no_room) {
  entente::absent_agents x{1};
  x.add(info_of("a"), 1, departure::ended);
  x.remove(a);
  BOOST_CHECK(!x.find(a));
  BOOST_CHECK(!x.add(info_of("b"), 1, departure::ended));
  BOOST_CHECK_EQUAL(x.all().size(), 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

// With which changes of its configuration an agent may go on.
#include "actors/agent/agent_change.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

struct fixture {
  fixture() {
    before.id = agent_id{"a1"};
    before.hostname = "one";
    before.address = "10.0.0.1:5051";
    before.total = parse("cpus:4;mem:1000;ports:[31000-31009]");
    before.attributes = {{"rack", "r1"}};
    before.reservations = {{"eng", parse("cpus:1")}};
    now = before;
  }

  /// Empty if the change is taken.
  std::string problem() const { return problem_of_change(before, now).value_or(""); }

  agent_info before;
  agent_info now;
};

const std::string advice =
  ". Set it back, or drain the agent and start it with an empty work directory";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(agent_change, fixture)

BOOST_AUTO_TEST_CASE(the_same_again_is_taken) {
  BOOST_CHECK_EQUAL(problem(), "");
}

BOOST_AUTO_TEST_CASE(more_of_everything_is_taken) {
  now.total = parse("cpus:8;mem:1000;gpus:1;ports:[31000-32000];disks:{sda}");
  now.attributes["zone"] = "z1";
  now.reservations["eng"] = parse("cpus:2");
  now.reservations["ops"] = parse("mem:100");
  BOOST_CHECK_EQUAL(problem(), "");
}

BOOST_AUTO_TEST_CASE(another_address_is_taken) {
  now.hostname = "two";
  now.address = "10.0.0.2:1";
  BOOST_CHECK_EQUAL(problem(), "");
}

BOOST_AUTO_TEST_CASE(another_id_is_refused) {
  now.id = agent_id{"a2"};
  BOOST_CHECK_EQUAL(problem(), "the agent was a1 and is a2" + advice);
}

BOOST_AUTO_TEST_CASE(less_of_a_resource_is_refused_with_what_was_and_what_is) {
  now.total = parse("cpus:3;mem:2000;ports:[31000-31009]");
  BOOST_CHECK_EQUAL(problem(), "the agent's resources were cpus:4;mem:1000;ports:[31000-31009] and "
                               "are cpus:3;mem:2000;ports:[31000-31009]: cpus:1 is missing" +
                                 advice);
}

BOOST_AUTO_TEST_CASE(a_port_less_is_refused) {
  now.total = parse("cpus:4;mem:1000;ports:[31001-31020]");
  BOOST_CHECK(problem().find("ports:[31000] is missing") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_changed_and_a_removed_attribute_are_refused) {
  now.attributes["rack"] = "r2";
  BOOST_CHECK_EQUAL(problem(), "the attribute rack was \"r1\" and is \"r2\"" + advice);
  now.attributes = {{"zone", "z1"}};
  BOOST_CHECK_EQUAL(problem(), "the attribute rack was \"r1\" and is not there any more" + advice);
}

BOOST_AUTO_TEST_CASE(a_smaller_reservation_is_refused) {
  now.reservations["eng"] = parse("cpus:0.5");
  BOOST_CHECK_EQUAL(problem(), "the reservations for role eng were cpus:1 and are cpus:0.5: "
                               "cpus:0.5 is missing" +
                                 advice);
  now.reservations.clear();
  BOOST_CHECK_EQUAL(problem(), "the reservations for role eng were cpus:1 and are nothing: "
                               "cpus:1 is missing" +
                                 advice);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

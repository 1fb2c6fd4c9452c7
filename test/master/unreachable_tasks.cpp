#include "actors/master/unreachable_tasks.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

task_entry task_of(const std::string& framework, const std::string& id, const std::string& agent) {
  task_entry x;
  x.framework = framework_id{framework};
  x.id = task_id{id};
  x.agent = agent_id{agent};
  return x;
}

unreachable_tasks::key key_of(const std::string& framework, const std::string& id) {
  return {framework_id{framework}, task_id{id}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(unreachable_tasks)

BOOST_AUTO_TEST_CASE(tasks_are_found_by_their_agents_and_by_their_frameworks) {
  entente::unreachable_tasks x;
  x.add(task_of("f", "t1", "a"));
  x.add(task_of("f", "t2", "b"));
  x.add(task_of("g", "t1", "a"));
  BOOST_CHECK_EQUAL(x.size(), 3u);
  BOOST_CHECK_EQUAL(x.on(agent_id{"a"}).size(), 2u);
  BOOST_CHECK_EQUAL(x.of(framework_id{"f"}).size(), 2u);
  BOOST_CHECK_EQUAL(x.count_of(framework_id{"g"}), 1u);
  BOOST_CHECK_EQUAL(x.count_of(framework_id{"h"}), 0u);
  BOOST_CHECK_EQUAL(x.find(key_of("f", "t2"))->agent, agent_id{"b"});
}

BOOST_AUTO_TEST_CASE(a_task_is_taken_once) {
  entente::unreachable_tasks x;
  x.add(task_of("f", "t", "a"));
  BOOST_CHECK(x.take(key_of("f", "t")));
  BOOST_CHECK(!x.take(key_of("f", "t")));
  BOOST_CHECK(x.on(agent_id{"a"}).empty());
  BOOST_CHECK(!x.contains(key_of("f", "t")));
}

BOOST_AUTO_TEST_CASE(a_task_that_is_added_again_is_on_its_last_agent) {
  entente::unreachable_tasks x;
  x.add(task_of("f", "t", "a"));
  x.add(task_of("f", "t", "b"));
  BOOST_CHECK_EQUAL(x.size(), 1u);
  BOOST_CHECK(x.on(agent_id{"a"}).empty());
  BOOST_CHECK_EQUAL(x.on(agent_id{"b"}).size(), 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

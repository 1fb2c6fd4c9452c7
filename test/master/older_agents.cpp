// Agents that speak an older version of the protocol than this master are not given tasks that they
// would run wrongly.
#include "actors/master/task_problem.hpp"
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

task_info with_group(const std::string& id) {
  auto x = task(id);
  x.group = "g";
  return x;
}

task_info with_health(const std::string& id) {
  auto x = task(id);
  x.health.emplace();
  x.health->probe = command_probe{{"true"}};
  return x;
}

task_info with_artifact(const std::string& id) {
  auto x = task(id);
  x.artifacts.push_back({"/etc/hostname"});
  return x;
}

task_info with_executor(const std::string& id) {
  auto x = task(id);
  x.executor = executor_info{executor_id{"e"}, {"true"}, {}};
  return x;
}

struct fixture : claims_fixture {
  /// The agent is another build now.
  void speaks(const protocol_range& range) {
    auto x = agents.at(a1);
    x.protocol = range;
    BOOST_REQUIRE(std::holds_alternative<agent_registered>(book.report(x, t0)));
  }

  /// The updates of tasks that are launched on an offer.
  std::vector<status_update> refused(std::vector<task_info> tasks) {
    auto id = offers().at(a1).id;
    book.take_effects();
    accept(f, {id}, std::move(tasks));
    return told<status_update>();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(older_agents, fixture)

BOOST_AUTO_TEST_CASE(what_came_with_version_two_is_refused_naming_the_agent_and_what_to_do) {
  speaks({1, 1});
  auto updates = refused({with_health("t")});
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::error);
  BOOST_CHECK(updates[0].reason == task_reason::task_invalid);
  BOOST_CHECK_EQUAL(updates[0].message,
                    "agent a1 on host-of-a1 speaks version 1 of the protocol, and a task with a "
                    "health check needs version 2; upgrade that agent, or drain it until it is");
  BOOST_CHECK_EQUAL(allocated(), resources{});
  book.check();
}

BOOST_AUTO_TEST_CASE(each_part_of_a_task_that_is_new_is_named) {
  agent_info agent;
  agent.id = a1;
  auto what = [&](const task_info& x) { return problem_on(agent, {1, 1}, x).value_or(""); };
  BOOST_CHECK_EQUAL(what(task("t")), "");
  BOOST_CHECK(what(with_group("t")).find("with a group") != std::string::npos);
  BOOST_CHECK(what(with_health("t")).find("with a health check") != std::string::npos);
  BOOST_CHECK(what(with_artifact("t")).find("with artifacts") != std::string::npos);
  BOOST_CHECK(what(with_executor("t")).find("with an executor") != std::string::npos);
  for (const auto& x : {with_group("t"), with_health("t"), with_artifact("t"), with_executor("t")})
    BOOST_CHECK(!problem_on(agent, {1, 2}, x));
}

BOOST_AUTO_TEST_CASE(a_group_is_refused_as_one_and_what_is_not_new_is_launched) {
  speaks({1, 1});
  auto updates = refused({with_group("a"), task("b"), with_group("c")});
  BOOST_REQUIRE_EQUAL(updates.size(), 2u);
  BOOST_CHECK(updates[0].reason == task_reason::task_group_invalid);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(the_slots_of_a_grant_are_no_way_around_it) {
  speaks({1, 1});
  auto given = grant_to("c", {{a1, 2}});
  book.take_effects();
  book.launch({f, given.id, {{0, with_artifact("a")}, {1, task("b")}}}, t0);
  std::vector<task_info> launched;
  std::vector<status_update> updates;
  for (auto& effect : book.take_effects()) {
    if (auto* to_agent = std::get_if<tell_agent>(&effect))
      launched = std::get<launch_tasks>(to_agent->message).tasks;
    if (auto* to_framework = std::get_if<tell_framework>(&effect))
      if (auto* update = std::get_if<status_update>(&to_framework->message))
        updates.push_back(*update);
  }
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK_EQUAL(updates[0].task.str(), "a");
  BOOST_CHECK(updates[0].message.find("upgrade that agent") != std::string::npos);
  BOOST_REQUIRE_EQUAL(launched.size(), 1u);
  BOOST_CHECK_EQUAL(launched[0].id.str(), "b");
}

BOOST_AUTO_TEST_CASE(an_agent_that_was_upgraded_gets_them) {
  speaks({1, 1});
  speaks(spoken_protocol);
  BOOST_CHECK(refused({with_health("t")}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

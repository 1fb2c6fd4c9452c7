// Frameworks that go, and come back.
#include "cluster_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_frameworks, cluster_fixture)

BOOST_AUTO_TEST_CASE(a_teardown_kills_the_tasks_and_gives_the_offers_back) {
  auto f = run("t");
  offers();
  book.remove_framework(f);
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_CHECK_EQUAL(
    std::get<shutdown_framework>(std::get<tell_agent>(effects[0]).message).framework, f);
  BOOST_CHECK_EQUAL(offered(), resources{});
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(after_a_teardown_resources_are_free_when_the_tasks_have_ended) {
  auto f = run("t");
  book.remove_framework(f);
  auto other = add_framework();
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:3;mem:1024"));
  update(f, "t", 1, task_state::killed);
  BOOST_CHECK_EQUAL(told<acknowledge>().size(), 1u);
  BOOST_CHECK_EQUAL(offers().at(a1).framework, other);
  BOOST_CHECK_EQUAL(offered(), parse("cpus:4;mem:1024"));
  BOOST_CHECK_EQUAL(book.view({listing::frameworks}).frameworks.size(), 1u);
}

BOOST_AUTO_TEST_CASE(an_id_that_is_no_name_is_refused) {
  framework_info info;
  info.id = framework_id{"two\nlines"};
  info.name = "test";
  BOOST_CHECK(std::holds_alternative<refusal>(book.add_framework(info)));
}

BOOST_AUTO_TEST_CASE(a_framework_that_has_ended_does_not_come_back) {
  auto f = run("t");
  book.remove_framework(f);
  framework_info info;
  info.id = f;
  info.name = "test";
  BOOST_CHECK(std::holds_alternative<refusal>(book.add_framework(info)));
}

BOOST_AUTO_TEST_CASE(a_second_teardown_does_nothing) {
  auto f = run("t");
  book.remove_framework(f);
  book.take_effects();
  book.remove_framework(f);
  BOOST_CHECK(book.take_effects().empty());
}

BOOST_AUTO_TEST_CASE(a_disconnected_framework_has_its_failover_time_out_to_come_back) {
  auto f = run("t", 10s);
  offers();
  book.disconnect_framework(f, t0);
  BOOST_CHECK_EQUAL(offered(), resources{});
  BOOST_CHECK(offers().empty());
  BOOST_CHECK(book.next_deadline() == t0 + 10s);
  book.expire(t0 + 9s);
  BOOST_CHECK(told<shutdown_framework>().empty());
  BOOST_CHECK_EQUAL(add_framework(10s, f), f);
  book.expire(t0 + 1h);
  BOOST_CHECK(told<shutdown_framework>().empty());
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:3;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_framework_that_does_not_come_back_in_time_is_removed) {
  auto f = run("t", 10s);
  book.disconnect_framework(f, t0);
  book.expire(t0 + 10s);
  BOOST_CHECK_EQUAL(told<shutdown_framework>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(without_failover_time_out_a_framework_is_removed_at_once) {
  auto f = run("t");
  book.disconnect_framework(f, t0);
  BOOST_CHECK_EQUAL(told<shutdown_framework>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(a_detached_framework_stays_until_its_last_task_has_ended) {
  auto f = run("t");
  framework_info info;
  info.id = f;
  info.name = "test";
  info.detached = true;
  book.add_framework(info);
  book.disconnect_framework(f, t0);
  book.expire(t0 + 1h);
  BOOST_CHECK(told<shutdown_framework>().empty());
  update(f, "t", 1, task_state::finished);
  BOOST_CHECK_EQUAL(told<acknowledge>().size(), 1u);
  BOOST_CHECK(book.view({listing::frameworks}).frameworks.empty());
}

BOOST_AUTO_TEST_CASE(a_disconnected_framework_is_not_revived_by_an_old_message) {
  auto f = run("t", 10s);
  book.disconnect_framework(f, t0);
  book.revive({f});
  BOOST_CHECK(offers().empty());
  BOOST_CHECK_EQUAL(offered(), resources{});
}

BOOST_AUTO_TEST_CASE(a_scheduler_that_subscribes_again_gets_new_offers) {
  auto f = add_framework();
  auto old = offers().at(a1).id;
  add_framework(0ms, f);
  BOOST_CHECK_NE(offers().at(a1).id, old);
}

BOOST_AUTO_TEST_CASE(what_the_master_has_made_up_is_told_again_to_a_framework_that_was_away) {
  auto f = run("t", 10s);
  book.disconnect_framework(f, t0);
  book.remove_agent(a1, t0);
  BOOST_CHECK(told<status_update>().empty());
  add_framework(10s, f);
  book.report(f, {{}, 1, {}, {}}, t0);
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::lost);
  BOOST_CHECK(updates[0].reason == task_reason::agent_removed);
  book.report(f, {{}, 2, {}, {}}, t0);
  BOOST_CHECK(told<status_update>().empty());
}

BOOST_AUTO_TEST_CASE(what_was_lost_before_the_framework_came_is_gone_to_one_that_is_told_more) {
  auto f = run("t", 10s);
  book.disconnect_framework(f, t0);
  book.remove_agent(a1, t0);
  framework_info info;
  info.id = f;
  info.name = "test";
  info.partition_aware = true;
  book.add_framework(info);
  book.take_effects();
  book.report(f, {{}, 1, {}, {}}, t0);
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::gone);
}

BOOST_AUTO_TEST_CASE(what_agents_have_said_is_theirs_to_say_again) {
  auto f = run("t", 10s);
  book.disconnect_framework(f, t0);
  update(f, "t", 1, task_state::finished);
  add_framework(10s, f);
  book.take_effects();
  book.report(f, {{}, 1, {}, {}}, t0);
  BOOST_CHECK(told<status_update>().empty());
}

BOOST_AUTO_TEST_CASE(peers_that_speak_other_versions_are_refused_with_both) {
  BOOST_CHECK(!cluster::problem_of_peer("it", {}));
  BOOST_CHECK(!cluster::problem_of_peer("it", spoken_protocol));
  auto next = spoken_protocol.newest + 1;
  auto no = cluster::problem_of_peer("it", {next, next});
  BOOST_REQUIRE(no);
  BOOST_CHECK(no->message.find("version " + std::to_string(next)) != std::string::npos);
  BOOST_CHECK(no->message.find("to " + std::to_string(spoken_protocol.newest)) !=
              std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_master_says_which_versions_it_speaks) {
  framework_info info;
  info.name = "test";
  auto answer = std::get<subscribed>(book.add_framework(info));
  BOOST_CHECK(answer.protocol == spoken_protocol);
  BOOST_CHECK(book.report(answer.framework, {{}, 1, {}, {}}, t0).protocol == spoken_protocol);
  auto agent = agents.at(a1);
  BOOST_CHECK(std::get<agent_registered>(book.report(agent, t0)).protocol == spoken_protocol);
  agent.protocol = {spoken_protocol.newest + 1, spoken_protocol.newest + 1};
  BOOST_CHECK(std::holds_alternative<refusal>(book.report(agent, t0)));
}

BOOST_AUTO_TEST_CASE(losing_the_last_agent_of_an_ended_framework_removes_it) {
  auto f = run("t");
  book.remove_framework(f);
  book.remove_agent(a1, t0);
  BOOST_CHECK(book.view({listing::frameworks}).frameworks.empty());
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

// What is offered, accepted, declined and rescinded.
#include "cluster_fixture.hpp"

namespace entente::test {

BOOST_FIXTURE_TEST_SUITE(cluster_offers, cluster_fixture)

BOOST_AUTO_TEST_CASE(a_framework_is_offered_each_agent) {
  add_agent(a2);
  auto f = add_framework();
  auto made = offers();
  BOOST_REQUIRE_EQUAL(made.size(), 2u);
  BOOST_CHECK_EQUAL(made.at(a2).framework, f);
  BOOST_CHECK_EQUAL(made.at(a2).hostname, "host-of-a2");
  BOOST_CHECK_EQUAL(offered(), parse("cpus:8;mem:2048"));
}

BOOST_AUTO_TEST_CASE(an_accepted_offer_launches_and_the_rest_is_offered_again) {
  auto f = add_framework();
  accept(f, {offers().at(a1).id}, {task("t1"), task("t2", "mem:24")});
  auto launched = told<launch_tasks>();
  BOOST_REQUIRE_EQUAL(launched.size(), 1u);
  BOOST_CHECK_EQUAL(launched[0].tasks.size(), 2u);
  BOOST_CHECK_EQUAL(offered(), resources{});
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1;mem:24"));
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:3;mem:1000"));
}

BOOST_AUTO_TEST_CASE(offers_of_one_agent_are_accepted_together) {
  auto f = run("t");
  auto first = offers().at(a1).id;
  update(f, "t", 1, task_state::finished);
  auto second = offers().at(a1).id;
  accept(f, {first, second}, {task("big", "cpus:4")});
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(offers_of_two_agents_are_not_accepted_together) {
  add_agent(a2);
  auto f = add_framework();
  auto made = offers();
  accept(f, {made.at(a1).id, made.at(a2).id}, {task("t")});
  BOOST_CHECK_EQUAL(told<status_update>().at(0).state == task_state::dropped, true);
  BOOST_CHECK_EQUAL(offered(), resources{});
  BOOST_CHECK_EQUAL(offers().size(), 2u);
}

BOOST_AUTO_TEST_CASE(tasks_on_an_unknown_offer_are_dropped) {
  auto f = add_framework();
  accept(f, {offer_id{"nosuch"}}, {task("t")});
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 1u);
  BOOST_CHECK(updates[0].state == task_state::dropped);
  BOOST_CHECK(updates[0].reason == task_reason::invalid_offers);
  BOOST_CHECK_EQUAL(updates[0].sequence, 0u);
}

BOOST_AUTO_TEST_CASE(the_offer_of_somebody_else_is_not_accepted) {
  auto owner = add_framework();
  auto id = offers().at(a1).id;
  accept(add_framework(), {id}, {task("t")});
  BOOST_CHECK(told<status_update>().at(0).state == task_state::dropped);
  accept(owner, {id}, {task("t")});
  BOOST_CHECK_EQUAL(told<launch_tasks>().size(), 1u);
}

BOOST_AUTO_TEST_CASE(an_offer_named_twice_is_not_used_twice) {
  auto f = add_framework();
  auto id = offers().at(a1).id;
  accept(f, {id, id}, {task("t", "cpus:8")});
  BOOST_CHECK(told<launch_tasks>().empty());
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_repeated_accept_neither_launches_nor_drops) {
  auto f = add_framework();
  auto id = offers().at(a1).id;
  accept(f, {id}, {task("t")});
  book.take_effects();
  accept(f, {id}, {task("t")});
  BOOST_CHECK(book.take_effects().empty());
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(tasks_that_want_too_much_are_errors_and_others_run) {
  auto f = add_framework();
  accept(f, {offers().at(a1).id}, {task("t1", "cpus:3"), task("t2", "cpus:2"), task("t3")});
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  auto& update = std::get<status_update>(std::get<tell_framework>(effects[0]).message);
  BOOST_CHECK_EQUAL(update.task, task_id{"t2"});
  BOOST_CHECK(update.state == task_state::error);
  BOOST_CHECK_EQUAL(update.message, "it wants cpus:2, the offer has cpus:1;mem:1024");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:4"));
}

BOOST_AUTO_TEST_CASE(tasks_without_id_command_or_resources_are_errors) {
  auto f = add_framework();
  auto without_command = task("t");
  without_command.argv = {};
  accept(f, {offers().at(a1).id}, {task(""), task("t", ""), without_command});
  auto updates = told<status_update>();
  BOOST_REQUIRE_EQUAL(updates.size(), 3u);
  for (const auto& x : updates)
    BOOST_CHECK(x.state == task_state::error);
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(the_id_of_a_running_task_is_refused) {
  auto f = run("t");
  accept(f, {offers().at(a1).id}, {task("t")});
  BOOST_CHECK(told<status_update>().at(0).state == task_state::error);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(the_id_of_an_ended_task_is_refused) {
  auto f = run("t");
  update(f, "t", 1, task_state::finished);
  accept(f, {offers().at(a1).id}, {task("t")});
  BOOST_CHECK(told<launch_tasks>().empty());
}

BOOST_AUTO_TEST_CASE(two_frameworks_may_use_the_same_task_id) {
  book.suppress({run("t")});
  auto other = run("t");
  BOOST_CHECK_EQUAL(summary().tasks_active, 2u);
  BOOST_CHECK_EQUAL(book.find_task({}, task_id{"t"})->framework, other);
}

BOOST_AUTO_TEST_CASE(the_task_of_the_newest_framework_is_found) {
  framework_id newest;
  for (auto i = 0; i < 11; ++i) {
    newest = add_framework();
    auto id = offers().at(a1).id;
    accept(newest, {id}, {task("t", "cpus:0.1")});
    book.suppress({newest});
  }
  BOOST_CHECK_EQUAL(book.find_task({}, task_id{"t"})->framework, newest);
}

BOOST_AUTO_TEST_CASE(a_declined_offer_is_not_made_again_before_its_filter_ends) {
  auto f = add_framework();
  book.decline({f, {offers().at(a1).id}, 5s}, t0);
  BOOST_CHECK_EQUAL(offered(), resources{});
  BOOST_CHECK(offers().empty());
  BOOST_CHECK(book.next_deadline() == t0 + 5s);
  BOOST_CHECK_EQUAL(offers(t0 + 5s).size(), 1u);
}

BOOST_AUTO_TEST_CASE(the_rest_of_an_accepted_offer_is_filtered_too) {
  auto f = add_framework();
  accept(f, {offers().at(a1).id}, {task("t")}, 5s);
  BOOST_CHECK(offers().empty());
  BOOST_CHECK_EQUAL(offers(t0 + 5s).size(), 1u);
}

BOOST_AUTO_TEST_CASE(somebody_else_gets_what_was_declined) {
  auto f = add_framework();
  auto id = offers().at(a1).id;
  auto other = add_framework();
  book.decline({f, {id}, 5s}, t0);
  BOOST_CHECK_EQUAL(offers().at(a1).framework, other);
}

BOOST_AUTO_TEST_CASE(declines_of_others_and_twice_do_nothing) {
  auto f = add_framework();
  auto id = offers().at(a1).id;
  book.decline({add_framework(), {id}, 0s}, t0);
  BOOST_CHECK_EQUAL(offered(), parse("cpus:4;mem:1024"));
  book.decline({f, {id, id}, 0s}, t0);
  BOOST_CHECK_EQUAL(offers().at(a1).available, parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(a_suppressed_framework_is_offered_nothing_until_it_revives) {
  auto f = add_framework();
  book.suppress({f});
  BOOST_CHECK(offers().empty());
  book.revive({f});
  BOOST_CHECK_EQUAL(offers().size(), 1u);
}

BOOST_AUTO_TEST_CASE(an_offer_that_is_not_answered_is_rescinded_after_a_while) {
  auto f = add_framework();
  auto id = offers().at(a1).id;
  BOOST_CHECK(book.next_deadline() == t0 + 30s);
  book.expire(t0 + 29s);
  BOOST_CHECK(book.take_effects().empty());
  book.expire(t0 + 30s);
  BOOST_CHECK_EQUAL(told<offer_rescinded>().at(0).offer, id);
  accept(f, {id}, {task("t")});
  BOOST_CHECK(told<status_update>().at(0).state == task_state::dropped);
}

BOOST_AUTO_TEST_CASE(what_was_kept_in_vain_is_not_offered_to_the_same_framework_for_as_long_again) {
  auto hoarder = add_framework();
  offers();
  book.expire(t0 + 30s);
  told<offer_rescinded>();
  book.make_offers(t0 + 59s);
  BOOST_CHECK(told<resource_offers>().empty());
  book.make_offers(t0 + 60s);
  BOOST_CHECK_EQUAL(told<resource_offers>().size(), 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

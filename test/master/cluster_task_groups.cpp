// Tasks that start together or not at all, as the master takes them.
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

task_info member(const std::string& id, std::string_view limits = "cpus:1") {
  auto x = task(id, limits);
  x.group = "g";
  return x;
}

struct fixture : claims_fixture {
  /// `a:TASK_GROUP_INVALID b:TASK_GROUP_INVALID`, of the updates among the effects; what the last
  /// one says is kept.
  std::string refused() {
    std::string text;
    for (const auto& x : told<status_update>()) {
      text += (text.empty() ? "" : " ") + x.task.str() + ':' + std::string{to_string(x.reason)};
      said = x.message;
    }
    return text;
  }
  void launch_all(const grant_id& grant, std::vector<slot_task> tasks) {
    book.take_effects();
    book.launch({f, grant, std::move(tasks)}, t0);
  }
  std::string said;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_task_groups, fixture)

BOOST_AUTO_TEST_CASE(a_group_reaches_its_agent_in_one_call) {
  accept(f, {offers().at(a1).id}, {member("a"), task("on-its-own"), member("b")});
  auto calls = told<launch_tasks>();
  BOOST_REQUIRE_EQUAL(calls.size(), 1u);
  BOOST_CHECK_EQUAL(calls[0].tasks.size(), 3u);
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:3"));
  book.check();
}

BOOST_AUTO_TEST_CASE(one_wrong_task_refuses_its_group_and_no_other) {
  auto wrong = member("b");
  wrong.argv.clear();
  auto offer = offers().at(a1).id;
  book.take_effects();
  accept(f, {offer}, {member("a"), wrong, task("on-its-own")});
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
  BOOST_CHECK_EQUAL(refused(), "a:TASK_GROUP_INVALID b:TASK_GROUP_INVALID");
  BOOST_CHECK_EQUAL(said, "task \"b\" of group \"g\": a task needs a command");
  book.check();
}

BOOST_AUTO_TEST_CASE(a_group_that_does_not_fit_an_offer_as_a_whole_is_refused) {
  auto offer = offers().at(a1).id;
  accept(f, {offer}, {member("a", "cpus:3"), member("b", "cpus:2")});
  BOOST_CHECK_EQUAL(refused(), "a:TASK_GROUP_INVALID b:TASK_GROUP_INVALID");
  BOOST_CHECK(said.starts_with("task \"b\" of group \"g\": it wants cpus:2"));
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_CASE(an_id_that_a_group_has_twice_refuses_it) {
  accept(f, {offers().at(a1).id}, {member("a"), member("a")});
  BOOST_CHECK_EQUAL(refused(), "a:TASK_GROUP_INVALID a:TASK_GROUP_INVALID");
}

BOOST_AUTO_TEST_CASE(an_id_that_was_used_before_refuses_the_group) {
  accept(f, {offers().at(a1).id}, {task("a")});
  auto offer = offers().at(a1).id;
  accept(f, {offer}, {member("a"), member("b")});
  BOOST_CHECK_EQUAL(refused(), "a:TASK_GROUP_INVALID b:TASK_GROUP_INVALID");
}

BOOST_AUTO_TEST_CASE(on_a_grant_a_group_shares_one_slot) {
  auto given = grant_to("c", {{a1, 2}});
  launch_all(given.id, {{0, member("a", "cpus:0.5")}, {0, member("b", "cpus:0.5")}});
  auto calls = told<launch_tasks>();
  BOOST_REQUIRE_EQUAL(calls.size(), 1u);
  BOOST_CHECK_EQUAL(calls[0].tasks.size(), 2u);
  BOOST_CHECK(calls[0].slots == (std::vector<std::uint32_t>{0, 0}));
}

BOOST_AUTO_TEST_CASE(on_a_grant_a_group_that_does_not_fit_its_slot_is_refused) {
  auto given = grant_to("c", {{a1, 2}});
  launch_all(given.id, {{0, member("a", "cpus:0.6")}, {0, member("b", "cpus:0.6")}});
  BOOST_CHECK_EQUAL(refused(), "a:TASK_GROUP_INVALID b:TASK_GROUP_INVALID");
  BOOST_CHECK_EQUAL(said,
                    "task \"b\" of group \"g\": it wants cpus:0.6, the slot has cpus:0.4 left");
}

BOOST_AUTO_TEST_CASE(a_group_on_two_slots_is_refused) {
  auto given = grant_to("c", {{a1, 2}});
  launch_all(given.id, {{0, member("a", "cpus:0.5")}, {1, member("b", "cpus:0.5")}});
  BOOST_CHECK_EQUAL(refused(), "a:TASK_GROUP_INVALID b:TASK_GROUP_INVALID");
  BOOST_CHECK_EQUAL(
    said, "task \"b\" of group \"g\": it is for slot 1, the first of its group for slot 0");
}

BOOST_AUTO_TEST_CASE(a_group_that_is_launched_again_is_launched_once) {
  auto given = grant_to("c", {{a1, 1}});
  std::vector<slot_task> both{{0, member("a", "cpus:0.5")}, {0, member("b", "cpus:0.5")}};
  launch_all(given.id, both);
  launch_all(given.id, both);
  BOOST_CHECK(book.take_effects().empty());
  launch_all(given.id, {both[1], {0, member("new", "cpus:0.1")}});
  BOOST_CHECK_EQUAL(refused(), "new:TASK_GROUP_INVALID");
}

BOOST_AUTO_TEST_CASE(a_group_that_no_update_came_of_is_said_again_as_a_whole) {
  auto given = grant_to("c", {{a1, 1}});
  launch_all(given.id, {{0, member("a", "cpus:0.5")}, {0, member("b", "cpus:0.5")}});
  BOOST_CHECK(!book.kill({f, task_id{"b"}, {}}));
  book.take_effects();
  report(a1, {part_of(given, f, a1)});
  auto effects = book.take_effects();
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  auto& call = std::get<launch_tasks>(std::get<tell_agent>(effects[0]).message);
  BOOST_CHECK_EQUAL(call.tasks.size(), 2u);
  BOOST_CHECK_EQUAL(call.slots.size(), 2u);
  BOOST_CHECK_EQUAL(call.grant, given.id);
  BOOST_CHECK(std::holds_alternative<kill_task>(std::get<tell_agent>(effects[1]).message));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

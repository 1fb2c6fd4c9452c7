// What an earlier master has told lost, or should have, and what comes back to the next one.
#include "states_fixture.hpp"

namespace entente::test {

namespace {

struct fixture : states_fixture {
  fixture() {
    next_master();
    add_agent(a1);
    add_agent(a2);
    f = add_aware();
    plain = add_aware(false);
    run_on(a1, "t");
    run_for(plain, a1, "p");
  }

  /// What was decided is safe; the master dies, and another one takes over.
  void next_master() {
    for (const auto& x : book.take_changes())
      apply(written, x);
    auto what = options("n" + std::to_string(++written.lives));
    what.agent_timeout = away;
    start_anew(what);
    book.remember(written, t0, wall_time{});
    book.is_now(t0);
  }

  /// The next master, to which the frameworks have come.
  void next_master_with_frameworks() {
    next_master();
    subscribe_again(f, true);
    subscribe_again(plain, false);
    book.take_effects();
  }

  void subscribe_again(const framework_id& id, bool aware) {
    framework_info info;
    info.id = id;
    info.name = "aware";
    info.failover_timeout = 1h;
    info.partition_aware = aware;
    BOOST_REQUIRE(std::holds_alternative<subscribed>(book.add_framework(info)));
    subscribe report;
    report.info = info;
    report.revision = ++revisions;
    book.report(id, report, t0);
  }

  task_entry running_for(const framework_id& who, const std::string& id) {
    auto x = running(id, a1);
    x.framework = x.last.framework = who;
    return x;
  }

  /// All that ran there runs on.
  agent_registered back_with_both() {
    return back(a1, {running("t", a1), running_for(plain, "p")});
  }

  registry_state written;
  framework_id plain;  ///< not partition aware
  std::uint64_t revisions = 0;
};

std::string abandoned(const agent_registered& x) {
  std::string text;
  for (const auto& task : x.abandon)
    text += (text.empty() ? "" : " ") + task.task.str();
  return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_earlier, fixture)

BOOST_AUTO_TEST_CASE(what_an_earlier_master_told_unreachable_is_there_again) {
  lose(a1);
  next_master_with_frameworks();
  BOOST_CHECK_EQUAL(abandoned(back_with_both()), "p");
  book.take_effects();
  BOOST_CHECK_EQUAL(abandoned(back(a1, {running("t", a1)})), "");
  auto told_now = told<status_update>();
  BOOST_REQUIRE_EQUAL(told_now.size(), 1u);
  BOOST_CHECK(told_now[0].state == task_state::running);
  BOOST_CHECK(told_now[0].reason == task_reason::agent_reregistered);
  BOOST_CHECK_EQUAL(told_now[0].sequence, 0u);
  BOOST_CHECK_EQUAL(task_state_of("t"), "RUNNING");
  BOOST_CHECK_EQUAL(allocated(), parse("cpus:1"));
  book.check();
}

BOOST_AUTO_TEST_CASE(what_an_earlier_master_told_lost_is_told_so_once_more_and_ends) {
  lose(a1);
  next_master_with_frameworks();
  back_with_both();
  BOOST_CHECK_EQUAL(updates(), "p:LOST");
  BOOST_CHECK_EQUAL(abandoned(back_with_both()), "p");
  BOOST_CHECK_EQUAL(updates(), "");
  book.check();
}

BOOST_AUTO_TEST_CASE(an_agent_that_came_to_the_next_master_too_late_is_treated_likewise) {
  next_master_with_frameworks();
  add_agent(a2);
  book.expire(t0 + away);
  book.take_effects();
  BOOST_REQUIRE_EQUAL(agent_state(a1), "unreachable");
  BOOST_CHECK_EQUAL(abandoned(back_with_both()), "p");
  BOOST_CHECK_EQUAL(updates(), "p:LOST");
  back(a1, {running("t", a1)});
  BOOST_CHECK_EQUAL(updates(), "t:RUNNING");
}

BOOST_AUTO_TEST_CASE(a_framework_that_comes_after_its_agent_hears_the_same) {
  lose(a1);
  next_master();
  back_with_both();
  back(a1, {running("t", a1)});
  book.take_effects();
  subscribe_again(f, true);
  BOOST_CHECK_EQUAL(updates(), "t:RUNNING");
  subscribe_again(plain, false);
  BOOST_CHECK_EQUAL(updates(), "p:LOST");
}

BOOST_AUTO_TEST_CASE(tasks_on_an_agent_that_is_gone_are_told_so_by_the_next_master_too) {
  next_master_with_frameworks();
  BOOST_REQUIRE(!book.change(drain_agent{a1, std::nullopt, true}, t0));
  add_agent(a2);
  book.expire(t0 + away);
  book.take_effects();
  BOOST_REQUIRE_EQUAL(agent_state(a1), "gone");
  BOOST_CHECK_EQUAL(abandoned(back_with_both()), "t p");
  BOOST_CHECK_EQUAL(updates(), "t:GONE_BY_OPERATOR p:LOST");
}

BOOST_AUTO_TEST_CASE(slots_that_an_earlier_master_told_lost_are_given_back) {
  auto given = grant_to("c", {{a1, 1}});
  launch(given.id, 0, task("s"));
  update(f, "s", 1, task_state::running);
  lose(a1);
  next_master_with_frameworks();
  auto answer = back(a1, {running("s", a1, given.id)}, {part_of(given, f, a1, true)});
  BOOST_CHECK_EQUAL(answer.release.size(), 1u);
  update(f, "s", 3, task_state::killed);
  BOOST_CHECK_EQUAL(updates(), "s:KILLED");
  back(a1, {});
  BOOST_CHECK_EQUAL(agent_state(a1), "registered");
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

// -- what a framework has missed ------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_framework_that_was_away_hears_that_its_tasks_are_there_again) {
  lose(a1);
  book.disconnect_framework(f, t0 + away);
  back_with_both();
  back(a1, {running("t", a1)});
  book.take_effects();
  subscribe_again(f, true);
  BOOST_CHECK_EQUAL(updates(), "t:RUNNING");
}

BOOST_AUTO_TEST_CASE(what_an_agent_tells_later_itself_is_not_made_up) {
  lose(a1);
  back_with_both();
  back(a1, {running("t", a1)});
  update(f, "t", 9, task_state::running);
  book.take_effects();
  subscribe_again(f, true);
  BOOST_CHECK_EQUAL(updates(), "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

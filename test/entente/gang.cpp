// The ranks of a grant, and what their ends mean together.
#include "apps/entente/gang.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <set>

#include "updates.hpp"

namespace entente::test {

namespace {

/// A grant of slots on hosts h0, h1 and so on, with two ports each.
grant slots(std::uint16_t count) {
  grant result;
  result.id = grant_id{"g"};
  for (std::uint16_t i = 0; i < count; ++i) {
    granted_slot slot;
    slot.agent = agent_id{"a" + std::to_string(i)};
    slot.hostname = "h" + std::to_string(i);
    slot.ports = {static_cast<std::uint16_t>(100 + i), static_cast<std::uint16_t>(200 + i)};
    result.slots.push_back(std::move(slot));
  }
  return result;
}

task_info task() {
  task_info result;
  result.id = task_id{"t"};
  result.name = "job";
  result.argv = {"true"};
  result.env = {{"OWN", "x"}};
  return result;
}

entente::gang gang_of(std::uint16_t size) {
  return {slots(size), task()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(gang)

// -- what is launched ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_slot_gets_the_task_with_its_rank_in_id_and_name) {
  auto call = gang_of(3).launch();
  BOOST_CHECK_EQUAL(call.grant, grant_id{"g"});
  BOOST_REQUIRE_EQUAL(call.tasks.size(), 3u);
  for (std::uint32_t rank = 0; rank < 3; ++rank) {
    const auto& x = call.tasks[rank];
    BOOST_CHECK_EQUAL(x.rank, rank);
    BOOST_CHECK_EQUAL(x.task.id, task_id{"t-" + std::to_string(rank)});
    BOOST_CHECK_EQUAL(x.task.name, "job-" + std::to_string(rank));
    BOOST_CHECK(x.task.argv == task().argv);
  }
}

BOOST_AUTO_TEST_CASE(a_gang_of_one_keeps_its_id_and_name) {
  auto call = gang_of(1).launch();
  BOOST_REQUIRE_EQUAL(call.tasks.size(), 1u);
  BOOST_CHECK_EQUAL(call.tasks[0].task.id, task_id{"t"});
  BOOST_CHECK_EQUAL(call.tasks[0].task.name, "job");
}

BOOST_AUTO_TEST_CASE(each_rank_knows_its_rank_the_size_and_all_hosts) {
  auto call = gang_of(3).launch();
  for (std::uint32_t rank = 0; rank < 3; ++rank) {
    const auto& env = call.tasks.at(rank).task.env;
    BOOST_CHECK_EQUAL(env.at("ENTENTE_RANK"), std::to_string(rank));
    BOOST_CHECK_EQUAL(env.at("ENTENTE_SIZE"), "3");
    BOOST_CHECK_EQUAL(env.at("ENTENTE_HOSTS"), "h0:100,h1:101,h2:102");
    BOOST_CHECK_EQUAL(env.at("OWN"), "x");
  }
}

BOOST_AUTO_TEST_CASE(a_host_of_a_slot_without_ports_is_only_named) {
  auto x = slots(2);
  x.slots[0].ports.clear();
  BOOST_CHECK_EQUAL(hosts_of(x), "h0,h1:101");
}

BOOST_AUTO_TEST_CASE(addresses_of_IPv6_are_told_from_their_ports) {
  auto x = slots(2);
  x.slots[0].hostname = "fd66::5";
  BOOST_CHECK_EQUAL(hosts_of(x), "[fd66::5]:100,h1:101");
}

BOOST_AUTO_TEST_CASE(ids_are_in_the_order_of_ranks) {
  BOOST_CHECK((gang_of(2).ids() == std::vector{task_id{"t-0"}, task_id{"t-1"}}));
}

BOOST_AUTO_TEST_CASE(a_rank_that_is_launched_again_has_a_new_id_and_knows_that_it_is_another_life) {
  auto x = gang_of(2);
  x.update(exited("t-1", 1));
  auto call = x.launch_again(1, 3);
  BOOST_REQUIRE_EQUAL(call.tasks.size(), 1u);
  BOOST_CHECK_EQUAL(call.tasks[0].rank, 1u);
  BOOST_CHECK_EQUAL(call.tasks[0].task.id, task_id{"t-1.r3"});
  BOOST_CHECK_EQUAL(call.tasks[0].task.env.at("ENTENTE_RESTART"), "3");
  BOOST_CHECK(!x.ended(1));
  BOOST_CHECK(x.launch_again(1, 4).tasks[0].task.id == task_id{"t-1.r4"});
}

// -- what is heard ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_update_is_of_the_rank_whose_task_it_names) {
  auto x = gang_of(2);
  BOOST_CHECK(x.update(update("t-1", task_state::running)) == 1u);
  BOOST_CHECK(x.last(1)->state == task_state::running);
  BOOST_CHECK(!x.last(0));
}

BOOST_AUTO_TEST_CASE(an_update_of_a_task_of_somebody_else_is_of_no_rank) {
  auto x = gang_of(2);
  BOOST_CHECK(!x.update(update("t", task_state::running)));
  BOOST_CHECK(!x.update(update("t-2", task_state::running)));
}

BOOST_AUTO_TEST_CASE(a_rank_that_has_ended_stays_as_it_ended) {
  auto x = gang_of(2);
  x.update(exited("t-0", 3));
  x.update(update("t-0", task_state::running));
  x.update(update("t-0", task_state::lost));
  BOOST_CHECK(x.ended(0));
  BOOST_CHECK_EQUAL(x.last(0)->exit_code.value_or(-1), 3);
}

BOOST_AUTO_TEST_CASE(all_have_ended_when_the_last_has) {
  auto x = gang_of(2);
  x.update(exited("t-1", 0));
  BOOST_CHECK(!x.all_ended());
  x.update(exited("t-0", 0));
  BOOST_CHECK(x.all_ended());
}

BOOST_AUTO_TEST_CASE(all_run_when_each_does_or_has_ended) {
  auto x = gang_of(3);
  x.update(update("t-0", task_state::running));
  x.update(exited("t-1", 0));
  x.update(update("t-2", task_state::starting));
  BOOST_CHECK(!x.all_run());
  x.update(update("t-2", task_state::running));
  BOOST_CHECK(x.all_run());
}

BOOST_AUTO_TEST_CASE(a_rank_that_is_lost_breaks_the_gang_and_one_that_fails_does_not) {
  auto x = gang_of(3);
  x.update(exited("t-0", 1));
  x.update(died("t-1", SIGKILL, task_state::failed));
  BOOST_CHECK(!x.broken());
  x.update(update("t-2", task_state::lost));
  BOOST_CHECK(x.broken());
}

BOOST_AUTO_TEST_CASE(a_rank_whose_supervisor_was_killed_has_failed_and_breaks_the_gang) {
  auto x = gang_of(2);
  auto unseen = update("t-1", task_state::failed);
  unseen.reason = task_reason::executor_terminated;
  x.update(unseen);
  BOOST_CHECK(x.broken());
  x.update(exited("t-0", 0));
  BOOST_CHECK_EQUAL(x.outcome(false).code, 1);
}

BOOST_AUTO_TEST_CASE(a_rank_that_cannot_start_breaks_the_gang) {
  for (auto state : {task_state::failed, task_state::dropped, task_state::error}) {
    auto x = gang_of(2);
    x.update(update("t-1", state));
    BOOST_CHECK(x.broken());
  }
}

BOOST_AUTO_TEST_CASE(each_rank_is_probed_at_a_port_of_its_own_slot) {
  entente::gang x{slots(2), task(), wanted_health{health_check{tcp_probe{1}}, 1}};
  auto call = x.launch();
  BOOST_CHECK(call.tasks.at(0).task.health == health_check{tcp_probe{200}});
  BOOST_CHECK(call.tasks.at(1).task.health == health_check{tcp_probe{201}});
}

// -- the outcome --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_gang_whose_ranks_all_end_well_ends_with_0) {
  auto x = gang_of(2);
  x.update(exited("t-0", 0));
  x.update(exited("t-1", 0));
  BOOST_CHECK_EQUAL(x.outcome(false).code, 0);
  BOOST_CHECK_EQUAL(x.outcome(false).message, "");
}

BOOST_AUTO_TEST_CASE(the_lowest_rank_that_fails_decides_whichever_failed_first) {
  auto x = gang_of(4);
  x.update(exited("t-3", 7));
  x.update(exited("t-2", 5));
  x.update(exited("t-1", 0));
  x.update(exited("t-0", 0));
  BOOST_CHECK_EQUAL(x.outcome(false).code, 5);
}

BOOST_AUTO_TEST_CASE(ranks_that_were_killed_because_another_was_lost_do_not_count) {
  auto x = gang_of(2);
  x.update(update("t-1", task_state::lost));
  x.update(died("t-0", SIGTERM, task_state::killed));
  BOOST_CHECK_EQUAL(x.outcome(false).code, 1);
  BOOST_CHECK(x.outcome(false).message.starts_with("task t-1 "));
}

BOOST_AUTO_TEST_CASE(a_rank_that_failed_before_another_was_lost_counts) {
  auto x = gang_of(2);
  x.update(exited("t-0", 9));
  x.update(update("t-1", task_state::lost));
  BOOST_CHECK_EQUAL(x.outcome(false).code, 9);
}

BOOST_AUTO_TEST_CASE(a_rank_that_somebody_killed_counts_if_none_is_lost) {
  auto x = gang_of(2);
  x.update(exited("t-0", 0));
  x.update(died("t-1", SIGTERM, task_state::killed));
  BOOST_CHECK_EQUAL(x.outcome(false).code, 128 + SIGTERM);
}

BOOST_AUTO_TEST_CASE(an_interrupted_gang_ends_with_130_however_its_ranks_end) {
  auto x = gang_of(2);
  x.update(exited("t-0", 3));
  x.update(died("t-1", SIGTERM, task_state::killed));
  BOOST_CHECK_EQUAL(x.outcome(true).code, 130);
  BOOST_CHECK_EQUAL(x.outcome(true).message, "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

// Claims, grants and what runs on them, with the real actors in one process and real tasks.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "claims_fixture.hpp"

namespace entente::test {

namespace {

/// How many slots the grant has on the agent.
auto slots_on(const grant& x, const std::string& agent) {
  return std::ranges::count(x.slots, agent_id{agent}, &granted_slot::agent);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(claims, claims_fixture)

// -- getting slots ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_claim_gets_all_its_slots_and_tasks_run_in_each) {
  auto x = granted(slots("c", 4));
  BOOST_CHECK_EQUAL(x.claim, claim_id{"c"});
  BOOST_REQUIRE_EQUAL(x.slots.size(), 4u);
  BOOST_CHECK_EQUAL(slots_on(x, "a1"), 2);
  BOOST_CHECK_EQUAL(slots_on(x, "a2"), 2);
  launch(x, {{0, task("t0", {"true"})},
             {1, task("t1", {"true"})},
             {2, task("t2", {"true"})},
             {3, task("t3", {"true"})}});
  for (std::size_t rank = 0; rank < 4; ++rank) {
    auto end = heard.end_of("t" + std::to_string(rank));
    BOOST_CHECK(end.state == task_state::finished);
    BOOST_CHECK_EQUAL(end.agent, x.slots[rank].agent);
  }
}

BOOST_AUTO_TEST_CASE(a_claim_takes_more_slots_than_it_needs_if_it_may) {
  auto x = slots("c", 2);
  x.max_count = 10;
  BOOST_CHECK_EQUAL(granted(x).slots.size(), 4u);
}

BOOST_AUTO_TEST_CASE(slots_of_one_agent_have_ports_of_their_own) {
  start_agent("a3", "cpus:3;ports:[100-102]");
  auto x = slots("c", 3);
  x.ports = 1;
  std::set<std::uint16_t> ports;
  for (const auto& slot : granted(x).slots) {
    BOOST_CHECK_EQUAL(slot.agent, agent_id{"a3"});
    ports.insert(slot.ports.begin(), slot.ports.end());
  }
  BOOST_CHECK((ports == std::set<std::uint16_t>{100, 101, 102}));
}

BOOST_AUTO_TEST_CASE(ten_claims_of_everything_are_served_one_after_the_other) {
  constexpr std::size_t count = 10;
  for (std::size_t i = 0; i < count; ++i)
    ask_for(slots("c" + std::to_string(i), 4));
  std::set<claim_id> served;
  for (std::size_t i = 0; i < count; ++i) {
    auto x = heard.heard<claim_granted>(i).grant;
    BOOST_CHECK_EQUAL(x.slots.size(), 4u);
    BOOST_CHECK_EQUAL(heard.count<claim_granted>(), i + 1);
    served.insert(x.claim);
    release(x);
  }
  BOOST_CHECK_EQUAL(served.size(), count);
}

BOOST_AUTO_TEST_CASE(a_claim_waits_until_another_framework_is_done) {
  granted(slots("c", 4));
  auto other = join(heard_by_other);
  me->send(other, claim_slots{{}, slots("d", 4), 0});
  me->send(driver, teardown{});
  BOOST_CHECK_EQUAL(heard_by_other.heard<claim_granted>().grant.slots.size(), 4u);
}

BOOST_AUTO_TEST_CASE(a_claim_that_is_withdrawn_is_not_served_any_more) {
  auto all = granted(slots("c", 4));
  ask_for(slots("d", 4));
  me->send(driver, withdraw_claim{{}, claim_id{"d"}, 0});
  ask_for(slots("e", 4));
  release(all);
  BOOST_CHECK_EQUAL(heard.heard<claim_granted>(1).grant.claim, claim_id{"e"});
  for (const auto& x : view(listing::claims).claims)
    BOOST_CHECK(x.claim.id != claim_id{"d"} || x.state == claim_state::withdrawn);
}

// -- refused claims -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_claim_larger_than_the_cluster_is_refused_with_reasons) {
  ask_for(slots("c", 5));
  auto x = heard.heard<claim_refused>();
  BOOST_CHECK_EQUAL(x.claim, claim_id{"c"});
  BOOST_REQUIRE(!x.reasons.empty());
  BOOST_CHECK_EQUAL(x.reasons.front(), "5 slots of cpus:1 wanted, 4 free");
}

BOOST_AUTO_TEST_CASE(a_claim_that_may_not_wait_is_refused_when_there_is_no_room) {
  granted(slots("c", 3));
  auto now_or_never = slots("d", 2);
  now_or_never.wait = 0ms;
  ask_for(now_or_never);
  auto x = heard.heard<claim_refused>();
  BOOST_CHECK_EQUAL(x.claim, claim_id{"d"});
  BOOST_REQUIRE(!x.reasons.empty());
  BOOST_CHECK_EQUAL(x.reasons.front(), "2 slots of cpus:1 wanted, 1 free");
}

BOOST_AUTO_TEST_CASE(a_claim_that_makes_no_sense_is_refused_with_the_reason) {
  ask_for(slots("c", 0));
  BOOST_CHECK(!heard.heard<claim_refused>().reasons.empty());
  auto unknown = slots("d", 1);
  unknown.slot_class = "no-such-class";
  ask_for(unknown);
  auto x = heard.heard<claim_refused>(1);
  BOOST_REQUIRE_EQUAL(x.reasons.size(), 1u);
  BOOST_CHECK(x.reasons.front().find("no-such-class") != std::string::npos);
}

// -- tasks in slots -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_slot_takes_tasks_as_long_as_they_fit) {
  auto half = [](const std::string& id) {
    auto result = task(id, {"true"});
    result.limits = parse("cpus:0.5");
    return result;
  };
  auto x = granted(slots("c", 1));
  launch(x, {{0, half("t0")}, {0, half("t1")}, {0, half("t2")}});
  BOOST_CHECK(heard.end_of("t0").state == task_state::finished);
  BOOST_CHECK(heard.end_of("t1").state == task_state::finished);
  auto refused = heard.end_of("t2");
  BOOST_CHECK(refused.state == task_state::error);
  BOOST_CHECK(refused.message.starts_with("it wants cpus:0.5, "));
  launch(x, {{0, half("t3")}});
  BOOST_CHECK(heard.end_of("t3").state == task_state::finished);
}

BOOST_AUTO_TEST_CASE(a_rank_that_the_grant_has_not_is_refused) {
  launch(granted(slots("c", 2)), {{2, task("t", {"true"})}});
  BOOST_CHECK(heard.end_of("t").state == task_state::error);
}

BOOST_AUTO_TEST_CASE(a_task_on_a_grant_that_was_given_back_is_dropped) {
  auto x = granted(slots("c", 1));
  release(x);
  granted(slots("d", 4));
  launch(x, {{0, task("t", {"true"})}});
  BOOST_CHECK(heard.end_of("t").state == task_state::dropped);
}

// -- giving slots back --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(released_slots_are_free_again) {
  for (const auto* id : {"c", "d", "e"})
    release(granted(slots(id, 4)));
  granted(slots("f", 4));
  for (const auto& x : view(listing::agents).agents)
    BOOST_CHECK_EQUAL(x.allocated, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(a_slot_that_is_released_ends_its_tasks_and_the_others_stay) {
  auto x = granted(slots("c", 4));
  auto victim = shell("u", "while :; do sleep 1000; done");
  launch(x, {{0, victim}, {3, endless()}});
  auto other = pid();
  release(x, {0, 1});
  BOOST_CHECK(heard.end_of("u").state == task_state::killed);
  BOOST_CHECK_EQUAL(granted(slots("d", 2)).slots.size(), 2u);
  BOOST_CHECK(is_alive(other));
}

BOOST_AUTO_TEST_CASE(the_slots_of_a_framework_that_ends_are_free_and_its_tasks_are_gone) {
  auto other = join(heard_by_other);
  auto x = granted(slots("c", 4));
  launch(x, {{2, endless()}});
  auto process = pid();
  me->send(driver, teardown{});
  me->send(other, claim_slots{{}, slots("d", 4), 0});
  heard_by_other.heard<claim_granted>();
  BOOST_CHECK(!is_alive(process));
}

// -- with options of their own --------------------------------------------------------

namespace {

struct impatient : claims_fixture {
  static cluster_options options() {
    auto result = default_options();
    result.agreement.unused_grant_timeout = 50ms;
    return result;
  }
  impatient() : claims_fixture(options()) {}
};

struct with_classes : claims_fixture {
  static cluster_options options() {
    auto result = default_options();
    result.slot_classes = {{"small", parse("cpus:1")}, {"large", parse("cpus:2")}};
    return result;
  }
  with_classes() : claims_fixture(options()) {}
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a_grant_that_is_not_used_is_taken_back_and_told, impatient) {
  auto x = granted(slots("c", 4));
  auto told = heard.heard<grant_ended>();
  BOOST_CHECK_EQUAL(told.grant, x.id);
  BOOST_CHECK(!told.message.empty());
  BOOST_CHECK_EQUAL(granted(slots("d", 4)).slots.size(), 4u);
}

BOOST_FIXTURE_TEST_CASE(a_grant_is_taken_back_when_its_last_task_has_long_ended, impatient) {
  auto x = granted(slots("c", 4));
  launch(x, {{0, endless()}});
  pid();
  kill("t");
  BOOST_CHECK(heard.end_of("t").state == task_state::killed);
  BOOST_CHECK_EQUAL(heard.heard<grant_ended>().grant, x.id);
}

BOOST_FIXTURE_TEST_CASE(the_pool_is_told_by_class_and_again_when_it_changes, with_classes) {
  BOOST_CHECK((heard.pool_with("small", 4) == pool_entry{"small", parse("cpus:1"), 4, 4}));
  BOOST_CHECK((heard.pool_with("large", 2) == pool_entry{"large", parse("cpus:2"), 2, 2}));
  auto wanted = slots("c", 3);
  wanted.slot_class = "small";
  auto x = granted(wanted);
  BOOST_CHECK_EQUAL(x.slot_class, "small");
  BOOST_CHECK_EQUAL(heard.pool_with("small", 1).total, 4u);
  BOOST_CHECK_EQUAL(heard.pool_with("large", 0).total, 2u);
  release(x);
  BOOST_CHECK_EQUAL(heard.pool_with("small", 4).free, 4u);
  for (const auto& agent : view(listing::agents).agents)
    BOOST_CHECK_EQUAL(agent.allocated, resources{});
}

BOOST_FIXTURE_TEST_CASE(a_class_decides_about_the_limits, with_classes) {
  auto wanted = slots("c", 2);
  wanted.slot_class = "large";
  auto x = granted(wanted);
  BOOST_CHECK_EQUAL(x.limits, parse("cpus:2"));
  BOOST_CHECK_EQUAL(heard.pool_with("large", 0).free, 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

// A new master charges the roles that agents report.
#include "shares_fixture.hpp"

namespace entente::test {

namespace {

/// A framework of two roles, of which an earlier master knew; the new one knows nothing so far.
struct fixture : shares_fixture {
  fixture() {
    add_agent(a2);
    act_in("prod", {"batch"});
    auto x = claim_of("c", 2);
    x.role = "batch";
    x.preemptible = true;
    auto plan = round_for(x);
    book.round_ended(granted(plan.id, {{a1, 1}, {a2, 1}}), t0);
    given = told<claim_granted>().at(0).grant;
    auto next = options("n");
    next.agent_timeout = 75s;
    start_anew(next);
  }

  grant_part part(const agent_id& agent, const std::string& role = "batch") {
    auto x = part_of(given, f, agent);
    x.role = role;
    x.preemptible = true;
    return x;
  }

  task_entry task_of(const std::string& role) {
    auto x = running("t", a1);
    x.role = role;
    return x;
  }

  void come_back() {
    framework_info info;
    info.id = f;
    info.name = "of-prod";
    info.role = "prod";
    info.more_roles = {"batch"};
    book.add_framework(info);
  }

  grant given;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_role_recovery, fixture)

BOOST_AUTO_TEST_CASE(a_grant_is_charged_to_the_role_that_its_agents_report) {
  report(a1, {part(a1)});
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:1"));
  report(a2, {part(a2)});
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:2"));
  BOOST_CHECK_EQUAL(role("prod").name, "");
}

BOOST_AUTO_TEST_CASE(a_recovered_grant_is_listed_with_its_role_and_whether_it_can_be_taken_back) {
  come_back();
  report(a1, {part(a1)});
  report(a2, {part(a2)});
  BOOST_CHECK_EQUAL(entry("c").role, "batch");
  BOOST_CHECK(entry("c").claim.preemptible);
}

BOOST_AUTO_TEST_CASE(a_recovered_grant_is_uncharged_when_it_is_given_back) {
  come_back();
  report(a1, {part(a1)});
  report(a2, {part(a2)});
  give_back(given.id);
  released_by(a1, given.id);
  released_by(a2, given.id);
  BOOST_CHECK_EQUAL(role("batch").allocated, resources{});
  BOOST_CHECK_EQUAL(allocated(), resources{});
}

BOOST_AUTO_TEST_CASE(a_task_is_charged_to_the_role_that_its_agent_reports) {
  report(a1, {}, {task_of("batch")});
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:1"));
  come_back();
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:1"));
  update(f, "t", 2, task_state::finished);
  BOOST_CHECK_EQUAL(role("batch").allocated, resources{});
}

BOOST_AUTO_TEST_CASE(a_task_in_a_grant_is_charged_with_the_grant_only) {
  come_back();
  auto inside = running("t", a1, given.id);
  report(a1, {part(a1)}, {inside});
  report(a2, {part(a2)});
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:2"));
  BOOST_CHECK_EQUAL(role("*").allocated, resources{});
}

BOOST_AUTO_TEST_CASE(what_an_older_agent_names_no_role_for_is_charged_to_the_default_role) {
  report(a1, {part(a1, "")}, {task_of("")});
  BOOST_CHECK_EQUAL(role("*").allocated, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(what_is_recovered_counts_for_a_limit) {
  report(a1, {part(a1)});
  report(a2, {part(a2)});
  come_back();
  set("batch", "", "cpus:3");
  auto x = claim_of("next", 2);
  x.role = "batch";
  add_claim(x);
  BOOST_CHECK_EQUAL(served(), "");
  BOOST_CHECK(has(reasons("next"), "role batch has the limit cpus:3 and has taken cpus:2"));
}

BOOST_AUTO_TEST_CASE(what_is_recovered_beyond_a_limit_stays) {
  auto what = options("n");
  what.roles = {{"batch", {1, {}, parse("cpus:1"), false}}};
  start_anew(what);
  come_back();
  report(a1, {part(a1)});
  report(a2, {part(a2)});
  BOOST_CHECK_EQUAL(state("c"), "granted");
  BOOST_CHECK_EQUAL(role("batch").allocated, parse("cpus:2"));
}

BOOST_AUTO_TEST_CASE(what_is_recovered_uses_the_reservation_of_its_role) {
  agents.at(a1).info.reservations = {{"batch", parse("cpus:2")}};
  report(a1, {part(a1)});
  act_in("live");
  BOOST_CHECK_EQUAL(offered_now(), "live@a1:cpus:2;mem:1024");
}

BOOST_AUTO_TEST_CASE(what_is_no_role_is_charged_to_the_default_role) {
  for (const auto* name : {".", "/", "a//b", "batch/."}) {
    start_anew(options("n"));
    report(a1, {part(a1, name)}, {task_of(name)});
    BOOST_CHECK_EQUAL(role("*").allocated, parse("cpus:2"));
    BOOST_CHECK_EQUAL(book.view({listing::roles}).roles.size(), 1u);
  }
}

BOOST_AUTO_TEST_CASE(an_agent_that_reserves_for_what_is_no_role_is_refused) {
  auto x = agents.at(a1);
  x.info.reservations = {{"a//b", parse("cpus:1")}};
  auto answer = book.report(x, t0);
  auto* no = std::get_if<refusal>(&answer);
  BOOST_REQUIRE(no);
  BOOST_CHECK(has(no->message, "expected a role"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

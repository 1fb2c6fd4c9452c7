// What people read of listings and calls.
#include "apps/entente/rows.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

resources parse(const char* text) {
  return std::get<resources>(resources::parse(text));
}

/// The cell of that column.
template <class Entry>
std::string cell(const Entry& x, std::string_view column) {
  auto heads = head(x);
  auto at = std::ranges::find(heads, column) - heads.begin();
  return cells(x).at(static_cast<std::size_t>(at));
}

offer_record answered(offer_outcome outcome, std::chrono::milliseconds age,
                      std::chrono::milliseconds took) {
  offer_record x;
  x.outcome = outcome;
  x.age = age;
  x.took = took;
  return x;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rows)

BOOST_AUTO_TEST_CASE(each_entry_has_a_cell_in_each_column) {
  BOOST_CHECK_EQUAL(head(agent_entry{}).size(), cells(agent_entry{}).size());
  BOOST_CHECK_EQUAL(head(framework_entry{}).size(), cells(framework_entry{}).size());
  BOOST_CHECK_EQUAL(head(task_entry{}).size(), cells(task_entry{}).size());
  BOOST_CHECK_EQUAL(head(offer{}).size(), cells(offer{}).size());
  BOOST_CHECK_EQUAL(head(offer_record{}).size(), cells(offer_record{}).size());
  BOOST_CHECK_EQUAL(head(claim_entry{}).size(), cells(claim_entry{}).size());
  BOOST_CHECK_EQUAL(head(pool_entry{}).size(), cells(pool_entry{}).size());
  BOOST_CHECK_EQUAL(head(role_entry{}).size(), cells(role_entry{}).size());
}

// -- agents -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_agent_that_drains_shows_the_time_that_is_left) {
  agent_entry x;
  BOOST_CHECK_EQUAL(cells(x)[2], "registered");
  x.state = agent_state::draining;
  BOOST_CHECK_EQUAL(cells(x)[2], "draining");
  x.drain_left = std::chrono::milliseconds{42'000};
  BOOST_CHECK_EQUAL(cells(x)[2], "draining, 42s left");
}

BOOST_AUTO_TEST_CASE(a_drain_says_what_becomes_of_the_agent) {
  drain_agent x{agent_id{"a1"}};
  BOOST_CHECK_EQUAL(line_of(x), "agent a1 drains");
  x.deadline = std::chrono::milliseconds{90'000};
  x.mark_gone = true;
  BOOST_CHECK_EQUAL(line_of(x), "agent a1 drains, its tasks have at most 90s, and is gone then");
  BOOST_CHECK_EQUAL(line_of(undrain_agent{agent_id{"a1"}}), "agent a1 is in use again");
}

// -- roles --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_share_is_in_percent_with_a_decimal) {
  role_entry x;
  for (auto [share, text] : {std::pair{0.0, "0%"},
                             {0.125, "12.5%"},
                             {1.0 / 3, "33.3%"},
                             {0.0004, "0%"},
                             {0.0006, "0.1%"},
                             {1.0, "100%"},
                             {1.25, "125%"}}) {
    x.dominant_share = share;
    BOOST_CHECK_EQUAL(cell(x, "SHARE"), text);
  }
}

BOOST_AUTO_TEST_CASE(a_role_shows_its_quota_and_what_it_has) {
  role_entry x;
  x.name = "eng/ads";
  x.weight = 2.5;
  x.guarantee = parse("cpus:8;mem:16384");
  x.allocated = parse("cpus:4");
  x.frameworks = 3;
  x.claims_waiting = 7;
  BOOST_CHECK_EQUAL(cell(x, "ROLE"), "eng/ads");
  BOOST_CHECK_EQUAL(cell(x, "WEIGHT"), "2.5");
  BOOST_CHECK_EQUAL(cell(x, "GUARANTEE"), "cpus:8;mem:16384");
  BOOST_CHECK_EQUAL(cell(x, "LIMIT"), "-");
  BOOST_CHECK_EQUAL(cell(x, "ALLOCATED"), "cpus:4");
  BOOST_CHECK_EQUAL(cell(x, "RESERVED"), "-");
  BOOST_CHECK_EQUAL(cell(x, "FRAMEWORKS"), "3");
  BOOST_CHECK_EQUAL(cell(x, "CLAIMS"), "7");
}

// -- offers -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(an_age_is_as_coarse_as_people_want_it) {
  for (auto [age, text] : {std::pair{0ms, "0ms"},
                           {999ms, "999ms"},
                           {1'999ms, "1s"},
                           {599'999ms, "599s"},
                           {600'000ms, "10m"},
                           {35'999'999ms, "599m"},
                           {36'000'000ms, "10h"}})
    BOOST_CHECK_EQUAL(cell(answered(offer_outcome::accepted, age, 1ms), "AGE"), text);
}

BOOST_AUTO_TEST_CASE(an_open_offer_has_no_answer_that_could_take_long) {
  BOOST_CHECK_EQUAL(cell(answered(offer_outcome::open, 5s, 0ms), "TOOK"), "-");
  BOOST_CHECK_EQUAL(cell(answered(offer_outcome::declined, 5s, 0ms), "TOOK"), "0ms");
  BOOST_CHECK_EQUAL(cell(answered(offer_outcome::timed_out, 40s, 30s), "TOOK"), "30000ms");
  BOOST_CHECK_EQUAL(cell(answered(offer_outcome::timed_out, 40s, 30s), "OUTCOME"), "timed_out");
}

BOOST_AUTO_TEST_CASE(an_offer_shows_whom_it_is_charged_to_and_what_of_it_is_reserved) {
  offer x;
  x.role = "eng";
  x.available = parse("cpus:4");
  BOOST_CHECK_EQUAL(cell(x, "ROLE"), "eng");
  BOOST_CHECK_EQUAL(cell(x, "RESERVED"), "-");
  x.reserved = parse("cpus:1");
  BOOST_CHECK_EQUAL(cell(x, "RESERVED"), "cpus:1");
}

BOOST_AUTO_TEST_CASE(a_framework_shows_all_its_roles_and_how_many_offers_it_took) {
  framework_entry x;
  x.info.role = "eng";
  x.info.more_roles = {"ops", "lab"};
  x.offers = {12, 3, 4, 1, 2};
  BOOST_CHECK_EQUAL(cell(x, "ROLE"), "eng,ops,lab");
  BOOST_CHECK_EQUAL(cell(x, "OFFERS"), "12/3");
}

// -- tasks --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_shows_its_health_if_that_is_known) {
  task_entry x;
  x.last.state = task_state::running;
  BOOST_CHECK_EQUAL(cell(x, "STATE"), "RUNNING");
  x.last.health = task_health::unhealthy;
  BOOST_CHECK_EQUAL(cell(x, "STATE"), "RUNNING, unhealthy");
}

// -- calls --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_call_that_was_taken_is_told_in_a_line) {
  auto amount = parse("cpus:4;mem:8192");
  BOOST_CHECK_EQUAL(line_of(set_quota{"eng", amount, {}}),
                    "role eng: guarantee cpus:4;mem:8192, limit none");
  BOOST_CHECK_EQUAL(line_of(remove_quota{"eng"}), "role eng: guarantee none, limit none");
  BOOST_CHECK_EQUAL(line_of(set_weight{"eng", 2}), "role eng: weight 2");
  BOOST_CHECK_EQUAL(line_of(reserve_resources{{}, agent_id{"a"}, "eng", amount}),
                    "agent a: cpus:4;mem:8192 reserved for role eng");
  BOOST_CHECK_EQUAL(line_of(unreserve_resources{{}, agent_id{"a"}, "eng", amount}),
                    "agent a: cpus:4;mem:8192 no longer reserved for role eng");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

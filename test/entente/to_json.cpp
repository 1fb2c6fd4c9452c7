// What scripts read of listings and calls.
#include "apps/entente/to_json.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;
using nlohmann::json;

resources parse(const char* text) {
  return std::get<resources>(resources::parse(text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(to_json)

BOOST_AUTO_TEST_CASE(a_role_has_all_that_is_known_of_it) {
  role_entry x;
  x.name = "eng/ads";
  x.weight = 2.5;
  x.guarantee = parse("cpus:8");
  x.limit = parse("mem:65536");
  x.allocated = parse("cpus:4;disk:10");
  x.offered = parse("mem:512");
  x.reserved = parse("gpus:1");
  x.dominant_share = 0.25;
  x.frameworks = 2;
  x.claims_waiting = 1;
  x.preempts = true;
  BOOST_CHECK_EQUAL(json_of(x), (json{{"name", "eng/ads"},
                                      {"weight", 2.5},
                                      {"guarantee", {{"cpus", 8}}},
                                      {"limit", {{"mem", 65536}}},
                                      {"allocated", {{"cpus", 4}, {"disk", 10}, {"mem", 0}}},
                                      {"offered", {{"cpus", 0}, {"mem", 512}}},
                                      {"reserved", {{"gpus", 1}}},
                                      {"dominant_share", 0.25},
                                      {"frameworks", 2},
                                      {"claims_waiting", 1},
                                      {"preempts", true}}));
}

BOOST_AUTO_TEST_CASE(a_whole_weight_is_a_whole_number) {
  role_entry x;
  x.weight = 2;
  BOOST_CHECK_EQUAL(json_of(x).at("weight").dump(), "2");
  x.weight = 0.001;
  BOOST_CHECK_EQUAL(json_of(x).at("weight").dump(), "0.001");
}

BOOST_AUTO_TEST_CASE(a_role_without_anything_has_empty_objects) {
  auto x = json_of(role_entry{});
  for (const auto* name : {"guarantee", "limit", "allocated", "offered", "reserved"})
    BOOST_CHECK_EQUAL(x.at(name), json::object());
}

BOOST_AUTO_TEST_CASE(a_framework_has_its_roles_and_what_became_of_its_offers) {
  framework_entry x;
  x.info.role = "eng";
  BOOST_CHECK_EQUAL(json_of(x).at("roles"), json::array({"eng"}));
  x.info.more_roles = {"ops"};
  x.offers = {12, 3, 4, 1, 2};
  BOOST_CHECK_EQUAL(json_of(x).at("role"), "eng");
  BOOST_CHECK_EQUAL(json_of(x).at("roles"), (json{"eng", "ops"}));
  BOOST_CHECK_EQUAL(
    json_of(x).at("offers"),
    (json{{"sent", 12}, {"accepted", 3}, {"declined", 4}, {"timed_out", 1}, {"rescinded", 2}}));
}

BOOST_AUTO_TEST_CASE(an_agent_has_its_reservations_by_role) {
  agent_entry x;
  BOOST_CHECK_EQUAL(json_of(x).at("reservations"), json::object());
  x.reservations = {{"eng", parse("cpus:4;mem:8192")}, {"eng/ads", parse("gpus:1")}};
  BOOST_CHECK_EQUAL(json_of(x).at("reservations"),
                    (json{{"eng", {{"cpus", 4}, {"mem", 8192}}}, {"eng/ads", {{"gpus", 1}}}}));
}

BOOST_AUTO_TEST_CASE(an_agent_says_how_long_its_tasks_have_while_it_drains) {
  agent_entry x;
  BOOST_CHECK(json_of(x).at("drain_left_ms").is_null());
  x.state = agent_state::draining;
  x.drain_left = std::chrono::milliseconds{42'000};
  BOOST_CHECK_EQUAL(json_of(x).at("drain_left_ms"), 42'000);
  BOOST_CHECK_EQUAL(json_of(x).at("state"), "draining");
}

BOOST_AUTO_TEST_CASE(nothing_is_free_of_an_agent_that_is_not_used) {
  agent_entry x;
  x.info.total = parse("cpus:4");
  BOOST_CHECK_EQUAL(free_of(x), parse("cpus:4"));
  x.state = agent_state::disconnected;
  BOOST_CHECK_EQUAL(free_of(x), resources{});
}

BOOST_AUTO_TEST_CASE(an_offer_has_its_role_and_what_of_it_is_reserved) {
  offer x;
  x.role = "eng";
  x.reserved = parse("cpus:1");
  BOOST_CHECK_EQUAL(json_of(x).at("role"), "eng");
  BOOST_CHECK_EQUAL(json_of(x).at("reserved"), (json{{"cpus", 1}}));
}

BOOST_AUTO_TEST_CASE(an_offer_of_the_past_has_its_outcome_and_how_long_that_took) {
  offer_record x{offer_id{"o"},   framework_id{"f"},       "eng", agent_id{"a"},
                 parse("cpus:4"), offer_outcome::declined, 5s,    20ms};
  BOOST_CHECK_EQUAL(json_of(x), (json{{"id", "o"},
                                      {"framework", "f"},
                                      {"role", "eng"},
                                      {"agent", "a"},
                                      {"resources", {{"cpus", 4}}},
                                      {"outcome", "declined"},
                                      {"age_ms", 5000},
                                      {"took_ms", 20}}));
  x.outcome = offer_outcome::open;
  BOOST_CHECK(json_of(x).at("took_ms").is_null());
}

BOOST_AUTO_TEST_CASE(a_claim_says_whether_its_grant_may_be_taken_back) {
  claim_entry x;
  BOOST_CHECK_EQUAL(json_of(x).at("preemptible"), false);
  x.claim.preemptible = true;
  BOOST_CHECK_EQUAL(json_of(x).at("preemptible"), true);
}

BOOST_AUTO_TEST_CASE(a_call_that_was_taken_says_what_it_has_set) {
  BOOST_CHECK_EQUAL(
    json_of(set_quota{"eng", parse("cpus:4"), {}}),
    (json{{"role", "eng"}, {"guarantee", {{"cpus", 4}}}, {"limit", json::object()}}));
  BOOST_CHECK_EQUAL(json_of(remove_quota{"eng"}), json_of(set_quota{"eng", {}, {}}));
  BOOST_CHECK_EQUAL(json_of(set_weight{"eng", 2}), (json{{"role", "eng"}, {"weight", 2}}));
  BOOST_CHECK_EQUAL(json_of(reserve_resources{{}, agent_id{"a"}, "eng", parse("cpus:4")}),
                    (json{{"agent", "a"}, {"role", "eng"}, {"reserved", {{"cpus", 4}}}}));
  BOOST_CHECK_EQUAL(json_of(unreserve_resources{{}, agent_id{"a"}, "eng", parse("cpus:4")}),
                    (json{{"agent", "a"}, {"role", "eng"}, {"unreserved", {{"cpus", 4}}}}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

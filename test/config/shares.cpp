#include "config/config.hpp"

#include "support.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace entente;
using namespace entente::test;
using namespace std::chrono_literals;

namespace {

constexpr auto host_text = R"({
  "master": {"min_offer": {"cpus": 1}, "fault_domain": "rack"},
  "agent": {"resources": {"cpus": 4, "mem": "8GB"}, "reservations": {"eng": {"cpus": 1}}},
  "roles": {"eng": {"weight": 2}},
  "hosts": {"n": {
    "master": {"fault_domain": "zone", "offer_interval": "1s"},
    "agent": {"reservations": {"eng": {"mem": "1GB"}, "ops": {"cpus": 3}}}
  }}
})";

}  // namespace

BOOST_AUTO_TEST_SUITE(shares)

// -- reading ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_master_is_told_when_and_how_to_offer) {
  auto read = read_config(R"({"master": {"offer_interval": "20ms", "fault_domain": "rack",
    "min_offer": {"cpus": 0.5, "gpus": 1}, "preemption_notice": "1m"}})",
                          "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  BOOST_TEST((read->master.offer_interval == 20ms));
  BOOST_TEST((read->master.preemption_notice == 60s));
  BOOST_TEST(read->master.fault_domain == "rack");
  resource_texts expected{{"cpus", "0.5"}, {"gpus", "1"}, {"mem", "32MB"}};
  BOOST_TEST((read->master.min_offer == expected));
}

BOOST_AUTO_TEST_CASE(a_role_is_told_its_quota_and_whether_it_preempts) {
  auto read = read_config(R"({"roles": {"eng": {"guarantee": {"cpus": 8, "mem": "16GB"},
    "limit": {"cpus": 32}, "preempts": true}, "ops": {}}})",
                          "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  role_config expected{1, {{"cpus", "8"}, {"mem", "16GB"}}, {{"cpus", "32"}}, true};
  BOOST_TEST((read->roles.at("eng") == expected));
  BOOST_TEST((read->roles.at("ops") == role_config{}));
}

BOOST_AUTO_TEST_CASE(a_host_adds_to_reservations_name_by_name) {
  temporary_folder folder;
  auto found = resolve({folder.write("c.json", host_text), "n", {}, {}});
  BOOST_REQUIRE_MESSAGE(found, errors_of(found));
  std::map<std::string, resource_texts> expected{{"eng", {{"cpus", "1"}, {"mem", "1GB"}}},
                                                 {"ops", {{"cpus", "3"}}}};
  BOOST_TEST((found->agent.reservations == expected));
  BOOST_TEST(found->master.fault_domain == "zone");
  BOOST_TEST((found->master.offer_interval == 1s));
}

BOOST_AUTO_TEST_CASE(variables_and_flags_set_what_one_text_can_say) {
  config_sources from;
  from.environment = {{"ENTENTE_MASTER_OFFER_INTERVAL", "7ms"},
                      {"ENTENTE_MASTER_FAULT_DOMAIN", "rack"},
                      {"ENTENTE_MASTER_PREEMPTION_NOTICE", "5s"}};
  from.command_line = {{"--min-mem", "master.min_offer.mem", "1GB"}};
  auto found = resolve(from);
  BOOST_REQUIRE_MESSAGE(found, errors_of(found));
  BOOST_TEST((found->master.offer_interval == 7ms));
  BOOST_TEST(found->master.fault_domain == "rack");
  BOOST_TEST((found->master.preemption_notice == 5s));
  BOOST_TEST(found->master.min_offer.at("mem") == "1GB");
}

BOOST_AUTO_TEST_CASE(what_was_read_is_written) {
  auto read = read_config(host_text, "c.json");
  BOOST_REQUIRE_MESSAGE(read, errors_of(read));
  auto written = to_json(*read);
  BOOST_TEST(written["master"]["min_offer"] == (nlohmann::json{{"cpus", "1"}, {"mem", "32MB"}}));
  BOOST_TEST(written["master"]["offer_interval"] == "5ms");
  BOOST_TEST(written["master"]["preemption_notice"] == "30s");
  BOOST_TEST(written["agent"]["reservations"]["eng"]["cpus"] == "1");
  BOOST_TEST(written["roles"]["eng"] == (nlohmann::json{{"weight", 2}, {"preempts", false}}));
  auto again = read_config(written.dump(), "again");
  BOOST_REQUIRE_MESSAGE(again, errors_of(again));
  BOOST_TEST((*again == *read));
}

// -- what is refused ----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(names_and_values_have_their_form) {
  only_error(R"({"master": {"fault_domain": ""}})", "master.fault_domain", "found \"\"");
  only_error(R"({"master": {"fault_domain": "a=b"}})", "master.fault_domain", "an attribute");
  only_error(R"({"master": {"min_offer": {"ports": "1-2"}}})", "master.min_offer.ports", "scalar");
  only_error(R"({"master": {"offer_interval": "0s"}})", "master.offer_interval", "above zero");
  only_error(R"({"roles": {"a": {"preempts": "yes"}}})", "roles.a.preempts",
             R"(expected true or false, found "yes")");
  only_error(R"({"roles": {"a": {"preempts": 1}}})", "roles.a.preempts", "found 1");
  only_error(R"({"roles": {"a": {"weight": 1000000.001}}})", "roles.a.weight", "at most 1000000");
  only_error(R"({"agent": {"reservations": {"a//b": {}}}})", "agent.reservations.a//b",
             "expected a role");
  only_error(R"({"agent": {"reservations": {"a": 1}}})", "agent.reservations.a", "an object");
}

BOOST_AUTO_TEST_CASE(only_scalars_are_guaranteed_limited_or_reserved) {
  for (std::string quota : {"guarantee", "limit"}) {
    only_error(R"({"roles": {"a": {")" + quota + R"(": {"cpus": "auto"}}}})",
               "roles.a." + quota + ".cpus", R"(found "auto")");
    only_error(R"({"roles": {"a": {")" + quota + R"(": {"licences": "1-8"}}}})",
               "roles.a." + quota + ".licences", R"(found "1-8")");
  }
  only_error(R"({"agent": {"reservations": {"a": {"mem": "auto"}}}})", "agent.reservations.a.mem",
             R"(found "auto")");
  only_error(R"({"agent": {"reservations": {"a": {"ports": "1-2"}}}})",
             "agent.reservations.a.ports", "only scalar resources");
}

BOOST_AUTO_TEST_CASE(a_limit_of_nothing_is_refused) {
  only_error(R"({"roles": {"a": {"limit": {"cpus": 0}}}})", "roles.a.limit.cpus",
             R"(expected more than zero, or no limit at all, found "0")");
}

BOOST_AUTO_TEST_CASE(the_guarantees_below_a_role_are_together_within_its_limit) {
  only_error(R"({"roles": {"a": {"limit": {"mem": "3GB"}}, "a/b": {"guarantee": {"mem": "2GB"}},
                           "a/c": {"guarantee": {"mem": "2GB"}}}})",
             "roles.a.limit.mem",
             R"(expected at least "4096MB", which the roles below it are guaranteed together, )"
             R"(found "3GB")");
  BOOST_TEST(errors_of(R"({"roles": {
    "a": {"limit": {"cpus": 4}}, "a/b": {"guarantee": {"cpus": 2}}, "a/c": {"guarantee": {"cpus": 2}},
    "ab": {"guarantee": {"cpus": 9}}, "*": {"guarantee": {"cpus": 9}}}})") == "");
}

BOOST_AUTO_TEST_CASE(a_role_between_two_stands_for_those_below_it) {
  only_error(R"({"roles": {"a": {"limit": {"cpus": 4}}, "a/b/c": {"guarantee": {"cpus": 5}}}})",
             "roles.a.limit.cpus", R"("5")");
  // Its own guarantee is theirs too: it is not counted twice.
  BOOST_TEST(errors_of(R"({"roles": {
    "a": {"limit": {"cpus": 4}}, "a/b": {"guarantee": {"cpus": 3}},
    "a/b/c": {"guarantee": {"cpus": 2}}}})") == "");
  only_error(R"({"roles": {"a": {"limit": {"cpus": 4}}, "a/b": {"guarantee": {"cpus": 3}},
                           "a/b/c": {"guarantee": {"cpus": 2}}, "a/d": {"guarantee": {"cpus": 2}}}})",
             "roles.a.limit.cpus", R"("5")");
}

BOOST_AUTO_TEST_CASE(guarantees_beyond_all_numbers_are_refused_too) {
  nlohmann::json roles{{"a", {{"limit", {{"cpus", "999999999999999"}}}}}};
  for (int i = 0; i < 12'000; ++i)
    roles["a/" + std::to_string(i)] = {{"guarantee", {{"cpus", "999999999999999"}}}};
  only_error(nlohmann::json{{"roles", roles}}.dump(), "roles.a.limit.cpus", "at least");
}

BOOST_AUTO_TEST_CASE(all_reservations_are_together_within_the_agents_numbers) {
  only_error(R"({"agent": {"resources": {"mem": "8GB"},
                           "reservations": {"a": {"mem": "6GB"}, "b": {"mem": "3GB"}}}})",
             "agent.reservations.b.mem",
             R"(expected at most the "8GB" of "resources" for all roles together, found "9216MB")");
  only_error(R"({"agent": {"reservations": {"a": {"licences": 1}}}})",
             "agent.reservations.a.licences", R"(at most the "0")");
  only_error(R"({"agent": {"resources": {"licences": "{x,y}"},
                           "reservations": {"a": {"licences": 1}}}})",
             "agent.reservations.a.licences", R"(at most the "{x,y}")");
  BOOST_TEST(errors_of(R"({"agent": {"resources": {"mem": "8GB"},
    "reservations": {"a": {"mem": "6GB"}, "b": {"mem": "2GB", "cpus": 1000}}}})") == "");
}

BOOST_AUTO_TEST_CASE(the_reservations_of_a_host_are_checked_with_its_resources) {
  only_error(R"({"agent": {"resources": {"cpus": 4}, "reservations": {"a": {"cpus": 3}}},
                 "hosts": {"n": {"agent": {"resources": {"cpus": 2}}}}})",
             "hosts.n.agent.reservations.a.cpus", R"(at most the "2")");
}

BOOST_AUTO_TEST_CASE(a_flag_may_not_leave_less_than_is_reserved) {
  temporary_folder folder;
  auto file = folder.write("c.json", R"({"agent": {"reservations": {"a": {"cpus": 3}}}})");
  auto found = resolve({file, "", {}, {{"--cpus", "agent.resources.cpus", "2"}}});
  BOOST_TEST(errors_of(found).starts_with(file + ": agent.reservations.a.cpus: expected at most"));
}

BOOST_AUTO_TEST_SUITE_END()

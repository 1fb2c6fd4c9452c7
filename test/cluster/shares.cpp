// Roles, quota, weights, reservations and the history of offers, as an operator sees them.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "support.hpp"

using namespace entente::test;

namespace {

/// Wrong usage: nothing on stdout, and one line on stderr that has `hint` in it.
void check_refused(const ending& x, const std::string& hint) {
  BOOST_CHECK_MESSAGE(x.code == 64 && x.out.empty(), x << ", wanted code 64");
  BOOST_CHECK_MESSAGE(is_one_line(x.err), x << ", wanted one line on stderr");
  BOOST_CHECK_MESSAGE(mentions(x.err, hint), x << ", wanted \"" << hint << "\" on stderr");
}

/// Done: one line on stdout that has `what` in it.
void check_done(const ending& x, const std::string& what) {
  BOOST_CHECK_MESSAGE(x.code == 0 && x.err.empty(), x << ", wanted code 0");
  BOOST_CHECK_MESSAGE(is_one_line(x.out) && mentions(x.out, what), x << ", wanted " << what);
}

/// The entry of that name; null if there is none.
json named(const json& entries, const std::string& key, const std::string& name) {
  auto found = std::ranges::find_if(entries, [&](const json& x) { return x.at(key) == name; });
  return found == entries.end() ? json{} : *found;
}

/// Two agents with 4 cpus and 2048 MB each, and what is asked of roles and agents here.
struct two_agents : cluster {
  using cluster::cluster;

  json role(const std::string& name) const {
    auto x = named(listing("roles"), "name", name);
    BOOST_REQUIRE_MESSAGE(!x.is_null(), "no role " << name);
    return x;
  }

  json reservations(const std::string& agent) const {
    return named(listing("agents"), "id", agent).at("reservations");
  }

  json history(strings options = {}) const {
    options.insert(options.begin(), {"offers", "--history", "--json"});
    auto x = entente(options);
    BOOST_REQUIRE_MESSAGE(x.code == 0, x);
    return json::parse(x.out);
  }
};

struct config_file {
  config_file()
      : path(place.write("shares.json", R"({
          "agent": {"resources": {"cpus": 4, "mem": "2GB"},
                    "reservations": {"eng": {"cpus": 1, "mem": "256MB"}}},
          "roles": {"eng": {"weight": 3, "guarantee": {"cpus": 2}, "preempts": true},
                    "lab": {"limit": {"cpus": 1}}}
        })")) {}

  workshop place;
  std::string path;
};

struct configured : config_file, two_agents {
  configured() : two_agents({"--agents", "2", "--config", config_file::path}) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(shares, two_agents)

// -- quota and weights --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_quota_is_listed_once_it_is_set_and_replaces_the_one_before) {
  check_done(entente({"quota", "set", "eng", "--guarantee", "cpus=2,mem=1GB", "--limit", "cpus=6"}),
             "role eng: guarantee cpus:2;mem:1024, limit cpus:6");
  auto x = role("eng");
  BOOST_CHECK_EQUAL(x.at("guarantee"), (json{{"cpus", 2}, {"mem", 1024}}));
  BOOST_CHECK_EQUAL(x.at("limit"), (json{{"cpus", 6}}));
  BOOST_CHECK_EQUAL(x.at("weight"), 1);
  check_done(entente({"quota", "set", "eng", "--limit", "mem=512MB"}), "limit mem:512");
  BOOST_CHECK_EQUAL(role("eng").at("guarantee"), json::object());
  BOOST_CHECK_EQUAL(role("eng").at("limit"), (json{{"mem", 512}}));
}

BOOST_AUTO_TEST_CASE(a_quota_that_is_removed_leaves_the_weight) {
  check_done(entente({"weight", "set", "eng", "2.5"}), "role eng: weight 2.5");
  check_done(entente({"quota", "set", "eng", "--guarantee", "cpus=2"}), "cpus:2");
  check_done(entente({"quota", "remove", "eng"}), "guarantee none");
  BOOST_CHECK_EQUAL(role("eng").at("guarantee"), json::object());
  BOOST_CHECK_EQUAL(role("eng").at("weight"), 2.5);
}

BOOST_AUTO_TEST_CASE(a_role_below_another_has_a_weight_of_its_own) {
  check_done(entente({"weight", "set", "eng/ads", "2"}), "role eng/ads: weight 2");
  BOOST_CHECK_EQUAL(role("eng/ads").at("weight"), 2);
}

BOOST_AUTO_TEST_CASE(what_was_done_is_told_as_JSON_to_scripts) {
  auto quota = entente({"quota", "set", "eng", "--guarantee", "cpus=2", "--json"});
  BOOST_CHECK_EQUAL(
    json::parse(quota.out),
    (json{{"role", "eng"}, {"guarantee", {{"cpus", 2}}}, {"limit", json::object()}}));
  auto weight = entente({"weight", "set", "eng", "2", "--json"});
  BOOST_CHECK_EQUAL(json::parse(weight.out), (json{{"role", "eng"}, {"weight", 2}}));
}

BOOST_AUTO_TEST_CASE(a_role_is_listed_with_what_its_frameworks_have) {
  auto client = start_shell("echo up; exec sleep 600", {"--role", "eng/ads", "--cpus", "2"});
  client.first_line();
  auto x = role("eng/ads");
  for (const auto* name : {"name", "weight", "guarantee", "limit", "allocated", "dominant_share",
                           "offered", "reserved", "frameworks", "claims_waiting", "preempts"})
    BOOST_CHECK_MESSAGE(x.contains(name), "no field " << name << " in " << x.dump());
  BOOST_CHECK_EQUAL(x.at("allocated").at("cpus"), 2);
  BOOST_CHECK_EQUAL(x.at("dominant_share"), 0.25);
  BOOST_CHECK_EQUAL(x.at("frameworks"), 1);
  auto table = entente({"roles"});
  BOOST_CHECK_MESSAGE(mentions(table.out, "eng/ads") && mentions(table.out, "25%"), table);
}

BOOST_AUTO_TEST_CASE(a_claim_may_not_pass_the_limit_of_its_role) {
  entente({"quota", "set", "eng", "--limit", "cpus=1"});
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "2", "--role", "eng", "--wait", "0s"}).code, 75);
  BOOST_CHECK_EQUAL(run_shell("", {"--role", "eng", "--wait", "0s"}).code, 0);
  entente({"quota", "remove", "eng"});
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "2", "--role", "eng", "--wait", "0s"}).code, 0);
}

BOOST_AUTO_TEST_CASE(a_guarantee_that_the_cluster_cannot_hold_has_to_be_forced) {
  check_refused(entente({"quota", "set", "eng", "--guarantee", "cpus=9"}), "cpus");
  check_done(entente({"quota", "set", "eng", "--guarantee", "cpus=9", "--force"}), "cpus:9");
  BOOST_CHECK_EQUAL(role("eng").at("guarantee"), (json{{"cpus", 9}}));
}

BOOST_AUTO_TEST_CASE(a_guarantee_above_the_limit_is_refused_with_reasons) {
  check_refused(entente({"quota", "set", "eng", "--guarantee", "cpus=3", "--limit", "cpus=2"}),
                "cpus");
}

BOOST_AUTO_TEST_CASE(quota_and_weights_that_make_no_sense_are_told_what_was_expected) {
  check_refused(entente({"quota", "set", "eng"}), "--guarantee");
  check_refused(entente({"quota", "set", "eng", "--limit", "mem=2XB"}), "2XB");
  check_refused(entente({"quota", "set", "eng", "--limit", "cpus=4GB"}), "cpus: expected a number");
  check_refused(entente({"quota", "set", "eng", "--limit", "cpus"}), "cpus=4,mem=8GB");
  check_refused(entente({"quota", "set", "eng", "--limit", "cpus=0"}), "more than zero");
  check_refused(entente({"quota", "set", "eng", "--guarantee", "cpus=-1"}), "-1");
  check_refused(entente({"quota", "set", "eng//ads", "--limit", "cpus=1"}), "eng//ads");
  check_refused(entente({"quota", "sett", "eng"}), "entente quota --help");
  check_refused(entente({"weight", "set", "eng", "-1"}), "above zero");
  check_refused(entente({"weight", "set", "eng", "0"}), "above zero");
  check_refused(entente({"weight", "set", "eng", "many"}), "many");
  check_refused(entente({"weight", "set", "eng", "1000001"}), "at most 1000000");
  check_refused(run_shell("", {"--role", "eng ads"}), "eng ads");
}

// -- reservations -------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_reserved_is_listed_until_it_is_given_back) {
  check_done(entente({"reserve", "agent-1", "--role", "eng", "--resources", "cpus=2,mem=1GB"}),
             "agent agent-1: cpus:2;mem:1024 reserved for role eng");
  BOOST_CHECK_EQUAL(reservations("agent-1"), (json{{"eng", {{"cpus", 2}, {"mem", 1024}}}}));
  BOOST_CHECK_EQUAL(reservations("agent-2"), json::object());
  BOOST_CHECK_EQUAL(role("eng").at("reserved"), (json{{"cpus", 2}, {"mem", 1024}}));
  check_done(entente({"unreserve", "agent-1", "--role", "eng", "--resources", "cpus=1,mem=1GB"}),
             "no longer reserved");
  BOOST_CHECK_EQUAL(reservations("agent-1"), (json{{"eng", {{"cpus", 1}}}}));
  check_done(entente({"unreserve", "agent-1", "--role", "eng", "--resources", "cpus=1"}), "cpus:1");
  BOOST_CHECK_EQUAL(reservations("agent-1"), json::object());
}

BOOST_AUTO_TEST_CASE(what_is_reserved_is_not_for_others) {
  entente({"reserve", "agent-1", "--role", "eng", "--resources", "cpus=4"});
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "5", "--role", "ops", "--wait", "0s"}).code, 75);
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "8", "--role", "eng/ads", "--wait", "0s"}).code, 0);
}

BOOST_AUTO_TEST_CASE(reservations_that_make_no_sense_are_refused) {
  check_refused(entente({"reserve", "agent-9", "--role", "eng", "--resources", "cpus=1"}),
                "agent-9");
  check_refused(entente({"reserve", "agent-1", "--role", "eng", "--resources", "cpus=5"}), "cpus");
  check_refused(entente({"unreserve", "agent-1", "--role", "eng", "--resources", "cpus=1"}),
                "cpus");
  check_refused(entente({"reserve", "agent-1", "--role", "eng", "--resources", "ports=1-9"}),
                "scalar");
  check_refused(entente({"reserve", "agent-1", "--resources", "cpus=1"}), "--role");
  check_refused(entente({"reserve", "agent-1", "--role", "eng"}), "--resources");
}

// -- configuration ------------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_configuration_sets_roles_and_reservations, configured) {
  auto eng = role("eng");
  BOOST_CHECK_EQUAL(eng.at("weight"), 3);
  BOOST_CHECK_EQUAL(eng.at("guarantee"), (json{{"cpus", 2}}));
  BOOST_CHECK_EQUAL(eng.at("preempts"), true);
  BOOST_CHECK_EQUAL(eng.at("reserved"), (json{{"cpus", 2}, {"mem", 512}}));
  BOOST_CHECK_EQUAL(role("lab").at("limit"), (json{{"cpus", 1}}));
  for (const auto* agent : {"agent-1", "agent-2"})
    BOOST_CHECK_EQUAL(reservations(agent), (json{{"eng", {{"cpus", 1}, {"mem", 256}}}}));
}

BOOST_FIXTURE_TEST_CASE(what_a_configuration_reserves_is_not_given_back, configured) {
  check_refused(entente({"unreserve", "agent-1", "--role", "eng", "--resources", "cpus=1"}),
                "cpus");
}

BOOST_FIXTURE_TEST_CASE(a_cluster_that_cannot_keep_its_reservations_does_not_start, workshop) {
  auto file = write("c.json", R"({"agent": {"reservations": {"eng": {"cpus": 1000000}}}})");
  check_refused(entente({"local", "--config", file}), "agent.reservations");
  check_refused(entente({"local", "--config", file, "--cpus", "2"}), "agent.reservations.eng.cpus");
}

// -- offers and claims --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_history_tells_what_became_of_the_offers_of_a_job_that_is_over) {
  auto text = write("text", "one two two\n");
  BOOST_REQUIRE_EQUAL(start("wordcount", {text}).wait().code, 0);
  auto offers = history();
  BOOST_REQUIRE(!offers.empty());
  std::set<std::string> outcomes;
  for (const auto& x : offers) {
    for (const auto* name : {"id", "framework", "role", "agent", "resources", "outcome", "age_ms"})
      BOOST_CHECK_MESSAGE(x.contains(name), "no field " << name << " in " << x.dump());
    BOOST_CHECK(x.at("took_ms").is_null() == (x.at("outcome") == "open"));
    outcomes.insert(x.at("outcome").get<std::string>());
  }
  BOOST_CHECK(outcomes.contains("accepted"));
  auto framework = offers[0].at("framework").get<std::string>();
  BOOST_CHECK_EQUAL(history({"--framework", framework}).size(), offers.size());
  BOOST_CHECK_EQUAL(history({"--framework", "no-such-framework"}), json::array());
  BOOST_CHECK(mentions(entente({"offers", "--history"}).out, "accepted"));
}

BOOST_AUTO_TEST_CASE(a_framework_is_listed_with_its_roles_and_what_became_of_its_offers) {
  auto client = start_shell("echo up; exec sleep 600", {"--role", "eng", "--preemptible"});
  client.first_line();
  auto x = listing("frameworks").at(0);
  BOOST_CHECK_EQUAL(x.at("roles"), json::array({"eng"}));
  BOOST_CHECK_EQUAL(
    x.at("offers"),
    (json{{"sent", 0}, {"accepted", 0}, {"declined", 0}, {"timed_out", 0}, {"rescinded", 0}}));
  BOOST_CHECK_EQUAL(listing("claims").at(0).at("preemptible"), true);
}

BOOST_AUTO_TEST_CASE(a_claim_is_not_preemptible_unless_it_says_so) {
  BOOST_CHECK_EQUAL(run_shell("").code, 0);
  BOOST_CHECK_EQUAL(listing("claims").at(0).at("preemptible"), false);
}

// -- without a master ---------------------------------------------------------------

BOOST_FIXTURE_TEST_CASE(a_master_that_is_not_there_is_named_with_69, workshop) {
  closed_port port;
  env["ENTENTE_MASTER"] = port.address();
  for (const strings& command : {strings{"roles"},
                                 {"offers", "--history"},
                                 {"quota", "set", "eng", "--limit", "cpus=1"},
                                 {"quota", "remove", "eng"},
                                 {"weight", "set", "eng", "2"},
                                 {"reserve", "a", "--role", "eng", "--resources", "cpus=1"},
                                 {"unreserve", "a", "--role", "eng", "--resources", "cpus=1"}}) {
    auto x = entente(command);
    BOOST_CHECK_MESSAGE(x.code == 69 && is_one_line(x.err) && mentions(x.err, port.address()), x);
  }
}

BOOST_AUTO_TEST_SUITE_END()

#include <boost/test/unit_test.hpp>

#include "support.hpp"

using namespace entente::test;

namespace {

/// That `x` has at least these fields; more may come.
void check_fields(const json& x, const strings& names) {
  for (const auto& name : names)
    BOOST_CHECK_MESSAGE(x.contains(name), "no field \"" << name << "\" in " << x.dump());
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(listings, cluster)

BOOST_AUTO_TEST_CASE(agents_have_the_fields_that_scripts_rely_on) {
  auto agents = listing("agents");
  BOOST_REQUIRE_EQUAL(agents.size(), 2);
  for (const auto& x : agents) {
    check_fields(x, {"id", "hostname", "address", "state", "attributes", "total", "free", "held",
                     "allocated"});
    BOOST_CHECK_EQUAL(x.at("state"), "registered");
    BOOST_CHECK_EQUAL(x.at("total").at("cpus"), 4);
    BOOST_CHECK_EQUAL(x.at("total").at("mem"), 2048);
  }
}

BOOST_AUTO_TEST_CASE(a_running_task_is_seen_in_all_listings) {
  auto client = start_shell("echo up; exec sleep 600",
                            {"--name", "job", "--cpus", "1.5", "--mem", "512MB", "--role", "eng"});
  client.first_line();
  auto task = wait_for_task("job", "RUNNING");
  check_fields(task,
               {"id", "name", "framework", "agent", "state", "reason", "message", "exit_code"});
  auto frameworks = listing("frameworks");
  BOOST_REQUIRE_EQUAL(frameworks.size(), 1);
  check_fields(frameworks[0], {"id", "name", "role", "state", "tasks"});
  BOOST_CHECK_EQUAL(frameworks[0].at("id"), task.at("framework"));
  BOOST_CHECK_EQUAL(frameworks[0].at("role"), "eng");
  BOOST_CHECK_EQUAL(frameworks[0].at("tasks"), 1);
  for (const auto& x : listing("agents")) {
    auto its = x.at("id") == task.at("agent");
    BOOST_CHECK_EQUAL(x.at("allocated").at("cpus"), its ? 1.5 : 0.0);
    BOOST_CHECK_EQUAL(x.at("allocated").at("mem"), its ? 512 : 0);
    BOOST_CHECK_EQUAL(x.at("free").at("cpus"), its ? 2.5 : 4.0);
  }
}

BOOST_AUTO_TEST_CASE(claims_have_the_fields_that_scripts_rely_on) {
  auto client = start_shell("echo up; exec sleep 600", {"-n", "2", "--role", "eng"});
  client.first_line();
  auto claims = listing("claims");
  BOOST_REQUIRE_EQUAL(claims.size(), 1);
  check_fields(claims[0], {"id", "framework", "role", "state", "wanted", "granted", "reasons"});
  BOOST_CHECK_EQUAL(claims[0].at("framework"), listing("frameworks").at(0).at("id"));
  BOOST_CHECK_EQUAL(claims[0].at("role"), "eng");
  BOOST_CHECK_EQUAL(claims[0].at("state"), "granted");
  BOOST_CHECK_EQUAL(claims[0].at("wanted"), 2);
  BOOST_CHECK_EQUAL(claims[0].at("granted"), 2);
  BOOST_CHECK_EQUAL(claims[0].at("reasons"), json::array());
}

BOOST_AUTO_TEST_CASE(the_status_counts_what_there_is) {
  entente({"run", "--", "true"});
  entente({"run", "--", "false"});
  auto x = wait_for("status", [](const json& s) { return s.at("frameworks") == 0; });
  BOOST_CHECK_EQUAL(x.at("agents"), 2);
  BOOST_CHECK_EQUAL(x.at("tasks_active"), 0);
  BOOST_CHECK_EQUAL(x.at("tasks_finished"), 1);
  BOOST_CHECK_EQUAL(x.at("tasks_failed"), 1);
}

BOOST_AUTO_TEST_CASE(a_name_that_is_no_text_does_not_keep_the_others_from_being_listed) {
  BOOST_CHECK_EQUAL(entente({"run", "--name", "\xff", "--", "true"}).code, 0);
  BOOST_CHECK_EQUAL(listing("tasks").size(), 1);
}

BOOST_AUTO_TEST_CASE(listings_of_nothing_are_empty_arrays) {
  for (const auto* what : {"tasks", "frameworks", "offers", "claims", "pool"})
    BOOST_CHECK_EQUAL(listing(what), json::array());
}

BOOST_AUTO_TEST_CASE(a_table_has_the_same_agents_as_the_JSON) {
  auto table = entente({"agents"});
  BOOST_CHECK_EQUAL(table.code, 0);
  for (const auto& x : listing("agents"))
    BOOST_CHECK(mentions(table.out, x.at("id").get<std::string>()));
}

BOOST_AUTO_TEST_CASE(an_exit_code_is_listed) {
  run_shell("exit 42", {"--name", "job"});
  auto task = wait_for_task("job", "FAILED");
  BOOST_CHECK_EQUAL(task.at("exit_code"), 42);
  BOOST_CHECK(task.at("signal").is_null());
}

BOOST_AUTO_TEST_SUITE_END()

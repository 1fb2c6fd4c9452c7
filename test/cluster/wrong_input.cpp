#include <boost/test/unit_test.hpp>

#include "support.hpp"

using namespace entente::test;

namespace {

/// Each mistake: its exit code, nothing on stdout, and one line on stderr that has `hint` in it.
void check_mistake(const ending& x, int code, const std::string& hint) {
  BOOST_CHECK_MESSAGE(x.code == code && x.out.empty(), x << ", wanted code " << code);
  BOOST_CHECK_MESSAGE(is_one_line(x.err), x << ", wanted one line on stderr");
  BOOST_CHECK_MESSAGE(mentions(x.err, hint), x << ", wanted \"" << hint << "\" on stderr");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wrong_input)

BOOST_FIXTURE_TEST_CASE(an_unknown_flag_is_named, workshop) {
  check_mistake(entente({"tasks", "--nosuch"}), 64, "--nosuch");
  check_mistake(entente({"local", "--nosuch"}), 64, "--nosuch");
  check_mistake(entente({"run", "--nosuch", "--", "true"}), 64, "--nosuch");
  check_mistake(start("wordcount", {"--nosuch", "/dev/null"}).wait(), 64, "--nosuch");
}

BOOST_FIXTURE_TEST_CASE(an_unknown_flag_in_place_of_a_command_is_named, workshop) {
  check_mistake(entente({"--nosuch"}), 64, "--nosuch");
}

BOOST_FIXTURE_TEST_CASE(an_unknown_command_is_named, workshop) {
  check_mistake(entente({"nosuch"}), 64, "nosuch");
}

BOOST_FIXTURE_TEST_CASE(a_missing_command_is_wrong_usage, workshop) {
  check_mistake(entente({}), 64, "command");
  check_mistake(entente({"run"}), 64, "command");
  check_mistake(entente({"run", "--"}), 64, "command");
  check_mistake(entente({"local", "--"}), 64, "command");
}

BOOST_FIXTURE_TEST_CASE(malformed_JSON_is_told_with_its_file_and_line, workshop) {
  auto file = write("bad.json", "{\n  \"master\": {,\n}\n");
  check_mistake(entente({"local", "--config", file}), 64, file + ":2:");
  check_mistake(entente({"config", "check", file}), 64, file + ":2:");
}

BOOST_FIXTURE_TEST_CASE(an_unknown_key_is_told_with_its_file_and_the_closest_known_one, workshop) {
  auto file = write("bad.json", R"({"master": {"lisen": "127.0.0.1:0"}})");
  for (const auto& x : {entente({"config", "check", file}), entente({"local", "--config", file})}) {
    check_mistake(x, 64, file);
    check_mistake(x, 64, "master.lisen");
    check_mistake(x, 64, "listen");
  }
}

BOOST_FIXTURE_TEST_CASE(a_value_of_the_wrong_kind_is_told_with_its_key, workshop) {
  auto file = write("bad.json", R"({"master": {"offer_timeout": "soon"}})");
  check_mistake(entente({"config", "check", file}), 64, "master.offer_timeout");
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_not_there_is_named, workshop) {
  auto file = path("nosuch.json");
  check_mistake(entente({"config", "check", file}), 64, file);
  check_mistake(entente({"local", "--config", file}), 64, file);
  check_mistake(start("wordcount", {path("nosuch.txt")}).wait(), 64, path("nosuch.txt"));
}

BOOST_FIXTURE_TEST_CASE(a_good_configuration_is_fine, workshop) {
  auto file = write("good.json", R"({"cluster": "lab", "slots": {"small": {"cpus": 0.5}}})");
  BOOST_CHECK_EQUAL(entente({"config", "check", file}), (ending{0, file + ": fine\n", ""}));
  auto x = entente({"config", "check", "--json", file});
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_EQUAL(json::parse(x.out).at("cluster"), "lab");
}

BOOST_FIXTURE_TEST_CASE(a_port_in_use_is_named, cluster) {
  check_mistake(entente({"local", "--listen", master()}), 64, master());
}

BOOST_FIXTURE_TEST_CASE(resources_that_do_not_parse_are_named, workshop) {
  check_mistake(entente({"local", "--cpus", "many"}), 64, "many");
  check_mistake(entente({"local", "--mem", "2parsecs"}), 64, "2parsecs");
  check_mistake(entente({"run", "--cpus", "many", "--", "true"}), 64, "many");
  check_mistake(entente({"run", "--cpus=-1", "--", "true"}), 64, "-1");
  check_mistake(entente({"run", "--mem", "2parsecs", "--", "true"}), 64, "2parsecs");
  for (const auto& [flag, nothing] :
       {std::pair{"--cpus", "0"}, {"--mem", "0MB"}, {"--disk", "0"}, {"--mem", "0.001KB"}})
    check_mistake(entente({"run", flag, nothing, "--", "true"}), 64,
                  std::string{flag} + ": expected more than zero, found \"" + nothing + "\"");
}

BOOST_FIXTURE_TEST_CASE(durations_that_do_not_parse_are_named, workshop) {
  check_mistake(entente({"run", "--wait", "soon", "--", "true"}), 64, "soon");
  check_mistake(entente({"run", "--failover-timeout", "soon", "--", "true"}), 64, "soon");
  check_mistake(entente({"kill", "--grace", "soon", "x"}), 64, "soon");
}

BOOST_FIXTURE_TEST_CASE(variables_without_a_name_are_wrong_usage, workshop) {
  check_mistake(entente({"run", "--env", "=x", "--", "true"}), 64, "NAME=VALUE");
  check_mistake(entente({"run", "--env", "x", "--", "true"}), 64, "NAME=VALUE");
}

BOOST_FIXTURE_TEST_CASE(a_master_that_is_no_address_is_wrong_usage, workshop) {
  check_mistake(entente({"status", "--master", "nowhere"}), 64, "nowhere");
  env["ENTENTE_MASTER"] = "127.0.0.1:0";
  check_mistake(entente({"status"}), 64, "ENTENTE_MASTER");
}

BOOST_FIXTURE_TEST_CASE(the_wrong_one_of_several_addresses_is_named, workshop) {
  for (const auto* command : {"status", "agents"})
    check_mistake(entente({command, "--master", "10.0.0.1:5060,nowhere"}), 64,
                  "--master: \"nowhere\" is not HOST:PORT");
  check_mistake(entente({"status", "--master", "10.0.0.1:5060,"}), 64, "--master: \"\" is not");
  env["ENTENTE_MASTER"] = "[::1]:5060,[::1]";
  check_mistake(entente({"status"}), 64, "ENTENTE_MASTER: \"[::1]\" is not HOST:PORT");
  env["ENTENTE_MASTER"] = "a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1,a:1";
  check_mistake(entente({"status"}), 64, "ENTENTE_MASTER: expected at most 16 addresses");
}

BOOST_FIXTURE_TEST_CASE(each_address_without_a_master_is_named_with_69, workshop) {
  closed_port first;
  closed_port second;
  env["ENTENTE_MASTER"] = first.address() + ',' + second.address();
  for (const auto& arguments :
       {strings{"status"}, strings{"agents"}, strings{"run", "--", "true"}}) {
    check_mistake(entente(arguments), 69, first.address() + ": ");
    check_mistake(entente(arguments), 69, ", nor at " + second.address() + ": ");
  }
  auto file = write("text", "a word\n");
  check_mistake(start("wordcount", {file}).wait(), 69, ", nor at " + second.address() + ": ");
}

BOOST_FIXTURE_TEST_CASE(a_master_that_is_not_there_is_named_with_69, workshop) {
  closed_port port;
  env["ENTENTE_MASTER"] = port.address();
  for (const auto* x : {"status", "agents", "frameworks", "tasks", "offers", "claims", "pool"})
    check_mistake(entente({x}), 69, port.address());
  check_mistake(entente({"run", "--", "true"}), 69, port.address());
  check_mistake(entente({"run", "-n", "4", "--", "true"}), 69, port.address());
  check_mistake(entente({"why", "x"}), 69, port.address());
  check_mistake(entente({"kill", "x"}), 69, port.address());
  check_mistake(entente({"logs", "x"}), 69, port.address());
  auto file = write("text", "a word\n");
  check_mistake(start("wordcount", {file}).wait(), 69, port.address());
}

BOOST_FIXTURE_TEST_CASE(a_task_that_is_not_there_is_named, cluster) {
  check_mistake(entente({"logs", "no-such-task"}), 1, "no-such-task");
  check_mistake(entente({"kill", "no-such-task"}), 1, "no-such-task");
}

BOOST_FIXTURE_TEST_CASE(a_slot_class_that_is_not_there_is_named_with_the_closest_one, cluster) {
  auto file = write("slots.json", R"({"slots": {"small": {"cpus": 0.5, "mem": "64MB"}}})");
  check_mistake(entente({"run", "--config", file, "--slot", "smal", "--", "true"}), 64, "small");
  BOOST_CHECK_EQUAL(entente({"run", "--config", file, "--slot", "small", "--", "true"}).code, 0);
}

BOOST_AUTO_TEST_SUITE_END()

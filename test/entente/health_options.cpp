// What the flags of a health check come to.
#include "apps/entente/health_options.hpp"

#include <boost/test/unit_test.hpp>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

wanted_health read(const entente::health_options& options, std::uint32_t ports = 1) {
  auto parsed = parse_health(options, ports);
  if (auto* wrong = std::get_if<usage_error>(&parsed))
    BOOST_FAIL(wrong->message);
  return std::get<std::optional<wanted_health>>(parsed).value();
}

/// What is wrong.
std::string problem(const entente::health_options& options, std::uint32_t ports = 1) {
  auto parsed = parse_health(options, ports);
  auto* wrong = std::get_if<usage_error>(&parsed);
  return wrong ? wrong->message : "";
}

entente::health_options command(std::string text) {
  entente::health_options result;
  result.command = std::move(text);
  return result;
}

entente::health_options tcp(std::string text) {
  entente::health_options result;
  result.tcp = std::move(text);
  return result;
}

entente::health_options http(std::string text) {
  entente::health_options result;
  result.http = std::move(text);
  return result;
}

granted_slot slot() {
  granted_slot result;
  result.ports = {31000, 31007};
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(health_options)

BOOST_AUTO_TEST_CASE(without_flags_there_is_no_check) {
  BOOST_CHECK(!std::get<std::optional<wanted_health>>(parse_health({}, 1)));
}

BOOST_AUTO_TEST_CASE(a_command_is_for_a_shell) {
  auto check = read(command("curl -f localhost | grep ok")).check;
  BOOST_CHECK((check == health_check{command_probe{{"sh", "-c", "curl -f localhost | grep ok"}}}));
}

BOOST_AUTO_TEST_CASE(a_port_is_a_number_or_one_of_the_slots_own) {
  BOOST_CHECK((health_in(slot(), read(tcp("8080"))) == health_check{tcp_probe{8080}}));
  BOOST_CHECK((health_in(slot(), read(tcp("PORT0"), 2)) == health_check{tcp_probe{31000}}));
  BOOST_CHECK((health_in(slot(), read(tcp("PORT1"), 2)) == health_check{tcp_probe{31007}}));
}

BOOST_AUTO_TEST_CASE(a_get_has_a_port_and_a_path) {
  BOOST_CHECK(
    (health_in(slot(), read(http("80/a/b?c=/d"))) == health_check{http_probe{80, "/a/b?c=/d"}}));
  BOOST_CHECK((health_in(slot(), read(http("80"))) == health_check{http_probe{80, "/"}}));
  BOOST_CHECK(
    (health_in(slot(), read(http("PORT1/up"), 2)) == health_check{http_probe{31007, "/up"}}));
}

BOOST_AUTO_TEST_CASE(a_slot_without_ports_has_a_check_that_is_refused) {
  BOOST_CHECK((health_in({}, read(tcp("PORT0"))) == health_check{tcp_probe{0}}));
}

BOOST_AUTO_TEST_CASE(times_and_failures_are_taken) {
  auto options = command("true");
  options.grace = "0s";
  options.interval = "250ms";
  options.timeout = "1.5s";
  options.failures = "7";
  BOOST_CHECK((read(options).check ==
               health_check{command_probe{{"sh", "-c", "true"}}, 0s, 250ms, 1500ms, 7}));
}

BOOST_AUTO_TEST_CASE(what_is_no_port_is_told_what_one_is) {
  for (const auto* text : {"x", "0", "-1", "65536", "80x", " 80", "/up", "port0"}) {
    BOOST_CHECK_EQUAL(problem(tcp(text)),
                      "--health-tcp: expected a port from 1 to 65535, or PORT0 for the first port "
                      "of the task's own slot, found \"" +
                        std::string{text} + '"');
  }
  BOOST_CHECK(problem(http("x/up")).starts_with("--health-http: expected a port"));
  BOOST_CHECK(problem(http("/up")).ends_with("found \"\""));
}

BOOST_AUTO_TEST_CASE(a_port_that_the_slot_has_not_is_refused) {
  BOOST_CHECK_EQUAL(problem(tcp("PORT1")), "--health-tcp: there is no PORT1: a slot has 1 port of "
                                           "its own, see --ports");
  BOOST_CHECK(problem(http("PORT0/up"), 0).find("0 ports") != std::string::npos);
  for (const auto* text : {"PORT", "PORTx", "PORT-1", "PORT99999999999"})
    BOOST_CHECK(problem(tcp(text)).starts_with("--health-tcp: expected PORT0, PORT1 or another"));
}

BOOST_AUTO_TEST_CASE(only_one_probe_can_be_given) {
  auto both = tcp("80");
  both.command = "true";
  BOOST_CHECK(problem(both).starts_with("only one of --health-command"));
}

BOOST_AUTO_TEST_CASE(a_command_that_is_empty_is_none) {
  BOOST_CHECK_EQUAL(problem(command("")), "--health-command: expected a command, found \"\"");
}

BOOST_AUTO_TEST_CASE(what_is_of_a_probe_needs_one) {
  entente::health_options options;
  options.grace = "5s";
  BOOST_CHECK(problem(options).starts_with("a health check needs --health-command"));
}

BOOST_AUTO_TEST_CASE(senseless_amounts_are_refused) {
  auto options = command("true");
  options.interval = "soon";
  BOOST_CHECK_EQUAL(problem(options), "--health-interval: expected a duration such as 250ms or 5s, "
                                      "found \"soon\"");
  options.interval = "5ms";
  BOOST_CHECK(problem(options).find("the interval of a health check is from 10ms") !=
              std::string::npos);
  options.interval.reset();
  options.timeout = "0s";
  BOOST_CHECK(problem(options).find("the timeout of a health check is from 10ms") !=
              std::string::npos);
  options.timeout.reset();
  options.failures = "0";
  BOOST_CHECK(problem(options).find("at least 1 failure") != std::string::npos);
  options.failures = "many";
  BOOST_CHECK(problem(options).starts_with("--health-failures: expected a number from 1 on"));
}

BOOST_AUTO_TEST_CASE(a_path_that_would_be_more_than_a_path_is_refused) {
  for (const auto* text : {"80/a b", "80/a#b", "80/a\r\nHost: x", "80/\xc3\xbc"})
    BOOST_CHECK(problem(http(text)).find("the path of a health check begins with /") !=
                std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

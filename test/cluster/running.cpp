#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;

BOOST_FIXTURE_TEST_SUITE(running, cluster)

BOOST_AUTO_TEST_CASE(a_task_that_succeeds_ends_with_0) {
  BOOST_CHECK_EQUAL(entente({"run", "--", "true"}), (ending{0, "", ""}));
}

BOOST_AUTO_TEST_CASE(a_task_that_fails_ends_with_its_own_code_and_no_words) {
  BOOST_CHECK_EQUAL(run_shell("exit 3"), (ending{3, "", ""}));
}

BOOST_AUTO_TEST_CASE(a_command_that_does_not_exist_ends_with_127_and_says_so) {
  auto x = entente({"run", "--", "nosuch-command"});
  BOOST_CHECK_EQUAL(x.code, 127);
  BOOST_CHECK(is_one_line(x.err));
  BOOST_CHECK(mentions(x.err, "cannot start \"nosuch-command\""));
}

BOOST_AUTO_TEST_CASE(a_file_that_may_not_be_run_is_a_failed_task_that_says_so) {
  auto file = write("data", "no program\n");
  BOOST_CHECK_NE(entente({"run", "--name", "data", "--", file}).code, 0);
  auto message = wait_for_task("data", "FAILED").at("message").get<std::string>();
  BOOST_CHECK(mentions(message, "ermission denied"));
}

BOOST_AUTO_TEST_CASE(a_task_that_a_signal_ends_ends_with_128_and_its_number_and_names_it) {
  auto x = run_shell("kill -9 $$");
  BOOST_CHECK_EQUAL(x.code, 128 + SIGKILL);
  BOOST_CHECK(is_one_line(x.err));
  BOOST_CHECK(mentions(x.err, "SIGKILL"));
}

BOOST_AUTO_TEST_CASE(stdout_and_stderr_stay_apart) {
  BOOST_CHECK_EQUAL(run_shell("echo to out; echo to err >&2"), (ending{0, "to out\n", "to err\n"}));
}

BOOST_AUTO_TEST_CASE(output_of_a_task_that_fails_is_complete) {
  BOOST_CHECK_EQUAL(run_shell("echo out; echo err >&2; exit 5"), (ending{5, "out\n", "err\n"}));
}

BOOST_AUTO_TEST_CASE(five_megabytes_of_output_come_complete_and_in_order) {
  std::string expected;
  for (int i = 1; i <= 750'000; ++i)
    expected += std::to_string(i) + '\n';
  auto x = entente({"run", "--", "seq", "1", "750000"});
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_EQUAL(x.out.size(), expected.size());
  BOOST_CHECK(x.out == expected);
}

BOOST_AUTO_TEST_CASE(output_comes_while_the_task_runs) {
  auto client = start_shell("echo first; exec sleep 600");
  BOOST_CHECK_EQUAL(client.first_line(), "first");
}

BOOST_AUTO_TEST_CASE(arguments_arrive_as_they_are) {
  auto x = entente({"run", "--", "printf", "%s|", "", "a b", "--json", "--", "$HOME", "\n"});
  BOOST_CHECK_EQUAL(x.out, "|a b|--json|--|$HOME|\n|");
}

BOOST_AUTO_TEST_CASE(variables_arrive_as_they_are) {
  auto x = run_shell("echo \"$A,$B\"", {"--env", "A=x y=z", "--env", "B="});
  BOOST_CHECK_EQUAL(x.out, "x y=z,\n");
}

BOOST_AUTO_TEST_CASE(a_task_knows_its_rank_its_size_and_its_hosts) {
  auto host = listing("agents").at(0).at("hostname").get<std::string>();
  auto x = run_shell("echo $ENTENTE_RANK $ENTENTE_SIZE ${ENTENTE_HOSTS%:*} ${ENTENTE_HOSTS##*:}");
  auto port = x.out.substr(x.out.rfind(' ') + 1);
  BOOST_CHECK_EQUAL(x.out, "0 1 " + host + ' ' + port);
  BOOST_CHECK_GT(std::stoi(port), 0);
}

BOOST_AUTO_TEST_CASE(a_task_that_wants_no_ports_has_only_its_host) {
  auto host = listing("agents").at(0).at("hostname").get<std::string>();
  BOOST_CHECK_EQUAL(run_shell("echo $ENTENTE_HOSTS", {"--ports", "0"}).out, host + '\n');
}

BOOST_AUTO_TEST_CASE(a_task_gets_none_of_the_clients_input) {
  BOOST_CHECK_EQUAL(entente({"run", "--", "cat"}), (ending{0, "", ""}));
}

BOOST_AUTO_TEST_CASE(what_a_task_leaves_in_the_background_is_gone_with_it) {
  auto client = start_shell("sleep 600 & echo $!");
  auto child = client.first_line_as_process();
  BOOST_CHECK_EQUAL(client.wait().code, 0);
  BOOST_CHECK(child.ends());
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(what_a_task_leaves_in_a_session_of_its_own_is_gone_with_it) {
  auto client = start_shell("setsid sleep 600 & echo $!");
  auto child = client.first_line_as_process();
  BOOST_CHECK_EQUAL(client.wait().code, 0);
  BOOST_CHECK(child.ends());
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_allocated_any_more_when_a_run_has_ended) {
  run_shell("exit 1");
  wait_for("status", [](const json& x) { return x.at("allocated").at("cpus") == 0; });
}

BOOST_AUTO_TEST_SUITE_END()

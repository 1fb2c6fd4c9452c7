#include <boost/test/unit_test.hpp>
#include <csignal>

#include "support.hpp"

using namespace entente::test;

namespace {

const strings prefix{"local", "--listen", "127.0.0.1:0", "--"};

strings local_with(strings command) {
  command.insert(command.begin(), prefix.begin(), prefix.end());
  return command;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(local, workshop)

BOOST_AUTO_TEST_CASE(local_ends_with_the_code_of_its_command) {
  auto x = entente(local_with({"sh", "-c", "exit 7"}));
  BOOST_CHECK_EQUAL(x.code, 7);
  BOOST_CHECK_EQUAL(x.out, "");
}

BOOST_AUTO_TEST_CASE(local_tells_its_command_where_it_listens) {
  auto x = entente(local_with({"sh", "-c", "echo $ENTENTE_MASTER"}));
  BOOST_REQUIRE(is_one_line(x.err));
  BOOST_CHECK_EQUAL(x.err, "entente: a cluster of 1 agent listens on " + x.out);
}

BOOST_AUTO_TEST_CASE(the_command_of_local_can_use_the_cluster) {
  auto script = std::string{"exec "} + std::getenv("ENTENTE_BIN_DIR") + "/entente run -- echo here";
  auto x = entente(local_with({"sh", "-c", script}));
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK_EQUAL(x.out, "here\n");
}

BOOST_AUTO_TEST_CASE(a_signal_to_local_ends_its_command_too) {
  auto x = start(local_with({"sh", "-c", "echo $$; exec sleep 600"}));
  auto command = x.first_line_as_process();
  x.signal(SIGINT);
  BOOST_CHECK_EQUAL(x.wait().code, 130);
  BOOST_CHECK(command.ends());
}

BOOST_AUTO_TEST_CASE(a_command_that_does_not_exist_is_named) {
  auto x = entente(local_with({"nosuch-command"}));
  BOOST_CHECK_NE(x.code, 0);
  BOOST_CHECK(mentions(x.err, "nosuch-command"));
}

BOOST_AUTO_TEST_CASE(detached_tasks_end_with_the_command_of_local) {
  auto script =
    std::string{"exec "} + std::getenv("ENTENTE_BIN_DIR") + "/entente run --detach -- sleep 600";
  BOOST_CHECK_EQUAL(entente(local_with({"sh", "-c", script})).code, 0);
  BOOST_CHECK(processes().empty());
}

BOOST_AUTO_TEST_CASE(local_leaves_no_files) {
  BOOST_CHECK_EQUAL(entente(local_with({"true"})).code, 0);
  BOOST_CHECK_EQUAL(shell("ls -A $TMPDIR"), "");
}

BOOST_AUTO_TEST_CASE(two_clusters_live_side_by_side) {
  cluster one;
  cluster other;
  BOOST_CHECK_NE(one.master(), other.master());
  BOOST_CHECK_EQUAL(one.entente({"run", "--name", "mine", "--", "true"}).code, 0);
  one.wait_for_task("mine", "FINISHED");
  BOOST_CHECK(other.listing("tasks").empty());
}

BOOST_AUTO_TEST_SUITE_END()

#include <boost/test/unit_test.hpp>
#include <set>

#include "support.hpp"

using namespace entente::test;

namespace {

struct narrow : cluster {
  narrow() : cluster({"--agents", "1", "--cpus", "1", "--mem", "1GB"}) {}
};

/// That a run ends well; one that had to wait for long may have said so on stderr.
void check_ends_well(const ending& x, const std::string& out = "") {
  BOOST_CHECK_MESSAGE(x.code == 0 && x.out == out, x);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(queueing)

BOOST_FIXTURE_TEST_CASE(sixty_clients_at_once_all_finish_each_exactly_once, cluster) {
  constexpr std::size_t count = 60;
  auto script = "echo ran >> " + path("trace");
  std::vector<program> clients;
  for (std::size_t i = 0; i < count; ++i)
    clients.push_back(start_shell(script));
  for (auto& x : clients)
    check_ends_well(x.wait());
  std::set<std::string> finished;
  auto tasks = listing("tasks");
  for (const auto& x : tasks)
    if (x.at("state") == "FINISHED")
      finished.insert(x.at("id").get<std::string>());
  BOOST_CHECK_EQUAL(tasks.size(), count);
  BOOST_CHECK_EQUAL(finished.size(), count);
  BOOST_CHECK_EQUAL(read("trace").size(), count * std::string{"ran\n"}.size());
  BOOST_CHECK(becomes_empty());
}

BOOST_FIXTURE_TEST_CASE(more_runs_than_there_is_room_for_all_finish, narrow) {
  std::vector<program> clients;
  for (int i = 0; i < 6; ++i)
    clients.push_back(start_shell("sleep 0.05"));
  for (auto& x : clients)
    check_ends_well(x.wait());
}

BOOST_FIXTURE_TEST_CASE(tasks_that_exclude_each_other_never_overlap, narrow) {
  std::vector<program> clients;
  for (int i = 0; i < 5; ++i)
    clients.push_back(
      start_shell("mkdir " + path("lock") + " && sleep 0.05 && rmdir " + path("lock")));
  for (auto& x : clients)
    check_ends_well(x.wait());
}

BOOST_FIXTURE_TEST_CASE(a_run_that_waits_starts_when_the_one_before_it_ends, narrow) {
  auto holder = start_shell("echo up; until test -e " + path("gate") + "; do sleep 0.02; done");
  holder.first_line();
  auto waiter = start_shell("echo at last");
  wait_for("frameworks", [](const json& xs) { return xs.size() == 2; });
  BOOST_CHECK_EQUAL(listing("tasks").size(), 1);
  write("gate", "");
  check_ends_well(waiter.wait(), "at last\n");
}

BOOST_FIXTURE_TEST_CASE(a_run_that_finds_no_room_in_time_is_refused, narrow) {
  auto holder = start_shell("echo up; exec sleep 600");
  holder.first_line();
  auto x = run_shell("true", {"--wait", "200ms"});
  BOOST_CHECK_EQUAL(x.code, 75);
  BOOST_CHECK(is_one_line(x.err));
}

BOOST_FIXTURE_TEST_CASE(a_run_larger_than_the_cluster_is_refused_at_once, narrow) {
  auto x = run_shell("true", {"--cpus", "2"});
  BOOST_CHECK_EQUAL(x.code, 75);
  BOOST_CHECK(is_one_line(x.err));
}

BOOST_FIXTURE_TEST_CASE(a_run_larger_than_the_cluster_may_wait_and_is_refused_then, narrow) {
  auto x = run_shell("true", {"--cpus", "2", "--wait", "200ms"});
  BOOST_CHECK_EQUAL(x.code, 75);
  BOOST_CHECK_MESSAGE(is_one_line(x.err), x);
}

BOOST_AUTO_TEST_SUITE_END()

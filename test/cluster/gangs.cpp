// Several slots for one command: all or nothing.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <set>

#include "gang_fixture.hpp"

using namespace entente::test;

BOOST_FIXTURE_TEST_SUITE(gangs, eight)

// -- ranks --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(each_rank_runs_once_and_its_lines_name_it) {
  auto x = run_shell("echo out; echo err >&2", four);
  BOOST_CHECK_EQUAL(x.code, 0);
  BOOST_CHECK((sorted_lines(x.out) == strings{"[0] out", "[1] out", "[2] out", "[3] out"}));
  BOOST_CHECK((sorted_lines(x.err) == strings{"[0] err", "[1] err", "[2] err", "[3] err"}));
}

BOOST_AUTO_TEST_CASE(each_rank_knows_its_rank_the_size_and_where_all_are) {
  auto host = listing("agents").at(0).at("hostname").get<std::string>();
  auto x = run_shell("echo $ENTENTE_RANK $ENTENTE_SIZE $ENTENTE_HOSTS", four);
  auto lines = sorted_lines(x.out);
  BOOST_REQUIRE_EQUAL(lines.size(), size);
  auto hosts = lines[0].substr(lines[0].rfind(' ') + 1);
  for (std::size_t rank = 0; rank < size; ++rank)
    BOOST_CHECK_EQUAL(lines[rank], prefix(rank) + std::to_string(rank) + " 4 " + hosts);
  std::set<std::string> addresses;
  for (const auto& address : split(hosts, ',')) {
    BOOST_CHECK_EQUAL(address.substr(0, address.rfind(':')), host);
    BOOST_CHECK_GT(std::stoi(address.substr(address.rfind(':') + 1)), 0);
    addresses.insert(address);
  }
  BOOST_CHECK_EQUAL(addresses.size(), size);
}

BOOST_AUTO_TEST_CASE(the_only_rank_of_a_run_has_no_prefix) {
  BOOST_CHECK_EQUAL(run_shell("echo $ENTENTE_RANK of $ENTENTE_SIZE", {"-n", "1"}),
                    (ending{0, "0 of 1\n", ""}));
}

BOOST_AUTO_TEST_CASE(ranks_that_write_at_once_never_mix_within_a_line) {
  constexpr std::size_t count = 5000;
  auto write = "yes $(printf %0500d 0 | tr 0 $ENTENTE_RANK) | head -n 5000";
  auto x = run_shell(together() + write + " & " + write + " >&2; wait", four);
  BOOST_CHECK_EQUAL(x.code, 0);
  for (const auto& text : {x.out, x.err}) {
    std::map<std::string, std::size_t> lines;
    for (auto& line : split(text, '\n'))
      ++lines[line];
    BOOST_CHECK_EQUAL(lines.size(), size);
    for (std::size_t rank = 0; rank < size; ++rank)
      BOOST_CHECK_EQUAL(lines[prefix(rank) + std::string(500, static_cast<char>('0' + rank))],
                        count);
  }
}

BOOST_AUTO_TEST_CASE(all_ranks_run_at_the_same_time) {
  BOOST_CHECK_EQUAL(run_shell(together(), {"-n", "8"}), (ending{0, "", ""}));
}

// -- how it ends --------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_lowest_rank_that_fails_gives_the_exit_code) {
  BOOST_CHECK_EQUAL(run_shell("exit $((ENTENTE_RANK * 2))", four), (ending{2, "", ""}));
  // Also if another one has failed before it.
  auto gate = path("gate");
  auto script = "case $ENTENTE_RANK in 3) touch " + gate + "; exit 7;; 1) until test -e " + gate +
                "; do sleep 0.02; done; exit 5;; esac";
  BOOST_CHECK_EQUAL(run_shell(script, four), (ending{5, "", ""}));
}

BOOST_AUTO_TEST_CASE(a_command_that_does_not_exist_ends_a_gang_with_127) {
  auto x = entente({"run", "-n", "8", "--", "nosuch-command"});
  BOOST_CHECK_EQUAL(x.code, 127);
  BOOST_CHECK_MESSAGE(is_one_line(x.err) && mentions(x.err, "nosuch-command"), x);
}

BOOST_AUTO_TEST_CASE(a_rank_that_is_killed_leaves_the_others_and_gives_the_exit_code) {
  auto gate = path("gate");
  auto client = start_shell("until test -e " + gate + "; do sleep 0.02; done; echo done",
                            {"-n", "3", "--name", "job"});
  auto id = wait_for_task("job-1", "RUNNING").at("id").get<std::string>();
  BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  wait_for_task("job-1", "KILLED");
  write("gate", "");
  auto x = client.wait();
  BOOST_CHECK_EQUAL(x.code, 128 + SIGTERM);
  BOOST_CHECK((sorted_lines(x.out) == strings{"[0] done", "[2] done"}));
  BOOST_CHECK_MESSAGE(is_one_line(x.err) && mentions(x.err, id), x);
}

BOOST_AUTO_TEST_CASE(Ctrl_C_kills_all_ranks_and_ends_with_130) {
  auto client = start_shell(patient, four);
  wait_for_tasks(size, "RUNNING");
  client.signal(SIGINT);
  auto x = client.wait();
  BOOST_CHECK_MESSAGE(x.code == 130 && x.err.empty(), x);
  wait_for_tasks(size, "KILLED");
  wait_until_all_is_free();
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(the_slots_of_a_client_that_is_killed_are_free_after_its_failover_timeout) {
  auto client = start_shell(patient, {"-n", "8", "--failover-timeout", "1s"});
  wait_for_tasks(8, "RUNNING");
  client.signal(SIGKILL);
  client.wait();
  wait_for_tasks(8, "KILLED");
  wait_until_all_is_free();
  wait_for("frameworks", [](const json& xs) { return xs.empty(); });
  wait_for_claim("ended");
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(a_detached_gang_prints_the_id_of_each_rank_and_runs_on) {
  auto x = entente({"run", "--detach", "-n", "4", "--", "sleep", "600"});
  BOOST_REQUIRE_EQUAL(x.code, 0);
  auto ids = sorted_lines(x.out);
  BOOST_REQUIRE_EQUAL(ids.size(), size);
  strings running;
  for (const auto& task : listing("tasks")) {
    BOOST_CHECK_EQUAL(task.at("state"), "RUNNING");
    running.push_back(task.at("id").get<std::string>());
  }
  std::ranges::sort(running);
  BOOST_CHECK(running == ids);
  for (const auto& id : ids)
    BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  BOOST_CHECK(becomes_empty());
}

BOOST_AUTO_TEST_CASE(logs_tell_each_rank_of_a_detached_gang_apart) {
  auto x = run_shell("echo I am $ENTENTE_RANK; exec sleep 600", {"--detach", "-n", "2"});
  auto ids = split(x.out, '\n');
  BOOST_REQUIRE_EQUAL(ids.size(), 2u);
  for (std::size_t rank = 0; rank < 2; ++rank)
    BOOST_CHECK_EQUAL(start({"logs", "-f", ids[rank]}).first_line(),
                      "I am " + std::to_string(rank));
}

// -- where --------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_packed_gang_is_on_as_few_agents_as_possible) {
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "2", "--pack"}).code, 0);
  BOOST_CHECK_EQUAL(agents_of_tasks().size(), 2u);
  BOOST_CHECK_EQUAL(count_of_agents(), 1u);
}

BOOST_AUTO_TEST_CASE(a_spread_gang_is_on_as_many_agents_as_possible) {
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "4", "--spread"}).code, 0);
  BOOST_CHECK_EQUAL(count_of_agents(), 4u);
}

BOOST_AUTO_TEST_CASE(no_agent_gets_more_ranks_than_it_may) {
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "4", "--max-per-agent", "1"}).code, 0);
  BOOST_CHECK_EQUAL(count_of_agents(), 4u);
  check_refused(run_shell("", {"-n", "5", "--max-per-agent", "1"}), "4 such slots");
}

BOOST_AUTO_TEST_CASE(constraints_on_attributes_hold_or_the_claim_is_refused_and_names_them) {
  for (const auto* good : {"rack==r1", "rack in r0,r1", "rack exists", "rack=~r.", "zone!=z1"})
    BOOST_CHECK_EQUAL(run_shell("", {"-n", "2", "--constraint", good}), (ending{0, "", ""}));
  for (const auto* bad : {"rack==r2", "rack!=r1", "zone exists", "rack>3"})
    check_refused(run_shell("", {"-n", "2", "--constraint", bad}),
                  std::string{"4 of 4 agents do not satisfy "} + bad);
}

BOOST_AUTO_TEST_CASE(all_constraints_must_hold) {
  check_refused(run_shell("", {"--constraint", "rack==r1", "--constraint", "zone==z1"}),
                "zone==z1");
}

BOOST_AUTO_TEST_CASE(a_gang_may_demand_one_value_of_an_attribute) {
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "8", "--same", "rack"}).code, 0);
  check_refused(run_shell("", {"-n", "2", "--same", "zone"}), "zone");
}

BOOST_AUTO_TEST_SUITE_END()

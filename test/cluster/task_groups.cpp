// Tasks that start and end together, whose agent is killed at any moment.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "executors_fixture.hpp"

using namespace entente::test;
using entente::task_info;
using entente::task_reason;
using entente::task_state;

namespace {

const strings members{"a", "b", "c"};

/// What stands where the supervisor is looked for, and becomes it; but the one that is started as
/// the `number`th kills the agent first, and does `then`.
std::string treacherous(const std::string& counter, std::size_t number, const std::string& then) {
  return "#!/bin/sh\nn=1\nuntil mkdir " + counter + ".$n 2> /dev/null; do n=$((n + 1)); done\n" +
         "[ $n = " + std::to_string(number) + " ] && kill -9 $PPID && " + then + "\nexec " +
         std::getenv("ENTENTE_BIN_DIR") + "/entente-supervisor \"$@\"\n";
}

struct fixture : with_scheduler<hosts> {
  /// It says that it has begun, and its process id, and waits for the file `go`.
  task_info member(const std::string& id) const {
    auto result = task(id, {"sh", "-c",
                            "echo " + id + " >> " + path("begun") + "; echo $$ > " + path(id) +
                              "; until [ -e " + path("go") + " ]; do sleep 0.01; done"});
    result.executor.reset();
    result.group = "g";
    return result;
  }

  void launch_group() {
    std::vector<task_info> all;
    for (const auto& id : members)
      all.push_back(member(id));
    book.want(all);
  }

  void launch_group_that_runs() {
    launch_group();
    for (const auto& id : members)
      BOOST_REQUIRE(is(id, task_state::running));
    for (const auto& id : members)
      BOOST_REQUIRE(eventually([&] { return mentions(read(id), "\n"); }));
  }

  watched process_of(const std::string& id) const {
    return watched{static_cast<pid_t>(std::stol(read(id)))};
  }

  /// Each member has run once.
  void check_that_each_began_once() const { BOOST_CHECK(sorted(read("begun")) == members); }

  static strings sorted(const std::string& lines) {
    strings result;
    for (auto c : lines)
      if (c != '\n')
        result.emplace_back(1, c);
    std::ranges::sort(result);
    return result;
  }

  void check_that_all_finish() {
    go();
    for (const auto& id : members)
      BOOST_CHECK(end_of(id).state == task_state::finished);
    check_that_each_ended_once_and_nothing_is_left();
  }

  void check_that_each_ended_once_and_nothing_is_left() {
    BOOST_CHECK(eventually([this] { return processes().size() == 2; }));
    // What is told of another task comes after all that was told of them.
    auto last = member("last");
    last.group.clear();
    last.argv = {"true"};
    launch(last);
    end_of("last");
    for (const auto& id : members)
      BOOST_CHECK_MESSAGE(ends_of(id) == 1, id << " has ended " << ends_of(id) << " times");
  }

  /// One failed, and the others were killed for it.
  void check_that_all_ended_for(const std::string& culprit) {
    for (const auto& id : members) {
      auto end = end_of(id);
      if (id == culprit) {
        BOOST_CHECK(end.state == task_state::failed);
        continue;
      }
      BOOST_CHECK(end.state == task_state::killed);
      BOOST_CHECK_MESSAGE(mentions(end.message, "task \"" + culprit + "\" of its group"),
                          end.message);
    }
    check_that_each_ended_once_and_nothing_is_left();
  }

  void restart_agent() {
    start_agent(1);
    wait_for_agents(1);
  }

  /// Starts the agent again, as a program that finds a supervisor of ours.
  void restart_agent_with_supervisor(const std::string& script) {
    kill_agent(1);
    namespace fs = std::filesystem;
    const fs::path programs = std::getenv("ENTENTE_BIN_DIR");
    fs::create_directories(path("programs"));
    fs::copy_file(programs / "entente", path("programs/entente"));
    write("programs/entente-supervisor", script);
    fs::permissions(path("programs/entente-supervisor"), fs::perms::owner_all);
    launcher = {"sh", "-c", "shift; exec " + path("programs/entente") + " \"$@\"", "sh"};
    restart_agent();
    launcher.clear();
  }

  void check_that_it_is_whole_after(std::size_t number, const std::string& then) {
    restart_agent_with_supervisor(treacherous(path("counter"), number, then));
    launch_group();
    agent(1).wait();
    restart_agent();
    for (const auto& id : members)
      BOOST_CHECK(is(id, task_state::running));
    check_that_all_finish();
    check_that_each_began_once();
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(task_groups)

BOOST_FIXTURE_TEST_CASE(a_group_runs_on_while_its_agent_is_killed_and_started_again, fixture) {
  launch_group_that_runs();
  kill_agent(1);
  restart_agent();
  for (const auto& id : members)
    BOOST_CHECK(process_of(id).signal(0));
  check_that_each_began_once();
  check_that_all_finish();
}

BOOST_FIXTURE_TEST_CASE(a_member_that_dies_without_an_agent_takes_the_others_with_it_afterwards,
                        fixture) {
  launch_group_that_runs();
  kill_agent(1);
  auto process = process_of("b");
  process.signal(SIGKILL);
  BOOST_CHECK(process.ends());
  start_agent(1);
  check_that_all_ended_for("b");
  BOOST_CHECK(end_of("a").reason == task_reason::task_group_invalid);
  check_that_each_began_once();
}

BOOST_AUTO_TEST_CASE(a_group_is_whole_if_its_agent_is_killed_between_the_starts_of_two_members) {
  for (std::size_t i = 1; i <= members.size(); ++i)
    BOOST_TEST_CONTEXT("killed by supervisor " << i)
  fixture{}.check_that_it_is_whole_after(i, ":");
}

BOOST_AUTO_TEST_CASE(a_group_is_whole_if_a_supervisor_dies_with_the_agent_before_it_has_begun) {
  for (std::size_t i = 1; i <= members.size(); ++i)
    BOOST_TEST_CONTEXT("killed by supervisor " << i)
  fixture{}.check_that_it_is_whole_after(i, "exit 1");
}

BOOST_AUTO_TEST_SUITE_END()

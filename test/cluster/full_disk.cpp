// An agent whose disk is full: what runs goes on, what must end ends, nothing is lost.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "support.hpp"

using namespace entente::test;

namespace {

/// Its work directory is a small file system of its own.
struct fixture : hosts {
  fixture() : hosts(0) {
    std::filesystem::create_directory(work_dir(1));
    auto command = "mount -t tmpfs -o size=4m none " + work_dir(1) + " 2>/dev/null";
    mounted = std::system(command.c_str()) == 0;
    if (!mounted)
      BOOST_TEST_MESSAGE("skipped: file systems may not be mounted here");
    start_agent(1);
    wait_for_agents(1);
  }

  ~fixture() {
    if (!mounted)
      return;
    kill_agent(1);
    // What runs there still is ended by the workshop; the file system goes with its last user.
    shell("umount -l " + work_dir(1));
  }

  void fill() const { shell("head -c 100m /dev/zero > " + filler() + " 2>/dev/null"); }
  void make_room() const { std::filesystem::remove(filler()); }
  std::string filler() const { return work_dir(1) + "/filler"; }

  /// Fills the disk, and has the agent find out: it cannot begin what is wanted.
  program start_what_cannot_begin() {
    fill();
    auto client = start_shell("true", {"--name", "late"});
    agent(1).wait_for_error("nothing new is begun");
    return client;
  }

  bool mounted = false;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(full_disk, fixture)

BOOST_AUTO_TEST_CASE(what_runs_can_be_killed_and_what_waits_begins_when_there_is_room) {
  if (!mounted)
    return;
  auto client = start_shell("echo $$; exec sleep 600", {"--name", "victim"});
  auto process = client.first_line_as_process();
  auto id = wait_for_task("victim", "RUNNING").at("id").get<std::string>();
  auto late = start_what_cannot_begin();
  BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  BOOST_CHECK(process.ends());
  make_room();
  wait_for_task("victim", "KILLED");
  auto end = late.wait();
  BOOST_CHECK_MESSAGE(end.code == 0, end);
}

BOOST_AUTO_TEST_CASE(an_agent_can_be_stopped) {
  if (!mounted)
    return;
  auto late = start_what_cannot_begin();
  agent(1).signal(SIGTERM);
  BOOST_CHECK_EQUAL(agent(1).wait().code, 0);
  make_room();
  start_agent(1);
  auto end = late.wait();
  BOOST_CHECK_MESSAGE(end.code == 0, end);
}

BOOST_AUTO_TEST_CASE(how_a_task_has_ended_is_not_lost) {
  if (!mounted)
    return;
  auto client =
    start_shell("echo $$; until [ -e " + path("go") + " ]; do sleep 0.01; done; exit 7");
  auto process = client.first_line_as_process();
  fill();
  write("go", "");
  BOOST_CHECK(process.ends());
  make_room();
  BOOST_CHECK_EQUAL(client.wait().code, 7);
}

BOOST_AUTO_TEST_SUITE_END()

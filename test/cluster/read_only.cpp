// An agent whose file systems can only be read for a while: what runs goes on, what ends is told.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>

#include "support.hpp"

using namespace entente::test;

namespace {

struct fixture : hosts {
  fixture() : hosts(0) {
    std::filesystem::create_directories(sandboxes());
    start_agent(1);
    wait_for_agents(1);
  }

  ~fixture() {
    while (!read_only.empty())
      make_writable();
  }

  std::string sandboxes() const { return work_dir(1) + "/frameworks"; }

  /// Lays over a directory a view of it in which nothing can be written; what is open stays so.
  /// @returns whether that is permitted here
  bool make_read_only(const std::string& directory) {
    auto made =
      std::system(("mount --bind " + directory + ' ' + directory + " 2>/dev/null").c_str());
    if (made != 0) {
      BOOST_TEST_MESSAGE("skipped: file systems may not be mounted here");
      return false;
    }
    read_only.push_back(directory);
    return std::system(("mount -o remount,bind,ro " + directory).c_str()) == 0;
  }

  void make_writable() {
    shell("umount -l " + read_only.back());
    read_only.pop_back();
  }

  /// A script that says its process id, waits for the file `go`, and ends with `code`.
  std::string waits_for_go(int code) const {
    return "echo $$; until [ -e " + path("go") + " ]; do sleep 0.01; done; echo done; exit " +
           std::to_string(code);
  }

  void go() const { write("go", ""); }

  void check_that_a_task_runs() const {
    BOOST_CHECK_EQUAL(run_shell("echo well"), (ending{0, "well\n", ""}));
  }

  void check_that_a_task_cannot_begin(const std::string& name) const {
    auto end = run_shell("true", {"--name", name});
    BOOST_CHECK_NE(end.code, 0);
    auto task = wait_for_task(name, "FAILED");
    BOOST_CHECK_EQUAL(task.at("reason"), "CONTAINER_LAUNCH_FAILED");
    auto message = task.at("message").get<std::string>();
    BOOST_CHECK_MESSAGE(mentions(message, "Read-only file system"), message);
    BOOST_CHECK_MESSAGE(mentions(message, work_dir(1)), message);
  }

  strings read_only;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(read_only, fixture)

BOOST_AUTO_TEST_CASE(a_task_whose_sandbox_cannot_be_written_has_failed_and_says_so) {
  if (!make_read_only(sandboxes()))
    return;
  check_that_a_task_cannot_begin("unlucky");
  make_writable();
  check_that_a_task_runs();
}

BOOST_AUTO_TEST_CASE(what_runs_in_a_work_directory_goes_on_and_its_end_is_told_when_it_can_be) {
  auto client = start_shell(waits_for_go(7), {"--name", "patient"});
  auto process = client.first_line_as_process();
  wait_for_task("patient", "RUNNING");
  if (!make_read_only(work_dir(1)))
    return;
  check_that_a_task_cannot_begin("unlucky");
  go();
  BOOST_CHECK(process.ends());
  make_writable();
  auto end = client.wait();
  BOOST_CHECK_EQUAL(end.code, 7);
  BOOST_CHECK(mentions(end.out, "\ndone\n"));
  BOOST_CHECK_EQUAL(wait_for_task("patient", "FAILED").at("exit_code"), 7);
  check_that_a_task_runs();
}

BOOST_AUTO_TEST_CASE(what_runs_can_be_killed_though_its_end_cannot_be_written) {
  auto client = start_shell("echo $$; exec sleep 600", {"--name", "victim"});
  auto process = client.first_line_as_process();
  auto id = wait_for_task("victim", "RUNNING").at("id").get<std::string>();
  if (!make_read_only(work_dir(1)))
    return;
  BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  BOOST_CHECK(process.ends());
  make_writable();
  wait_for_task("victim", "KILLED");
}

BOOST_AUTO_TEST_CASE(an_agent_does_not_start_there_and_finds_its_tasks_when_it_can) {
  auto client = start_shell(waits_for_go(7), {"--name", "orphan"});
  auto process = client.first_line_as_process();
  kill_agent(1);
  if (!make_read_only(work_dir(1)))
    return start_agent(1);
  auto refused = agent_that_ends(1);
  BOOST_CHECK_NE(refused.code, 0);
  BOOST_CHECK_MESSAGE(mentions(refused.err, "Read-only file system"), refused);
  BOOST_CHECK_MESSAGE(mentions(refused.err, work_dir(1)), refused);
  go();
  BOOST_CHECK(process.ends());
  make_writable();
  start_agent(1);
  BOOST_CHECK_EQUAL(client.wait().code, 7);
}

BOOST_AUTO_TEST_SUITE_END()

// A master whose disk is full: it takes on nothing new and says why, and what runs can be killed.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>

#include "support.hpp"

using namespace entente::test;

namespace {

/// The master's work directory is a small file system of its own.
struct fixture : hosts {
  fixture() : hosts(0) {
    kill_master();
    auto command = "mount -t tmpfs -o size=4m none " + directory() + " 2>/dev/null";
    mounted = std::system(command.c_str()) == 0;
    if (!mounted)
      BOOST_TEST_MESSAGE("skipped: file systems may not be mounted here");
    start_master();
    start_agent(1);
    wait_for_agents(1);
  }

  ~fixture() {
    if (!mounted)
      return;
    kill_master();
    shell("umount -l " + directory());
  }

  std::string directory() const { return path("master"); }
  std::string filler() const { return directory() + "/filler"; }

  /// Fills the disk, and has the master find out.
  ending fill() const {
    shell("head -c 100m /dev/zero > " + filler() + " 2>/dev/null");
    return set_weight("2");
  }
  void make_room() const { std::filesystem::remove(filler()); }

  ending set_weight(const std::string& weight) const {
    return entente({"weight", "set", "eng", weight});
  }

  json weight() const {
    for (const auto& x : listing("roles"))
      if (x.at("name") == "eng")
        return x.at("weight");
    return nullptr;
  }

  bool mounted = false;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(full_registry, fixture)

BOOST_AUTO_TEST_CASE(a_call_that_cannot_be_written_down_is_told_why) {
  if (!mounted)
    return;
  auto first = fill();
  BOOST_CHECK_EQUAL(first.code, 69);
  BOOST_CHECK_MESSAGE(mentions(first.err, "as soon as the master can write it down"), first.err);
  auto second = set_weight("3");
  BOOST_CHECK_EQUAL(second.code, 69);
  BOOST_CHECK_MESSAGE(mentions(second.err, "takes on nothing new now: "), second.err);
  BOOST_CHECK_MESSAGE(mentions(second.err, "registry.db"), second.err);
  make_room();
  BOOST_CHECK(eventually([&] { return set_weight("4").code == 0; }));
  BOOST_CHECK_EQUAL(weight(), 4);
  kill_master();
  start_master();
  BOOST_CHECK_EQUAL(weight(), 4);
}

BOOST_AUTO_TEST_CASE(what_runs_is_killed_at_once_and_its_client_hears_it) {
  if (!mounted)
    return;
  auto client = start_shell("echo $$; exec sleep 600", {"--name", "victim"});
  auto process = client.first_line_as_process();
  auto id = wait_for_task("victim", "RUNNING").at("id").get<std::string>();
  fill();
  BOOST_CHECK_EQUAL(entente({"kill", id}).code, 0);
  BOOST_CHECK(process.ends());
  BOOST_CHECK_NE(client.wait().code, 0);
  wait_for_task("victim", "KILLED");
}

BOOST_AUTO_TEST_CASE(who_comes_meanwhile_is_told_why_and_is_served_when_there_is_room) {
  if (!mounted)
    return;
  fill();
  auto refused = entente({"run", "--", "true"});
  BOOST_CHECK_EQUAL(refused.code, 69);
  BOOST_CHECK_MESSAGE(mentions(refused.err, "takes on nothing new now: "), refused.err);
  make_room();
  BOOST_CHECK(eventually([&] { return entente({"run", "--", "true"}).code == 0; }));
}

BOOST_AUTO_TEST_CASE(a_framework_that_was_there_goes_on_when_there_is_room) {
  if (!mounted)
    return;
  auto client =
    start_shell("until [ -e " + path("go") + " ]; do sleep 0.01; done; exit 7", {"--name", "long"});
  wait_for_task("long", "RUNNING");
  fill();
  write("go", "");
  BOOST_CHECK_EQUAL(client.wait().code, 7);
  make_room();
  BOOST_CHECK(eventually([&] { return entente({"run", "--", "true"}).code == 0; }));
}

BOOST_AUTO_TEST_SUITE_END()

// What docs/deploy.md has an operator do, and what an operator gets wrong.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>

#include "support.hpp"

using namespace entente::test;

namespace {

std::string machine() {
  char name[256]{};
  ::gethostname(name, sizeof name - 1);
  return name;
}

struct fixture : cluster_user {
  fixture() { env["ENTENTE_AGENT_LIMITS"] = "off"; }

  program start_master() {
    auto x = start({"master", "--listen", "127.0.0.1:0"});
    use_master_of(x);
    return x;
  }

  /// Starts an agent with a file that says something of that host.
  program start_agent(const std::string& host) const {
    auto file = write("agent.json", R"({
      "agent": {"work_dir": ")" + path("a") +
                                      R"(", "resources": {"cpus": 4, "mem": "2GB"}},
      "hosts": {")" + host + R"(": {"runs": ["agent"], "agent": {"attributes": {"rack": "r7"}}}}
    })");
    return start({"agent", "--config", file, "--master", master()});
  }

  json attributes_of_agent() const {
    auto there = [](const json& xs) { return !xs.empty() && xs[0].at("state") == "registered"; };
    return wait_for("agents", there).at(0).at("attributes");
  }

  ending check(const std::string& text) const {
    return entente({"config", "check", write("checked.json", text)});
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(deploying, fixture)

// -- install ------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(installed_programs_need_nothing_of_the_home_of_who_has_built_them) {
  auto build = std::filesystem::path{std::getenv("ENTENTE_BIN_DIR")}.parent_path().string();
  auto root = path("installed");
  shell("cmake --install " + build + " --component programs --prefix " + root);
  // The loader names each library that a program is linked with, or says that it is not found.
  auto elsewhere = shell("for x in " + root +
                         "/bin/*; do ldd $x 2>/dev/null; done | "
                         "grep -E '=> (not|/)' | grep -vE '=> (" +
                         root + "|/usr/|/lib)'");
  BOOST_CHECK_EQUAL(elsewhere, "");
  shell("chmod 755 " + path("."));
  std::string as_a_user =
    ::geteuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : "";
  BOOST_CHECK(mentions(shell(as_a_user + root + "/bin/entente version 2>&1"), "entente "));
}

// -- hosts --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_part_that_is_not_told_its_host_takes_the_entry_of_the_machines_name) {
  auto master = start_master();
  auto agent = start_agent(machine());
  BOOST_CHECK_EQUAL(attributes_of_agent(), json({{"rack", "r7"}}));
}

BOOST_AUTO_TEST_CASE(a_part_on_a_machine_that_no_entry_names_says_so) {
  auto master = start_master();
  auto agent = start_agent("another-" + machine());
  agent.wait_for_error("hosts: has no entry \"" + machine() + "\", this machine's name");
  BOOST_CHECK_EQUAL(attributes_of_agent(), json::object());
}

// -- logs ---------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(who_logs_where_no_directory_can_be_is_told_to_make_it) {
  env["ENTENTE_LOG_FILE"] = "/proc/nowhere/x.log";
  auto x = entente({"master", "--listen", "127.0.0.1:0"});
  BOOST_CHECK_MESSAGE(x.code == 64 && is_one_line(x.err), x);
  BOOST_CHECK_MESSAGE(mentions(x.err, "the directory of /proc/nowhere/x.log is not there"), x);
  BOOST_CHECK_MESSAGE(mentions(x.err, "make it"), x);
}

// -- the registry -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_master_says_that_it_begins_a_registry_and_the_next_one_does_not) {
  auto first = start_master();
  first.wait_for_error("event=registry_begun file=" + path("master") + "/registry.db");
  first.signal(SIGTERM);
  first.wait();
  auto second = start_master();
  second.signal(SIGTERM);
  auto end = second.wait();
  BOOST_CHECK_MESSAGE(!mentions(end.err, "registry_begun"), end);
}

BOOST_AUTO_TEST_CASE(an_empty_registry_is_not_begun_anew) {
  std::filesystem::create_directory(path("master"));
  write("master/registry.db", "");
  auto x = entente({"master", "--listen", "127.0.0.1:0"});
  BOOST_CHECK_MESSAGE(x.code == 64 && is_one_line(x.err), x);
  BOOST_CHECK_MESSAGE(mentions(x.err, "it is empty; restore a back-up"), x);
}

// -- files --------------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_a_master_would_refuse_to_listen_on_is_found_before_it_starts) {
  auto open = check(R"({"master": {"listen": "0.0.0.0:5060"}})");
  BOOST_CHECK_MESSAGE(open.code == 64 && is_one_line(open.err), open);
  BOOST_CHECK(mentions(open.err, "master.listen: 0.0.0.0:5060 can be reached from other machines"));
  BOOST_CHECK_EQUAL(check(R"({"master": {"listen": "0.0.0.0:5060"}, "insecure": true})").code, 0);
  auto host =
    check(R"({"hosts": {"n1": {"runs": ["master"], "master": {"listen": "[::]:5060"}}}})");
  BOOST_CHECK_MESSAGE(host.code == 64 && is_one_line(host.err), host);
  BOOST_CHECK(mentions(host.err, "hosts.n1.master.listen: [::]:5060 can be reached"));
  auto no_master = R"({"master": {"listen": "[::]:5060"}, "hosts": {"n1": {"runs": ["agent"]}}})";
  BOOST_CHECK_EQUAL(check(no_master).code, 0);
}

BOOST_AUTO_TEST_CASE(every_example_is_fine) {
  std::filesystem::path source = std::getenv("ENTENTE_SOURCE_DIR");
  for (const auto& x : std::filesystem::directory_iterator{source / "config/examples"}) {
    auto end = entente({"config", "check", x.path().string()});
    BOOST_CHECK_MESSAGE(end.code == 0, end);
  }
}

BOOST_AUTO_TEST_SUITE_END()

// The groups of this machine's kernel, whatever its version, with real processes in them.
#include "actors/runtime/cgroup.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <boost/test/unit_test.hpp>
#include <sys/stat.h>
#include <sys/wait.h>

#include "cgroup_fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  bool exists(const task_cgroup& group) const {
    auto is_there = [](const auto& directory) { return std::filesystem::exists(directory); };
    const auto& all = group.directories();
    return std::any_of(all.begin(), all.end(), is_there);
  }

  real_groups groups;
  const enforced_limits enforced = groups.tree.enforced();
};

constexpr auto sleeps = "exec sleep 1000";

/// A shell ends when it cannot start another; that makes place, and the others go on.
constexpr auto multiplies = "b() { while :; do b & done; }; sleep 1000 & b";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cgroup, fixture)

BOOST_AUTO_TEST_CASE(a_process_over_its_memory_is_killed_and_counted) {
  if (!groups.has(enforced.mem))
    return;
  auto group = groups.create("hungry", {0, 32 * megabyte, 0});
  auto status = groups.await(groups.start(group, "exec tail /dev/zero"));
  BOOST_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  BOOST_CHECK_EQUAL(group.oom_kills(), 1u);
  if (auto peak = group.usage().mem_peak_bytes) {
    BOOST_CHECK_GT(*peak, 16 * megabyte);
    BOOST_CHECK_LE(*peak, 32 * megabyte);
  }
}

BOOST_AUTO_TEST_CASE(a_probe_that_is_killed_for_want_of_memory_is_not_counted_with_version_1) {
  if (!groups.has(enforced.mem) || groups.tree.describe().find("v1") == std::string::npos)
    return;
  auto group = groups.create("probed", {0, 32 * megabyte, 0});
  auto status = groups.await(groups.start(group.probe_entry_files(), "exec tail /dev/zero"));
  BOOST_CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  BOOST_CHECK_EQUAL(group.oom_kills(), 0u);
  BOOST_CHECK(!group.remove());
}

BOOST_AUTO_TEST_CASE(a_process_within_its_limits_ends_by_itself) {
  auto group = groups.create("modest", {500, 64 * megabyte, 10});
  BOOST_CHECK_EQUAL(groups.await(groups.start(group, "sleep 0; exit 3")), 3 << 8);
  BOOST_CHECK_EQUAL(group.oom_kills(), 0u);
}

BOOST_AUTO_TEST_CASE(what_multiplies_is_stopped_and_all_of_it_killed) {
  if (!groups.has(enforced.pids))
    return;
  auto group = groups.create("bomb", {0, 0, 60});
  auto status = groups.await(groups.start(group, multiplies));
  BOOST_CHECK(WIFEXITED(status) && WEXITSTATUS(status) != 0);
  BOOST_CHECK_LE(group.usage().pids.value(), 60u);
  BOOST_CHECK(!cgroup_members(group.directories()).empty());
  auto why = group.kill();
  BOOST_CHECK_MESSAGE(!why, (why ? why->message : ""));
  BOOST_CHECK(cgroup_members(group.directories()).empty());
}

BOOST_AUTO_TEST_CASE(time_on_processors_is_counted_and_stays_counted_after_the_end) {
  auto group = groups.create("busy");
  auto before = group.usage().cpu_us;
  if (!groups.has(before.has_value()))
    return;
  groups.await(groups.start(group, "i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done"));
  BOOST_CHECK_GT(group.usage().cpu_us.value(), *before);
}

BOOST_AUTO_TEST_CASE(a_group_with_a_process_is_busy_and_gone_once_that_is_killed) {
  auto group = groups.create("a");
  if (!groups.has(!group.directories().empty()))
    return;
  auto pid = groups.start(group, sleeps);
  BOOST_CHECK_EQUAL(group.remove().value().code, EBUSY);
  BOOST_CHECK_EQUAL(real_groups::clear(group), "removed");
  BOOST_CHECK(!exists(group));
  BOOST_CHECK(groups.tree.list().empty());
  BOOST_CHECK(!group.remove());
  BOOST_CHECK(!group.kill());
  BOOST_CHECK_EQUAL(group.update({}).value().code, ENOENT);
  BOOST_CHECK(WIFSIGNALED(groups.await(pid)));
}

BOOST_AUTO_TEST_CASE(a_group_of_an_earlier_life_is_found_and_removed) {
  auto made = groups.create("old", {0, 0, 5});
  if (!groups.has(!made.directories().empty()))
    return;
  auto pid = groups.start(made, sleeps);
  auto again = groups.open_again();
  BOOST_CHECK(again.enforced() == enforced);
  BOOST_CHECK(again.list() == std::vector<std::string>{"old"});
  auto found = again.find("old").value();
  BOOST_CHECK(found.directories() == made.directories());
  BOOST_CHECK(cgroup_members(found.directories()) == std::vector<pid_t>{pid});
  BOOST_CHECK_EQUAL(std::get<failure>(again.create("old", {})).code, EEXIST);
  BOOST_CHECK_EQUAL(real_groups::clear(found), "removed");
  BOOST_CHECK(!again.find("old"));
}

BOOST_AUTO_TEST_CASE(a_group_that_a_task_has_made_in_its_own_goes_with_it) {
  auto group = groups.create("nests");
  if (!groups.has(!group.directories().empty()))
    return;
  std::vector<std::filesystem::path> inner;
  for (const auto& directory : group.directories()) {
    BOOST_REQUIRE_EQUAL(::mkdir((directory / "inner").c_str(), 0755), 0);
    inner.push_back(directory / "inner");
  }
  auto pid = groups.start(task_cgroup{inner}, sleeps);
  BOOST_CHECK_EQUAL(real_groups::clear(group), "removed");
  BOOST_CHECK(!exists(group));
  BOOST_CHECK(WIFSIGNALED(groups.await(pid)));
}

BOOST_AUTO_TEST_CASE(nobody_kills_itself_by_its_own_group) {
  auto group = groups.create("self");
  if (!groups.has(!group.directories().empty()))
    return;
  auto child = ::fork();
  if (child == 0) {
    for (const auto& file : group.entry_files())
      write_cgroup_file(file, "0");
    auto why = group.kill();
    ::_exit(why && why->code == EDEADLK ? 0 : 1);
  }
  auto status = 0;
  BOOST_CHECK_EQUAL(::waitpid(child, &status, 0), child);
  BOOST_CHECK_EQUAL(status, 0);
}

BOOST_AUTO_TEST_CASE(a_task_may_be_called_like_a_file_of_the_kernel) {
  for (const auto* name : {"tasks", "cgroup.procs", "memory.max"})
    BOOST_CHECK_EQUAL(real_groups::clear(groups.create(name)), "removed");
}

BOOST_AUTO_TEST_CASE(an_agent_group_is_removed_with_its_last_task) {
  auto group = groups.create("last");
  if (!groups.has(!group.directories().empty()))
    return;
  BOOST_CHECK_EQUAL(groups.tree.remove().value().code, EBUSY);
  BOOST_CHECK_EQUAL(real_groups::clear(group), "removed");
  BOOST_CHECK(!groups.tree.remove());
  BOOST_CHECK(!std::filesystem::exists(group.directories().front().parent_path()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test

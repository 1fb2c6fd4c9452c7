// Version 1: what is written where, on a pretended machine and on this one if it has it.
#include <cerrno>

#include <boost/test/unit_test.hpp>

#include "actors/runtime/cgroup.hpp"
#include "cgroup_fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture : pretended_machine {
  /// Files of the kernel's in a group.
  void pretend_all(const std::string& group, const std::vector<std::string>& files) const {
    for (const auto& file : files)
      pretend("sys/fs/cgroup/" + group + '/' + file);
  }

  void pretend_group(const std::string& name) const {
    pretend_all("cpu/" + name, {"cpu.shares", "cpu.cfs_period_us", "cpu.cfs_quota_us"});
    pretend_all("cpuacct/" + name, {"cpuacct.usage"});
    pretend_all("memory/" + name, {"memory.limit_in_bytes", "memory.memsw.limit_in_bytes"});
    pretend_all("pids/" + name, {"pids.max"});
  }

  /// A machine with an agent's group, and one in that for the task `t`.
  void pretend_agent() const {
    pretend("proc/self/cgroup", "4:memory:/\n3:pids:/\n2:cpuacct:/\n1:cpu:/\n0::/\n");
    pretend_group("entente/a");
    pretend_group("entente/a/task-t");
  }

  std::string value(const std::string& file) const { return dir.read("sys/fs/cgroup/" + file); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cgroup_v1, fixture)

BOOST_AUTO_TEST_CASE(each_limit_is_written_to_its_hierarchy) {
  pretend_agent();
  auto tree = open();
  BOOST_CHECK_EQUAL(tree.describe(), "cgroups v1: cpus, mem and pids are enforced");
  BOOST_CHECK(!tree.find("t").value().update({1500, 64 * megabyte, 20}));
  BOOST_CHECK_EQUAL(value("cpu/entente/a/task-t/cpu.shares"), "1536");
  BOOST_CHECK_EQUAL(value("cpu/entente/a/task-t/cpu.cfs_period_us"), "100000");
  BOOST_CHECK_EQUAL(value("cpu/entente/a/task-t/cpu.cfs_quota_us"), "150000");
  BOOST_CHECK_EQUAL(value("memory/entente/a/task-t/memory.limit_in_bytes"), "67108864");
  BOOST_CHECK_EQUAL(value("memory/entente/a/task-t/memory.memsw.limit_in_bytes"), "67108864");
  BOOST_CHECK_EQUAL(value("pids/entente/a/task-t/pids.max"), "20");
}

BOOST_AUTO_TEST_CASE(nothing_and_too_much_are_no_limit_and_too_little_is_the_least) {
  pretend_agent();
  auto group = open().find("t").value();
  BOOST_CHECK(!group.update({0, 0, 5'000'000}));
  BOOST_CHECK_EQUAL(value("cpu/entente/a/task-t/cpu.shares"), "1024");
  BOOST_CHECK_EQUAL(value("cpu/entente/a/task-t/cpu.cfs_quota_us"), "-1");
  BOOST_CHECK_EQUAL(value("memory/entente/a/task-t/memory.limit_in_bytes"), "-1");
  BOOST_CHECK_EQUAL(value("pids/entente/a/task-t/pids.max"), "max");
  BOOST_CHECK(!group.update({1, 0, 0}));
  BOOST_CHECK_EQUAL(value("cpu/entente/a/task-t/cpu.shares"), "2");
  BOOST_CHECK_EQUAL(value("cpu/entente/a/task-t/cpu.cfs_quota_us"), "1000");
}

BOOST_AUTO_TEST_CASE(a_kernel_that_does_not_count_swap_limits_memory_all_the_same) {
  pretend_agent();
  std::filesystem::remove(dir /
                          "sys/fs/cgroup/memory/entente/a/task-t/memory.memsw.limit_in_bytes");
  BOOST_CHECK(!open().find("t").value().update({0, megabyte, 0}));
  BOOST_CHECK_EQUAL(value("memory/entente/a/task-t/memory.limit_in_bytes"), "1048576");
}

BOOST_AUTO_TEST_CASE(a_hierarchy_of_two_controllers_has_one_group) {
  pretend("proc/self/cgroup", "1:cpu,cpuacct:/box\n");
  pretend_all("cpu/box/entente/a", {"cpu.cfs_quota_us", "cpuacct.usage"});
  auto tree = open();
  BOOST_CHECK(tree.enforced() == (enforced_limits{true, false, false}));
  BOOST_CHECK_EQUAL(tree.describe(), "cgroups v1: cpus is enforced, mem and pids are not enforced "
                                     "(not mounted in \"" +
                                       (dir / "sys/fs/cgroup").string() + "\")");
  pretend_all("cpu/box/entente/a/task-t", {"cpu.cfs_quota_us"});
  BOOST_CHECK_EQUAL(tree.find("t").value().entry_files().size(), 1u);
}

BOOST_AUTO_TEST_CASE(usage_is_read_where_it_is_counted) {
  pretend_agent();
  pretend("sys/fs/cgroup/cpuacct/entente/a/task-t/cpuacct.usage", "2500000\n");
  pretend("sys/fs/cgroup/memory/entente/a/task-t/memory.usage_in_bytes", "4096\n");
  pretend("sys/fs/cgroup/memory/entente/a/task-t/memory.max_usage_in_bytes", "8192\n");
  pretend("sys/fs/cgroup/memory/entente/a/task-t/memory.oom_control",
          "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
  auto group = open().find("t").value();
  BOOST_CHECK_EQUAL(group.usage().cpu_us.value(), 2500u);
  BOOST_CHECK_EQUAL(group.usage().mem_bytes.value(), 4096u);
  BOOST_CHECK_EQUAL(group.usage().mem_peak_bytes.value(), 8192u);
  BOOST_CHECK(!group.usage().pids);
  BOOST_CHECK_EQUAL(group.oom_kills(), 3u);
}

BOOST_AUTO_TEST_CASE(a_machine_without_groups_runs_tasks_without_limits) {
  auto tree = open();
  BOOST_CHECK(tree.enforced() == enforced_limits{});
  BOOST_CHECK_EQUAL(tree.describe(), "no cgroups (not mounted in \"" +
                                       (dir / "sys/fs/cgroup").string() +
                                       "\"): cpus, mem and pids are not enforced");
  auto group = std::get<task_cgroup>(tree.create("t", {1000, megabyte, 10}));
  BOOST_CHECK(group.entry_files().empty());
  BOOST_CHECK(!group.kill());
  BOOST_CHECK(!group.remove());
  BOOST_CHECK(!tree.find("t"));
}

BOOST_AUTO_TEST_CASE(names_that_lead_elsewhere_are_refused) {
  for (const auto* name : {"", "..", "entente/../..", "/entente", "entente/a/", "a b"})
    BOOST_CHECK_EQUAL(std::get<failure>(cgroup_tree::open(name, dir.path())).code, EINVAL);
  pretend_agent();
  auto tree = open();
  for (const auto* name : {"", ".", "..", "../t", "a/b", "a\nb"}) {
    BOOST_CHECK_EQUAL(std::get<failure>(tree.create(name, {})).code, EINVAL);
    BOOST_CHECK(!tree.find(name));
  }
}

BOOST_AUTO_TEST_CASE(the_limit_of_memory_can_be_raised_and_lowered) {
  real_groups groups;
  auto group = groups.create("t", {0, 64 * megabyte, 0});
  std::filesystem::path memory;
  for (const auto& directory : group.directories())
    if (std::filesystem::exists(directory / "memory.limit_in_bytes"))
      memory = directory;
  if (!groups.has(!memory.empty()))
    return;
  for (std::uint64_t size : {64, 128, 32, 96}) {
    auto why = group.update({0, size * megabyte, 0});
    BOOST_CHECK_MESSAGE(!why, (why ? why->message : ""));
    BOOST_CHECK_EQUAL(read_count(memory / "memory.limit_in_bytes").value(), size * megabyte);
    if (auto with_swap = read_count(memory / "memory.memsw.limit_in_bytes"))
      BOOST_CHECK_EQUAL(*with_swap, size * megabyte);
  }
  BOOST_CHECK(!group.update({}));
  BOOST_CHECK_GT(read_count(memory / "memory.limit_in_bytes").value(), std::uint64_t{1} << 60);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test

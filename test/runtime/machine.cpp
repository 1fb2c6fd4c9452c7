// What "auto" finds, on this machine and under pretended control groups.
#include "actors/runtime/machine.hpp"

#include <cerrno>

#include <boost/test/unit_test.hpp>

#include "fixtures.hpp"

namespace entente::runtime::test {

namespace {

struct fixture {
  void pretend(const std::string& file, const std::string& text) {
    std::filesystem::create_directories((dir / file).parent_path());
    dir.write(file, text);
  }

  scratch dir;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(machine, fixture)

BOOST_AUTO_TEST_CASE(this_machine_has_something_of_everything) {
  auto facts = std::get<machine_facts>(detect_machine(dir.path()));
  BOOST_CHECK_GT(facts.milli_cpus, 0);
  BOOST_CHECK_GT(facts.mem_mb, 0u);
  BOOST_CHECK_GT(facts.disk_mb, 0u);
  BOOST_CHECK(!facts.hostname.empty());
}

BOOST_AUTO_TEST_CASE(a_missing_disk_path_is_named) {
  auto error = std::get<failure>(detect_machine("/no/such/place"));
  BOOST_CHECK_EQUAL(error.message, "cannot measure the disk at \"/no/such/place\": "
                                   "No such file or directory");
}

BOOST_AUTO_TEST_CASE(without_control_groups_there_is_no_limit) {
  auto limits = read_cgroup_limits(dir.path());
  BOOST_CHECK(!limits.milli_cpus);
  BOOST_CHECK(!limits.mem_bytes);
}

BOOST_AUTO_TEST_CASE(the_tightest_limit_on_the_way_up_counts) {
  pretend("proc/self/cgroup", "0::/a/b\n");
  pretend("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
  pretend("sys/fs/cgroup/a/b/memory.max", "4194304\n");
  pretend("sys/fs/cgroup/a/cpu.max", "150000 100000\n");
  pretend("sys/fs/cgroup/a/memory.max", "max\n");
  pretend("sys/fs/cgroup/memory.max", "1048576\n");
  auto limits = read_cgroup_limits(dir.path());
  BOOST_CHECK_EQUAL(limits.milli_cpus.value(), 1500);
  BOOST_CHECK_EQUAL(limits.mem_bytes.value(), 1048576u);
}

BOOST_AUTO_TEST_CASE(version_1_limits_are_found_in_a_container) {
  // The path is the host's; the container sees its own group as the root.
  pretend("proc/self/cgroup", "5:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n1:name=systemd:/\n");
  pretend("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n");
  pretend("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  pretend("sys/fs/cgroup/memory/memory.limit_in_bytes", "2097152\n");
  auto limits = read_cgroup_limits(dir.path());
  BOOST_CHECK_EQUAL(limits.milli_cpus.value(), 500);
  BOOST_CHECK_EQUAL(limits.mem_bytes.value(), 2097152u);
}

BOOST_AUTO_TEST_CASE(version_1_says_no_limit_by_minus_one_and_by_a_huge_number) {
  pretend("proc/self/cgroup", "5:memory:/\n4:cpu:/\n");
  pretend("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  pretend("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  pretend("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  auto limits = read_cgroup_limits(dir.path());
  BOOST_CHECK(!limits.milli_cpus);
  BOOST_CHECK(!limits.mem_bytes);
}

BOOST_AUTO_TEST_CASE(damaged_files_are_no_limit) {
  pretend("proc/self/cgroup", "\nnonsense\n0::\n:::\n");
  pretend("sys/fs/cgroup/cpu.max", "what 1\n");
  BOOST_CHECK(!read_cgroup_limits(dir.path()).milli_cpus);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test

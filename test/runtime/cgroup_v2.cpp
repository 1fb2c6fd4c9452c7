// Version 2: delegation and what is written where, on a pretended machine; killing in the kernel's.
#include <cerrno>

#include <boost/test/unit_test.hpp>
#include <sys/wait.h>

#include "actors/runtime/cgroup.hpp"
#include "cgroup_fixtures.hpp"

namespace entente::runtime::test {

namespace {

const std::string all_controllers = "cpuset cpu io memory pids\n";
const std::string enabling = "+cpu +memory +pids";

struct fixture : pretended_machine {
  std::string value(const std::string& file) const { return dir.read("sys/fs/cgroup/" + file); }

  /// A machine with a group `box` that has been handed down to the agent, which is in `own`.
  void pretend_agent(const std::string& own,
                     const std::string& controllers = all_controllers) const {
    pretend("proc/self/cgroup", "0::" + own + '\n');
    pretend("sys/fs/cgroup/cgroup.controllers", all_controllers);
    pretend("sys/fs/cgroup/box/cgroup.controllers", controllers);
    pretend("sys/fs/cgroup/box/cgroup.type", "domain\n");
    pretend("sys/fs/cgroup/box/entente-agent/cgroup.procs");
    for (const auto* group : {"", "/entente", "/entente/a"})
      pretend("sys/fs/cgroup/box" + std::string{group} + "/cgroup.subtree_control");
  }

  /// The group of a task, with what the kernel would make in it.
  void pretend_task() const {
    for (const auto* file :
         {"cpu.weight", "cpu.max", "cpu.stat", "memory.max", "memory.swap.max", "memory.oom.group",
          "pids.max", "cgroup.kill", "cgroup.events", "cgroup.procs"})
      pretend("sys/fs/cgroup/box/entente/a/task-t/" + std::string{file});
  }
};

/// A machine whose only groups are those of version 2 on this one.
struct hybrid_machine : pretended_machine {
  hybrid_machine() {
    pretend("proc/self/cgroup", "0::/\n");
    std::filesystem::create_directories(dir / "sys/fs");
    std::filesystem::create_directory_symlink("/sys/fs/cgroup/unified", dir / "sys/fs/cgroup");
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cgroup_v2, fixture)

BOOST_AUTO_TEST_CASE(an_agent_leaves_its_group_before_it_hands_controllers_down) {
  pretend_agent("/box");
  auto tree = open();
  BOOST_CHECK_EQUAL(tree.describe(), "cgroups v2: cpus, mem and pids are enforced");
  BOOST_CHECK_EQUAL(value("box/entente-agent/cgroup.procs"), "0");
  for (const auto* group : {"box", "box/entente", "box/entente/a"})
    BOOST_CHECK_EQUAL(value(std::string{group} + "/cgroup.subtree_control"), enabling);
}

BOOST_AUTO_TEST_CASE(an_agent_in_its_own_leaf_makes_groups_beside_it) {
  pretend_agent("/box/entente-agent");
  auto tree = open();
  BOOST_CHECK(tree.enforced() == (enforced_limits{true, true, true}));
  BOOST_CHECK(!std::filesystem::exists(dir / "sys/fs/cgroup/box/entente-agent/entente"));
  BOOST_CHECK_EQUAL(value("box/entente/a/cgroup.subtree_control"), enabling);
}

BOOST_AUTO_TEST_CASE(what_is_handed_down_already_is_left_as_it_is) {
  pretend_agent("/box");
  for (const auto* group : {"", "/entente", "/entente/a"})
    pretend("sys/fs/cgroup/box" + std::string{group} + "/cgroup.subtree_control",
            "cpu memory pids\n");
  BOOST_CHECK(open().enforced() == (enforced_limits{true, true, true}));
  BOOST_CHECK_EQUAL(value("box/entente-agent/cgroup.procs"), "");
  BOOST_CHECK_EQUAL(value("box/cgroup.subtree_control"), "cpu memory pids\n");
}

BOOST_AUTO_TEST_CASE(the_top_of_the_hierarchy_may_have_processes) {
  pretend("proc/self/cgroup", "0::/\n");
  pretend("sys/fs/cgroup/cgroup.controllers", all_controllers);
  for (const auto* group : {"", "/entente", "/entente/a"})
    pretend("sys/fs/cgroup" + std::string{group} + "/cgroup.subtree_control");
  BOOST_CHECK(open().enforced() == (enforced_limits{true, true, true}));
  BOOST_CHECK(!std::filesystem::exists(dir / "sys/fs/cgroup/entente-agent"));
}

BOOST_AUTO_TEST_CASE(a_controller_that_was_not_handed_down_is_named) {
  pretend_agent("/box", "memory pids\n");
  auto tree = open();
  BOOST_CHECK_EQUAL(tree.describe(),
                    "cgroups v2: mem and pids are enforced, cpus is not enforced (no controller "
                    "\"cpu\" in \"" +
                      (dir / "sys/fs/cgroup/box").string() + "\")");
  BOOST_CHECK_EQUAL(value("box/cgroup.subtree_control"), "+memory +pids");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_handed_down_is_not_enforced_and_said) {
  pretend_agent("/box");
  auto file = dir / "sys/fs/cgroup/box/cgroup.subtree_control";
  std::filesystem::remove(file);
  auto tree = open();
  BOOST_CHECK(tree.enforced() == enforced_limits{});
  auto text = tree.describe();
  BOOST_CHECK_MESSAGE(
    text.find("cannot write \"+memory\" to \"" + file.string() + '"') != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(each_limit_is_written_to_its_file) {
  pretend_agent("/box");
  pretend_task();
  auto group = open().find("t").value();
  BOOST_CHECK(!group.update({1500, 64 * megabyte, 20}));
  const std::string task = "box/entente/a/task-t/";
  BOOST_CHECK_EQUAL(value(task + "cpu.weight"), "150");
  BOOST_CHECK_EQUAL(value(task + "cpu.max"), "150000 100000");
  BOOST_CHECK_EQUAL(value(task + "memory.max"), "67108864");
  BOOST_CHECK_EQUAL(value(task + "memory.swap.max"), "0");
  BOOST_CHECK_EQUAL(value(task + "memory.oom.group"), "1");
  BOOST_CHECK_EQUAL(value(task + "pids.max"), "20");
  BOOST_CHECK(!group.update({}));
  BOOST_CHECK_EQUAL(value(task + "cpu.weight"), "100");
  BOOST_CHECK_EQUAL(value(task + "cpu.max"), "max 100000");
  BOOST_CHECK_EQUAL(value(task + "memory.max"), "max");
  BOOST_CHECK_EQUAL(value(task + "memory.swap.max"), "max");
}

BOOST_AUTO_TEST_CASE(a_kernel_without_swap_limits_memory_all_the_same) {
  pretend_agent("/box");
  pretend_task();
  std::filesystem::remove(dir / "sys/fs/cgroup/box/entente/a/task-t/memory.swap.max");
  BOOST_CHECK(!open().find("t").value().update({0, megabyte, 0}));
  BOOST_CHECK_EQUAL(value("box/entente/a/task-t/memory.max"), "1048576");
}

BOOST_AUTO_TEST_CASE(a_group_that_lost_its_controllers_is_not_made) {
  pretend_agent("/box");
  auto tree = open();
  BOOST_CHECK_EQUAL(std::get<failure>(tree.create("new", {1000, 0, 0})).code, ENOENT);
  BOOST_CHECK(tree.list().empty());
}

BOOST_AUTO_TEST_CASE(usage_is_read_from_the_one_group) {
  pretend_agent("/box");
  pretend_task();
  const std::string task = "sys/fs/cgroup/box/entente/a/task-t/";
  pretend(task + "cpu.stat", "usage_usec 2500\nuser_usec 2000\n");
  pretend(task + "memory.current", "4096\n");
  pretend(task + "memory.events", "low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\noom_group_kill 1\n");
  pretend(task + "pids.current", "4\n");
  auto group = open().find("t").value();
  BOOST_CHECK_EQUAL(group.usage().cpu_us.value(), 2500u);
  BOOST_CHECK_EQUAL(group.usage().mem_bytes.value(), 4096u);
  BOOST_CHECK(!group.usage().mem_peak_bytes);
  BOOST_CHECK_EQUAL(group.usage().pids.value(), 4u);
  BOOST_CHECK_EQUAL(group.oom_kills(), 1u);
}

BOOST_AUTO_TEST_CASE(a_group_is_killed_by_one_write) {
  pretend_agent("/box");
  pretend_task();
  pretend("sys/fs/cgroup/box/entente/a/task-t/cgroup.events", "populated 0\nfrozen 0\n");
  BOOST_CHECK(!open().find("t").value().kill());
  BOOST_CHECK_EQUAL(value("box/entente/a/task-t/cgroup.kill"), "1");
}

BOOST_AUTO_TEST_CASE(the_kernel_kills_a_group_and_those_in_it) {
  hybrid_machine machine;
  real_groups groups{machine.dir.path()};
  auto group = groups.create("t");
  if (!groups.has(!group.directories().empty()))
    return;
  auto inner = group.directories().front() / "inner";
  std::filesystem::create_directory(inner);
  auto outside = groups.start(group, "exec sleep 1000");
  auto inside = groups.start(task_cgroup{{inner}}, "exec sleep 1000");
  BOOST_CHECK_EQUAL(group.remove().value().code, EBUSY);
  BOOST_CHECK_EQUAL(real_groups::clear(group), "removed");
  BOOST_CHECK(WIFSIGNALED(groups.await(outside)));
  BOOST_CHECK(WIFSIGNALED(groups.await(inside)));
  BOOST_CHECK(!std::filesystem::exists(inner.parent_path()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::runtime::test

// The groups of tasks that do not end though they were killed, on a pretended machine.
#include "actors/agent/task_groups.hpp"

#include <boost/test/unit_test.hpp>

#include "actors/runtime/sandbox.hpp"
#include "support/scratch_directory.hpp"

namespace entente::test {

namespace {

namespace fs = std::filesystem;

struct fixture {
  void pretend(const std::string& file, const std::string& text) const {
    fs::create_directories((dir / file).parent_path());
    write_file(dir / file, text);
  }

  runtime::cgroup_tree tree() const {
    pretend("proc/self/cgroup", "0::/\n");
    pretend("sys/fs/cgroup/cgroup.controllers", "");
    return std::get<runtime::cgroup_tree>(runtime::cgroup_tree::open("entente/a", dir.path()));
  }

  static task_key key(const std::string& task) { return {framework_id{"f"}, task_id{task}}; }

  std::string group_of(const std::string& task) const {
    return "sys/fs/cgroup/entente/a/task-" + runtime::safe_file_name(to_string(key(task)));
  }

  /// A group with something in it, for as long as it has files: they cannot be removed with it.
  void pretend_group(const std::string& task) const {
    for (const auto* file : {"cgroup.kill", "cgroup.procs"})
      pretend(group_of(task) + '/' + file, "");
    pretend(group_of(task) + "/cgroup.events", "populated 1\nfrozen 0\n");
  }

  fs::path killing(const std::string& task) const {
    return dir / (group_of(task) + "/cgroup.kill");
  }

  bool exists(const std::string& task) const { return fs::exists(dir / group_of(task)); }

  void end(const std::string& task) const {
    for (const auto& file : fs::directory_iterator{dir / group_of(task)})
      fs::remove(file.path());
  }

  scratch_directory dir;
  entente::task_groups groups{tree(), 0};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(task_groups, fixture)

BOOST_AUTO_TEST_CASE(what_does_not_end_is_killed_but_once) {
  pretend_group("stubborn");
  groups.remove(key("stubborn"));
  BOOST_CHECK_EQUAL(read_file(killing("stubborn")), "1");
  write_file(killing("stubborn"), "");
  groups.remove(key("other"));
  BOOST_CHECK_EQUAL(read_file(killing("stubborn")), "");
  BOOST_CHECK(exists("stubborn"));
}

BOOST_AUTO_TEST_CASE(its_group_goes_at_the_end_of_another_task) {
  pretend_group("stubborn");
  groups.remove(key("stubborn"));
  end("stubborn");
  groups.remove(key("other"));
  BOOST_CHECK(!exists("stubborn"));
}

BOOST_AUTO_TEST_CASE(whoever_has_its_name_later_is_killed_all_the_same) {
  pretend_group("stubborn");
  groups.remove(key("stubborn"));
  end("stubborn");
  groups.remove(key("other"));
  pretend_group("stubborn");
  groups.remove(key("stubborn"));
  BOOST_CHECK_EQUAL(read_file(killing("stubborn")), "1");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

#pragma once

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/cgroup.hpp"
#include "actors/runtime/cgroup_files.hpp"
#include "actors/runtime/process.hpp"
#include "fixtures.hpp"

namespace entente::runtime::test {

constexpr std::uint64_t megabyte = 1024 * 1024;

/// A machine's files as this test wants them.
struct pretended_machine {
  void pretend(const std::string& file, const std::string& text = "") const {
    std::filesystem::create_directories((dir / file).parent_path());
    dir.write(file, text);
  }

  cgroup_tree open(const std::string& name = "entente/a") const {
    return std::get<cgroup_tree>(cgroup_tree::open(name, dir.path()));
  }

  scratch dir;
};

/// Groups of this machine's kernel, and processes in them; all gone with the test, also if it
/// fails.
class real_groups {
public:
  explicit real_groups(const std::filesystem::path& root = "/")
      : root_(root), tree(std::get<cgroup_tree>(cgroup_tree::open(name_, root))) {}

  real_groups(const real_groups&) = delete;
  real_groups& operator=(const real_groups&) = delete;

  ~real_groups() {
    for (const auto& task : tree.list())
      clear(*tree.find(task));
    tree.remove();
    for (auto pid : started_)
      ::waitpid(pid, nullptr, 0);
  }

  /// @returns whether the kernel enforces what a test needs; says so if not.
  bool has(bool enforced) const {
    if (!enforced)
      BOOST_TEST_MESSAGE("skipped: " << tree.describe());
    return enforced;
  }

  /// Another life of the agent.
  cgroup_tree open_again() const { return std::get<cgroup_tree>(cgroup_tree::open(name_, root_)); }

  task_cgroup create(const std::string& task, const task_limits& limits = {}) const {
    auto result = tree.create(task, limits);
    const auto* why = std::get_if<failure>(&result);
    BOOST_REQUIRE_MESSAGE(why == nullptr, (why ? why->message : ""));
    return std::get<task_cgroup>(result);
  }

  /// Runs a script in a group.
  pid_t start(const task_cgroup& group, const std::string& script) {
    return start(group.entry_files(), script);
  }

  /// Runs a script in the groups that are entered so.
  pid_t start(const std::vector<std::filesystem::path>& entry_files, const std::string& script) {
    unique_fd nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    process_spec spec;
    spec.argv = {"sh", "-c", script};
    spec.env["PATH"] = "/usr/local/bin:/usr/bin:/bin";
    spec.directory = "/";
    spec.out = spec.err = nowhere.value();
    spec.groups = entry_files;
    auto result = spawn(spec);
    const auto* why = std::get_if<spawn_error>(&result);
    BOOST_REQUIRE_MESSAGE(why == nullptr, (why ? why->message : ""));
    started_.push_back(std::get<pid_t>(result));
    return started_.back();
  }

  /// Waits for the end of what start() has started. @returns its status, as of waitpid().
  int await(pid_t pid) {
    std::erase(started_, pid);
    auto status = 0;
    BOOST_REQUIRE(await_end(open_pidfd(pid)));
    BOOST_REQUIRE_EQUAL(::waitpid(pid, &status, 0), pid);
    return status;
  }

  /// Kills and removes; the kernel may need a moment after the end of the last process.
  static std::string clear(const task_cgroup& group) {
    if (auto why = group.kill())
      return why->message;
    auto why = group.remove();
    for (auto i = 0; i < 1000 && why && why->code == EBUSY; ++i) {
      ::poll(nullptr, 0, 1);
      why = group.remove();
    }
    return why ? why->message : "removed";
  }

private:
  const std::string name_ = "entente/test-" + std::to_string(::getpid());
  std::filesystem::path root_;
  std::vector<pid_t> started_;

public:
  const cgroup_tree tree;
};

}  // namespace entente::runtime::test

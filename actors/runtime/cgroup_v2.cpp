#include <algorithm>
#include <array>
#include <cerrno>

#include "actors/runtime/cgroup_files.hpp"
#include "actors/runtime/cgroup_versions.hpp"

namespace entente::runtime::cgroup_v2 {

namespace {

namespace fs = std::filesystem;

/// Where the agent's own processes are, beside the groups of the tasks.
constexpr auto own_leaf = "entente-agent";

/// What the kernel takes as weight; 100 is its default, and one processor.
constexpr std::int64_t min_weight = 1;
constexpr std::int64_t max_weight = 10'000;
constexpr std::int64_t weight_per_cpu = 100;

using words = std::vector<std::string>;

bool contains(const words& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// The group in which the agent may make others: that of this process, or that above its leaf.
fs::path find_base(const fs::path& root, const fs::path& mount) {
  for (const auto& group : read_own_cgroups(root))
    if (group.controllers.empty()) {
      auto own = visible_cgroup(mount, group.path);
      return own.filename() == own_leaf ? own.parent_path() : own;
    }
  return mount;
}

/// Makes room for groups with controllers: only the top of the hierarchy, which has no type, may
/// have processes beside them.
std::optional<failure> leave(const fs::path& base) {
  std::error_code error;
  if (!fs::exists(base / "cgroup.type", error))
    return std::nullopt;
  if (auto why = make_cgroups(base, own_leaf))
    return why;
  return write_cgroup_file(base / own_leaf / "cgroup.procs", "0");
}

/// Lets the groups in `group` have the controllers. @returns those that they have then.
words hand_down(const fs::path& group, const words& wanted, std::vector<std::string>& reasons) {
  const auto file = group / "cgroup.subtree_control";
  auto result = read_words(file);
  std::string all;
  for (const auto& name : wanted)
    if (!contains(result, name))
      all += (all.empty() ? "+" : " +") + name;
  // All or none are taken: in one write for the usual case, then each by itself.
  if (all.empty() || !write_cgroup_file(file, all))
    return wanted;
  for (const auto& name : wanted)
    if (!contains(result, name)) {
      if (auto why = write_cgroup_file(file, '+' + name))
        reasons.push_back(why->message);
      else
        result.push_back(name);
    }
  return result;
}

/// Enables the controllers from `base` down to the agent's group, so that the groups in it have
/// them.
words enable(const fs::path& base, const fs::path& name, words wanted,
             std::vector<std::string>& reasons) {
  wanted = hand_down(base, wanted, reasons);
  auto group = base;
  for (const auto& part : name)
    wanted = hand_down(group /= part, wanted, reasons);
  return wanted;
}

/// Those of the controllers needed that a group can hand down.
words available_in(const fs::path& base, std::vector<std::string>& reasons) {
  const auto all = read_words(base / "cgroup.controllers");
  words result;
  for (const auto* name : {"cpu", "memory", "pids"})
    if (contains(all, name))
      result.emplace_back(name);
    else
      reasons.push_back("no controller \"" + std::string{name} + "\" in " + in_quotes(base));
  return result;
}

/// As systemd converts (cgroup_cpu_shares_to_weight in its core/cgroup.c): shares * 100 / 1024, so
/// that tasks share in proportion to their cpus. Unlike 1 + (shares - 2) * 9999 / 262142 of older
/// container runtimes, by which a tenth of a processor and less is rounded to next to nothing.
std::int64_t weight_of(std::int64_t milli_cpus) {
  return milli_cpus > 0 ? std::clamp(milli_cpus * weight_per_cpu / 1000, min_weight, max_weight)
                        : weight_per_cpu;
}

}  // namespace

std::optional<failure> limit_cpus(const fs::path& directory, std::int64_t milli_cpus) {
  auto quota = milli_cpus > 0
                 ? std::to_string(std::max(min_cpu_quota_us, milli_cpus * cpu_period_us / 1000))
                 : "max";
  if (auto why = write_cgroup_file(directory / "cpu.weight", std::to_string(weight_of(milli_cpus))))
    return why;
  return write_cgroup_file(directory / "cpu.max", quota + ' ' + std::to_string(cpu_period_us));
}

/// As write_cgroup_file(), but well if the kernel has no such file.
std::optional<failure> write_if_there(const fs::path& file, const std::string& text) {
  auto why = write_cgroup_file(file, text);
  return why && why->code == ENOENT ? std::nullopt : why;
}

std::optional<failure> limit_memory(const fs::path& directory, std::uint64_t limit) {
  // A task dies as a whole, and is not left with some of its processes.
  if (auto why = write_if_there(directory / "memory.oom.group", "1"))
    return why;
  if (auto why = write_if_there(directory / "memory.swap.max", limit > 0 ? "0" : "max"))
    return why;
  return write_cgroup_file(directory / "memory.max", limit > 0 ? std::to_string(limit) : "max");
}

std::optional<fs::path> find_mount(const fs::path& root) {
  std::error_code error;
  auto result = root / "sys/fs/cgroup";
  return fs::exists(result / "cgroup.controllers", error) ? std::optional{result} : std::nullopt;
}

cgroup_site open(const fs::path& root, const fs::path& mount, const fs::path& name) {
  const auto base = find_base(root, mount);
  cgroup_site result;
  if (auto why = make_cgroups(base, name)) {
    result.reasons.push_back(why->message);
    return result;
  }
  result.directories.push_back(base / name);
  auto wanted = available_in(base, result.reasons);
  const auto enabled = read_words(base / "cgroup.subtree_control");
  auto is_enabled = [&](const std::string& x) { return contains(enabled, x); };
  if (!std::all_of(wanted.begin(), wanted.end(), is_enabled))
    if (auto why = leave(base))
      result.reasons.push_back(why->message);
  auto got = enable(base, name, wanted, result.reasons);
  result.enforced = {contains(got, "cpu"), contains(got, "memory"), contains(got, "pids")};
  return result;
}

cgroup_places find_places(const fs::path& directory) {
  auto if_has = [&](const char* file) {
    std::error_code error;
    return fs::exists(directory / file, error) ? std::optional{directory} : std::nullopt;
  };
  return {if_has("cpu.max"), if_has("cpu.stat"), if_has("memory.max"), if_has("pids.max"), true};
}

task_usage usage(const cgroup_places& places) {
  task_usage result;
  if (places.cpuacct)
    result.cpu_us = read_keyed(*places.cpuacct / "cpu.stat", "usage_usec");
  if (places.memory) {
    result.mem_bytes = read_count(*places.memory / "memory.current");
    result.mem_peak_bytes = read_count(*places.memory / "memory.peak");
  }
  if (places.pids)
    result.pids = read_count(*places.pids / "pids.current");
  return result;
}

std::uint64_t oom_kills(const cgroup_places& places) {
  if (!places.memory)
    return 0;
  return read_keyed(*places.memory / "memory.events", "oom_kill").value_or(0);
}

}  // namespace entente::runtime::cgroup_v2

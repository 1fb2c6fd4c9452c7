#include "actors/runtime/cgroup.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <string_view>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/cgroup_files.hpp"
#include "actors/runtime/cgroup_versions.hpp"

namespace entente::runtime {

namespace {

namespace fs = std::filesystem;

/// Before the name of a task, so that it is never that of a file of the kernel, such as `tasks`.
constexpr std::string_view task_prefix = "task-";

/// What a directory can have, less the prefix.
constexpr std::size_t max_name_length = 255 - task_prefix.size();

/// Whether this is one part of a path, as safe_file_name() makes it.
bool is_safe(std::string_view name) {
  // Not std::isalnum: it asks the locale.
  auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"-_.%~"}.find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= max_name_length && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), is_plain);
}

bool is_safe(const fs::path& path) {
  auto is_part = [](const fs::path& part) { return is_safe(std::string_view{part.native()}); };
  return !path.empty() && std::all_of(path.begin(), path.end(), is_part);
}

failure unsafe(const std::string& name) {
  return {EINVAL, "not a name of a control group: " + in_quotes(name)};
}

std::string directory_name(const std::string& task) {
  return std::string{task_prefix} + task;
}

/// `a`, `a and b`, `a, b and c`.
std::string enumerate(const std::vector<std::string>& items) {
  std::string result;
  for (std::size_t i = 0; i < items.size(); ++i)
    result += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  return result;
}

/// `cpus and mem are enforced`; `verb` without the are or is.
std::string clause(const std::vector<std::string>& items, const std::string& verb) {
  return enumerate(items) + (items.size() == 1 ? " is " : " are ") + verb;
}

std::string joined(const std::vector<std::string>& reasons) {
  std::string result;
  for (const auto& reason : reasons)
    result += (result.empty() ? "" : "; ") + reason;
  return result;
}

/// Makes the group in each directory, all or none. @returns why not, or nothing.
std::optional<failure> make_all(const std::vector<fs::path>& directories) {
  for (auto i = directories.begin(); i != directories.end(); ++i)
    if (::mkdir(i->c_str(), 0755) != 0) {
      auto why = make_failure(errno, "cannot create " + in_quotes(*i));
      std::for_each(directories.begin(), i, remove_cgroup);
      return why;
    }
  return std::nullopt;
}

}  // namespace

std::variant<cgroup_tree, failure> cgroup_tree::open(const std::string& name,
                                                     const fs::path& root) {
  if (!is_safe(fs::path{name}))
    return unsafe(name);
  cgroup_tree result;
  auto mount = cgroup_v2::find_mount(root);
  auto site = mount ? cgroup_v2::open(root, *mount, name) : cgroup_v1::open(root, name);
  result.name_ = name;
  result.version_ = mount ? 2 : 1;
  result.directories_ = std::move(site.directories);
  result.enforced_ = site.enforced;
  result.reasons_ = std::move(site.reasons);
  return result;
}

std::variant<task_cgroup, failure> cgroup_tree::create(const std::string& task,
                                                       const task_limits& limits) const {
  if (!is_safe(std::string_view{task}))
    return unsafe(task);
  std::vector<fs::path> directories;
  for (const auto& directory : directories_)
    directories.push_back(directory / directory_name(task));
  if (auto why = make_all(directories))
    return *why;
  task_cgroup result{directories};
  auto why = result.update(limits);
  // What this agent was once told to be enforced must not be lost without a word.
  if (!why && find_places(directories).enforced() != enforced_)
    why = failure{ENOENT, "cannot limit " + in_quotes(directories.front()) +
                            ": controllers are missing since the agent's start"};
  if (!why)
    return result;
  result.remove();
  return *why;
}

std::optional<task_cgroup> cgroup_tree::find(const std::string& task) const {
  std::vector<fs::path> found;
  std::error_code error;
  if (is_safe(std::string_view{task}))
    for (const auto& directory : directories_)
      if (auto group = directory / directory_name(task); fs::is_directory(group, error))
        found.push_back(std::move(group));
  return found.empty() ? std::nullopt : std::optional{task_cgroup{std::move(found)}};
}

std::vector<std::string> cgroup_tree::list() const {
  std::set<std::string> result;
  for (const auto& directory : directories_) {
    std::error_code error;
    fs::directory_iterator entry{directory, error};
    for (; !error && entry != fs::directory_iterator{}; entry.increment(error)) {
      auto name = entry->path().filename().string();
      if (std::error_code gone; name.starts_with(task_prefix) && entry->is_directory(gone))
        result.insert(name.substr(task_prefix.size()));
    }
  }
  return {result.begin(), result.end()};
}

std::string cgroup_tree::describe() const {
  std::vector<std::string> yes;
  std::vector<std::string> no;
  (enforced_.cpus ? yes : no).emplace_back("cpus");
  (enforced_.mem ? yes : no).emplace_back("mem");
  (enforced_.pids ? yes : no).emplace_back("pids");
  // Without any group, it is the same reason in each hierarchy.
  if (directories_.empty())
    return "no cgroups (" + reasons_.front() + "): " + clause(no, "not enforced");
  auto why = reasons_.empty() ? "" : " (" + joined(reasons_) + ')';
  auto result = "cgroups v" + std::to_string(version_) + ": ";
  if (no.empty())
    return result + clause(yes, "enforced");
  if (!yes.empty())
    result += clause(yes, "enforced") + ", ";
  return result + clause(no, "not enforced") + why;
}

std::optional<failure> cgroup_tree::remove() const {
  std::optional<failure> result;
  for (const auto& directory : directories_) {
    if (::rmdir(directory.c_str()) != 0 && errno != ENOENT && !result)
      result = make_failure(errno, "cannot remove " + in_quotes(directory));
    // Those above, unless another agent's are in them.
    auto above = directory;
    for (auto parts = std::distance(name_.begin(), name_.end()); parts > 1; --parts)
      ::rmdir((above = above.parent_path()).c_str());
  }
  return result;
}

}  // namespace entente::runtime

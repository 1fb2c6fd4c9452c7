#include "actors/runtime/cgroup_files.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

namespace fs = std::filesystem;

/// How often to begin again when another agent removes the common group while this makes its own.
constexpr auto max_attempts = 10;

/// The group and all below it, each before what it contains. Symbolic links are not followed.
std::vector<fs::path> family(const fs::path& directory) {
  std::vector<fs::path> result{directory};
  std::error_code error;
  fs::recursive_directory_iterator below{directory, error};
  for (; !error && below != fs::recursive_directory_iterator{}; below.increment(error))
    if (std::error_code gone; !below->is_symlink(gone) && below->is_directory(gone))
      result.push_back(below->path());
  return result;
}

std::optional<own_cgroup> parse_own_cgroup(const std::string& line) {
  auto first = line.find(':');
  auto second = line.find(':', first + 1);
  if (first == std::string::npos || second == std::string::npos)
    return std::nullopt;
  own_cgroup result;
  result.path = line.substr(second + 1);
  std::istringstream names{line.substr(first + 1, second - first - 1)};
  for (std::string name; std::getline(names, name, ',');)
    result.controllers.push_back(name);
  return result;
}

/// @returns 0, or the errno of what went wrong at `at`.
int try_to_make(const fs::path& base, const fs::path& name, fs::path& at) {
  at = base;
  for (const auto& part : name) {
    at /= part;
    if (::mkdir(at.c_str(), 0755) != 0 && errno != EEXIST)
      return errno;
  }
  std::error_code error;
  return fs::is_directory(fs::symlink_status(at, error)) ? 0 : ENOTDIR;
}

}  // namespace

std::vector<own_cgroup> read_own_cgroups(const fs::path& root) {
  std::vector<own_cgroup> result;
  std::ifstream in{root / "proc/self/cgroup"};
  for (std::string line; std::getline(in, line);)
    if (auto group = parse_own_cgroup(line))
      result.push_back(std::move(*group));
  return result;
}

fs::path visible_cgroup(const fs::path& mount, const fs::path& path) {
  std::error_code error;
  auto result = mount / path.relative_path();
  return path.has_relative_path() && fs::is_directory(result, error) ? result : mount;
}

std::optional<std::int64_t> read_number(const fs::path& file) {
  std::ifstream in{file};
  std::int64_t result = 0;
  return in >> result ? std::optional{result} : std::nullopt;
}

std::optional<std::uint64_t> read_count(const fs::path& file) {
  auto result = read_number(file);
  return result && *result >= 0 ? std::optional{static_cast<std::uint64_t>(*result)} : std::nullopt;
}

std::optional<std::uint64_t> read_keyed(const fs::path& file, std::string_view key) {
  std::ifstream in{file};
  std::string name;
  for (std::uint64_t value = 0; in >> name >> value;)
    if (name == key)
      return value;
  return std::nullopt;
}

std::vector<std::string> read_words(const fs::path& file) {
  std::ifstream in{file};
  return {std::istream_iterator<std::string>{in}, {}};
}

std::optional<failure> write_cgroup_file(const fs::path& file, const std::string& text) {
  unique_fd out{::open(file.c_str(), O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC)};
  if (out && ::write(out.value(), text.data(), text.size()) == static_cast<ssize_t>(text.size()))
    return std::nullopt;
  return make_failure(errno, "cannot write " + in_quotes(text) + " to " + in_quotes(file));
}

std::optional<failure> make_cgroups(const fs::path& base, const fs::path& name) {
  fs::path at;
  auto code = try_to_make(base, name, at);
  for (auto i = 1; code == ENOENT && i < max_attempts; ++i)
    code = try_to_make(base, name, at);
  if (code == 0)
    return std::nullopt;
  return make_failure(code, "cannot create " + in_quotes(at));
}

std::optional<failure> remove_cgroup(const fs::path& directory) {
  // Nearly always enough, and spares reading the directory.
  if (::rmdir(directory.c_str()) == 0)
    return std::nullopt;
  auto groups = family(directory);
  std::optional<failure> result;
  for (auto i = groups.rbegin(); i != groups.rend(); ++i)
    if (::rmdir(i->c_str()) != 0 && errno != ENOENT && !result)
      result = make_failure(errno, "cannot remove " + in_quotes(*i));
  return result;
}

std::vector<pid_t> cgroup_members(const std::vector<fs::path>& directories) {
  std::vector<pid_t> result;
  for (const auto& directory : directories)
    for (const auto& group : family(directory)) {
      std::ifstream in{group / "cgroup.procs"};
      result.insert(result.end(), std::istream_iterator<pid_t>{in}, {});
    }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  // 0: a process of another namespace of process ids.
  result.erase(result.begin(), std::upper_bound(result.begin(), result.end(), 0));
  return result;
}

}  // namespace entente::runtime

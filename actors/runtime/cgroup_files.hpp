#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "actors/runtime/failure.hpp"

/// Reading and writing the files of control groups. The kernel gives them one line, or lines of a
/// key and a value; what is written is one write each.
namespace entente::runtime {

/// One line of /proc/self/cgroup: `4:cpu,cpuacct:/path`, or `0::/path` for version 2.
struct own_cgroup {
  /// The controllers of a hierarchy of version 1; none for version 2.
  std::vector<std::string> controllers;
  /// From the top of the hierarchy; in a container it may be the host's, and lead nowhere.
  std::filesystem::path path;
};

/// Reads the groups of this process; `root` has `proc`.
std::vector<own_cgroup> read_own_cgroups(const std::filesystem::path& root);

/// @returns the directory of the group at `path` below `mount`; the mount itself if there is none,
/// as in a container that sees its own group as the top.
std::filesystem::path visible_cgroup(const std::filesystem::path& mount,
                                     const std::filesystem::path& path);

/// Reads one number; nothing if the file is missing or does not begin with one (`max`).
std::optional<std::int64_t> read_number(const std::filesystem::path& file);

/// As read_number(), for what is never negative.
std::optional<std::uint64_t> read_count(const std::filesystem::path& file);

/// Reads the number behind `key`, in a file with a key and a value in each line.
std::optional<std::uint64_t> read_keyed(const std::filesystem::path& file, std::string_view key);

/// Reads all words of a file; none if it is missing.
std::vector<std::string> read_words(const std::filesystem::path& file);

/// Writes `text` in one write, never through a symbolic link. @returns why not, or nothing.
std::optional<failure> write_cgroup_file(const std::filesystem::path& file,
                                         const std::string& text);

/// Makes the group `name`, which may have several parts, below `base`; what exists is kept.
/// @returns why not, or nothing.
std::optional<failure> make_cgroups(const std::filesystem::path& base,
                                    const std::filesystem::path& name);

/// Removes the group and those in it that a task may have made. @returns why not, or nothing; EBUSY
/// while a process is in it. One that is gone is no error.
std::optional<failure> remove_cgroup(const std::filesystem::path& directory);

/// @returns the processes of the groups and of all below them, without those that this process
/// cannot see; sorted, each once.
std::vector<pid_t> cgroup_members(const std::vector<std::filesystem::path>& directories);

}  // namespace entente::runtime

#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "actors/runtime/failure.hpp"

/// Directories with all that is in them, made by who knows whom: no symbolic link is followed, and
/// no other file system is entered.
namespace entente::runtime {

/// Finds out how many bytes of the disk a directory has, in steps: what changes meanwhile may count
/// as it was or as it is. What has several names counts once; what cannot be read, or is nested
/// deeper than a thousand directories, does not count. Sixteen directories at most are held open.
class tree_walk {
public:
  explicit tree_walk(std::filesystem::path top);
  tree_walk(tree_walk&&) noexcept;
  tree_walk& operator=(tree_walk&&) noexcept;
  ~tree_walk();

  /// Goes on, and looks at so many entries of directories. @returns whether all have been seen
  bool step(std::size_t entries);

  /// What has been seen so far has.
  std::uint64_t bytes() const noexcept;

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/// All the bytes of a tree_walk.
std::uint64_t tree_bytes(const std::filesystem::path& top);

/// How much a sandbox has and may have: `its sandbox has 120 MB, 100 MB were asked for`.
std::string over_disk_text(std::uint64_t bytes, std::uint64_t limit);

/// Removes it, however deep it is, and whatever rights its directories have. What is not there is
/// no error. @returns why something is left
std::optional<failure> remove_tree(const std::filesystem::path& top);

}  // namespace entente::runtime

#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>

/// What an archive may put into a sandbox.
namespace entente::runtime {

enum class entry_kind { file, directory, symbolic_link, hard_link, other };

/// An entry as the archive has it.
struct entry_facts {
  std::string path;
  entry_kind kind = entry_kind::file;
  std::string target;  ///< of a link
};

/// An entry whose paths are clean: relative, and none of their parts is empty, `.` or `..`; but for
/// the target of a symbolic link, which is as it was.
struct clean_entry {
  std::filesystem::path path;  ///< empty: the directory itself, there is nothing to do
  entry_kind kind = entry_kind::file;
  std::filesystem::path target;
};

/// Looks whether an entry stays in the sandbox, and is what may be there.
///
/// A symbolic link may lead up only at the begin of its target, and not above the sandbox: the
/// directories above a link are real ones, as nothing is ever put through a link, so that what
/// leads up by their number stays inside; and all that comes after leads down, through links that
/// stay inside themselves.
///
/// @param below where the archive is unpacked, within the sandbox
/// @returns what is wrong with it, in words
std::variant<clean_entry, std::string> check_entry(const entry_facts& x,
                                                   const std::filesystem::path& below);

}  // namespace entente::runtime

#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/fetch/disk_budget.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// What an archive may unpack to.
struct unpack_limits {
  std::uint64_t bytes = 0;  ///< holes in files count as what they look like
  std::uint64_t entries = 1'000'000;
};

/// Unpacks an archive (tar, also compressed by gzip, xz, bzip2 or zstd, and zip) into a directory
/// below a sandbox. Nothing gets out of it, whatever the archive says; see check_entry(). Files are
/// this user's, without set-user-ID bits; what is there already by the same name is replaced.
/// @param archive open to read; from its begin
/// @param below the directory, within the sandbox; empty: the sandbox itself
/// @param allow is asked after each piece how much may be written of all its files; none: all
/// @returns why not all of it is there; what came before stays
std::optional<failure> unpack(const unique_fd& archive, const unique_fd& sandbox,
                              const std::filesystem::path& below, const unpack_limits& limits,
                              const allow_function& allow = {});

}  // namespace entente::runtime

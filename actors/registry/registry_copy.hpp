#pragma once

#include <filesystem>
#include <optional>
#include <variant>

#include "actors/registry/registry_state.hpp"
#include "actors/runtime/failure.hpp"

/// Reading, backing up and restoring the registry of a master, from outside of it.
namespace entente {

/// What a registry or a back-up of one holds; a master may have it open.
std::variant<registry_state, runtime::failure> read_registry(const std::filesystem::path& file);

/// Writes all of a registry into a file of its own, as it is at one moment; a master may have it
/// open. There must not be a file of that name.
std::optional<runtime::failure> back_up_registry(const std::filesystem::path& file,
                                                 const std::filesystem::path& to);

/// Puts a back-up in the place of the registry in the directory, which no master may have. What was
/// there stays, as `registry.db.replaced`; what was that before has a number from then on. If it is
/// killed in the middle the master refuses to start until it was called again. A back-up that
/// cannot be read changes nothing.
std::optional<runtime::failure> restore_registry(const std::filesystem::path& from,
                                                 const std::filesystem::path& work_dir);

}  // namespace entente

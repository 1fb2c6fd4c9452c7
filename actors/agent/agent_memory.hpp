#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <variant>

#include "actors/agent/agent_book.hpp"
#include "actors/agent/checkpoint_store.hpp"
#include "actors/runtime/failure.hpp"

namespace entente {

/// What an agent's earlier lives have left: its book, and the file that it is kept in.
struct agent_memory {
  agent_info info;  ///< with the id that the agent has had from the first
  agent_book book;
  std::unique_ptr<checkpoint_store> file;
  bool rebooted = false;  ///< the machine has restarted since: no process of then is there
};

/// Reads the checkpoints in the agent's work directory, or begins them; the new life's number is
/// one above the last. Nobody else can open them as long as this is there.
/// @param info of a new agent: with an id that no other has had, nor this one before its work
///        directory was lost: a master takes it that what is written goes back to its first life
/// @param varying scalars of `info` that were measured, and that using the machine makes less, such
///        as free disk space: of these the agent keeps what it had
/// @param boot_id which start of the machine this is
/// @returns what is wrong with the file, or how `info` contradicts what the agent was, and what to
///          do about it
std::variant<agent_memory, runtime::failure> recall(const std::filesystem::path& work_dir,
                                                    agent_info info,
                                                    const std::set<std::string>& varying,
                                                    const std::string& boot_id, time_point now);

}  // namespace entente

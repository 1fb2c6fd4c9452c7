#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "actors/agent/executor_book.hpp"
#include "actors/agent/task_key.hpp"
#include "actors/runtime/failure.hpp"

namespace entente {

/// What an agent keeps of its executors in a directory of its own, so that its next life and its
/// executors find each other: a file for each executor, which has its token, one that says where
/// the agent listens for them, and one that says which of them ran which task. Only the agent's
/// user can read them; each but the last is replaced as a whole. Nothing is synced to disk, for no
/// executor outlives its machine.
class executor_files {
public:
  explicit executor_files(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct kept {
    executor_key key;
    executor_info info;
    std::string token;
    resources limits;  ///< that its process has now
  };

  std::optional<runtime::failure> keep(const kept& x) const;
  void remove(const executor_key& key) const;
  /// All that are kept and can be read.
  std::vector<kept> all() const;

  struct kept_task {
    task_key task;
    executor_key executor;
  };

  /// Says that the executor runs the task.
  std::optional<runtime::failure> add_task(const kept_task& x) const;
  /// Says that of these and no others.
  std::optional<runtime::failure> replace_tasks(const std::vector<kept_task>& all) const;
  /// What add_task() has said, in that order, up to what is damaged.
  std::vector<kept_task> tasks() const;

  /// Says that the agent listens on that port of 127.0.0.1.
  std::optional<runtime::failure> write_address(std::uint16_t port) const;
  /// `127.0.0.1:PORT` and a line break.
  std::filesystem::path address() const { return directory_ / "address"; }

private:
  std::filesystem::path all_executors() const { return directory_ / "kept"; }
  std::filesystem::path all_tasks() const { return directory_ / "tasks"; }
  std::filesystem::path file_of(const executor_key& key) const;

  std::filesystem::path directory_;
};

}  // namespace entente

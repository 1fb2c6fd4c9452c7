#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/agreement.hpp"
#include "messages/cluster.hpp"
#include "messages/task.hpp"

/// What an agent writes down, so that its next life knows it. Each says all that there is to say of
/// one thing; the last one that was written of a thing holds.
namespace entente {

/// The agent itself.
struct agent_checkpoint {
  agent_info info;
  std::uint64_t life = 0;
  std::string boot_id;  ///< of the machine: another one, and no process of that life is there
  friend bool operator==(const agent_checkpoint&, const agent_checkpoint&) = default;
};

/// A task, and where it runs; written once.
struct task_launched {
  framework_id framework;
  task_info task;
  grant_id grant{};        ///< whose slot it runs in; empty: none
  std::uint32_t slot = 0;  ///< the slot's index
  std::string role{};      ///< that its limits are charged to, outside of grants
  friend bool operator==(const task_launched&, const task_launched&) = default;
};

/// How far a task has come.
struct task_progress {
  framework_id framework;
  task_id task;
  status_update last;                        ///< the newest
  std::vector<status_update> waiting{};      ///< not acknowledged; ends with the newest
  bool started = false;                      ///< its process was started
  bool abandoned = false;                    ///< nobody wants to hear of it
  std::optional<task_reason> kill_reason{};  ///< set once it was told to end
  std::chrono::milliseconds kill_grace{0};   ///< once it was told to end
  friend bool operator==(const task_progress&, const task_progress&) = default;
};

/// A task has ended and its last update is acknowledged. It must not be launched again.
struct task_forgotten {
  framework_id framework;
  task_id task;
  friend bool operator==(const task_forgotten&, const task_forgotten&) = default;
};

/// What the agent has confirmed of a grant, and still has of it.
struct part_confirmed {
  grant_part part;
  std::uint32_t confirmed_slots = 0;  ///< at first
  std::chrono::milliseconds unused_timeout{0};
  std::uint64_t revision = 0;  ///< of the ledger, as it was answered
  friend bool operator==(const part_confirmed&, const part_confirmed&) = default;
};

struct part_ended {
  round_id round;
  friend bool operator==(const part_ended&, const part_ended&) = default;
};

/// No revision of the ledger above this one was told to anybody.
struct revision_ceiling {
  std::uint64_t revision = 0;
  friend bool operator==(const revision_ceiling&, const revision_ceiling&) = default;
};

using checkpoint = std::variant<agent_checkpoint, task_launched, task_progress, task_forgotten,
                                part_confirmed, part_ended, revision_ceiling>;

/// Why bytes are no checkpoint.
struct checkpoint_error {
  std::string message;
};

/// The largest encoded checkpoint that is read, in bytes: it holds a few messages at most.
inline constexpr std::size_t max_checkpoint_size = 256 * 1024 * 1024;

/// Encodes as an unpacked Cap'n Proto message. Durations are cut to what can be read back.
std::string encode(const checkpoint& x);

/// Reads an encoded checkpoint; bytes that are not valid are an error.
std::variant<checkpoint, checkpoint_error> decode_checkpoint(std::string_view bytes);

}  // namespace entente

#pragma once

#include <chrono>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "actors/agent/collection_plan.hpp"
#include "actors/agent/task_key.hpp"
#include "actors/runtime/failure.hpp"
#include "actors/runtime/repeated_work.hpp"

namespace entente {

/// The sandboxes of an agent's tasks: makes them, and removes those of tasks that have ended when
/// they are old or room is wanted, on a thread of its own. How old one is says the time of its
/// directory, so that it outlives the agent. All members may be called from any thread.
class sandbox_keeper {
public:
  /// @param work_dir sandboxes are in `frameworks` below it; what is being removed is in `removed`
  sandbox_keeper(std::filesystem::path work_dir, sandbox_rules rules);

  std::filesystem::path path_of(const task_key& key) const;

  /// Makes the sandbox, and holds it.
  std::optional<runtime::failure> create(const task_key& key);
  /// It is needed until it is released.
  void hold(const task_key& key);
  /// Its age counts from now on.
  void ended(const task_key& key);
  void release(const task_key& key);

  /// All that are needed are held: from now on others may be removed.
  void begin();

  /// Why there is no sandbox of a task; nothing if there is one.
  std::optional<std::string> why_gone(const task_key& key) const;

private:
  void collect();
  std::vector<ended_sandbox> find_ended() const;
  void remove(const std::filesystem::path& sandbox);
  /// Takes it out of the way. @returns where it is then; nothing if it is needed
  std::optional<std::filesystem::path> take_away(const std::filesystem::path& sandbox);
  void remember(const std::filesystem::path& sandbox);

  const std::filesystem::path work_dir_;
  const sandbox_rules rules_;
  mutable std::mutex mutex_;
  std::set<std::filesystem::path> held_;
  /// When the newest of those that were removed were, oldest first.
  std::map<std::filesystem::path, std::chrono::system_clock::time_point> removed_;
  std::deque<std::filesystem::path> removed_order_;
  std::uint64_t moved_ = 0;
  std::optional<runtime::repeated_work> work_;  // last: it uses the rest
};

}  // namespace entente

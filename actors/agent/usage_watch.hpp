#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "actors/agent/disk_meter.hpp"
#include "actors/agent/task_key.hpp"
#include "actors/runtime/cgroup.hpp"
#include "actors/runtime/repeated_work.hpp"
#include "messages/task.hpp"

namespace entente {

/// A task whose usage is measured.
struct watched_task {
  std::filesystem::path sandbox;
  std::filesystem::path run_directory;
  /// How much its sandbox may have; nothing: as much as there is.
  std::optional<std::uint64_t> disk_limit;
};

/// Measures again and again what tasks use, on a thread of its own: time and memory as their
/// control groups count them, or else as all the processes below their supervisors have; the disk
/// by going through their sandboxes. A sandbox with very many files is gone through in several
/// rounds, so that the others are measured in each. All members may be called from any thread.
class usage_watch {
public:
  /// The control group of a task, if it has one.
  using group_function = std::function<std::optional<runtime::task_cgroup>(const task_key&)>;
  /// The sandbox of a task has grown larger than it may. Called once for each, from the watch's own
  /// thread; it may end the task.
  using over_disk_function = std::function<void(const task_key&)>;

  usage_watch(std::chrono::milliseconds pause, group_function group_of,
              over_disk_function on_over_disk);

  /// Does not wait for the end of a round.
  ~usage_watch() { quit_ = true; }

  void add(const task_key& key, watched_task task);
  void limit(const task_key& key, std::optional<std::uint64_t> disk_limit);
  void remove(const task_key& key);

  /// What it uses, as far as that has been measured.
  std::optional<task_usage> usage(const task_key& key) const;

private:
  struct record {
    watched_task task;
    std::shared_ptr<disk_meter> disk;  ///< used by the watch's own thread
    std::optional<task_usage> usage{};
    bool is_over = false;
  };

  using records = std::map<task_key, record>;

  void measure();
  void measure_disks(const records& tasks);
  records watched() const;
  void take(const task_key& key, const task_usage& usage, const disk_meter& disk);

  const std::chrono::milliseconds pause_;
  group_function group_of_;
  over_disk_function on_over_disk_;
  mutable std::mutex mutex_;
  records tasks_;
  std::atomic<bool> quit_ = false;
  runtime::repeated_work work_;  // last: it uses the rest
};

/// The limit in bytes that a task's resources are for its sandbox; nothing without `disk`.
std::optional<std::uint64_t> disk_limit_of(const resources& limits);

}  // namespace entente

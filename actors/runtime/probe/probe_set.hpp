#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/runtime/probe/probe_result.hpp"
#include "messages/health.hpp"

namespace entente::runtime {

/// Where the commands that probe a task run.
struct probe_place {
  std::filesystem::path supervisor;  ///< the program `entente-supervisor`
  std::filesystem::path sandbox;     ///< their working directory
  std::map<std::string, std::string> env;
  std::vector<std::filesystem::path> groups{};  ///< control groups' files for them to enter
};

/// The probes that run now: connections and GETs by libcurl, commands under a supervisor each. No
/// thread: they advance in wait(). Used by one thread, but for wake().
///
/// A command has ended, with all that it has started and whatever group or session that has made,
/// when its result is told; or is killed when it is cancelled, when it takes too long, when the set
/// goes, and when this process ends, however it ends.
class probe_set {
public:
  using clock = std::chrono::steady_clock;
  /// The caller's number for a probe, never used twice.
  using probe_id = std::uint64_t;

  struct ended {
    probe_id id = 0;
    probe_result result;
  };

  /// Throws std::bad_alloc if libcurl cannot begin.
  probe_set();
  probe_set(const probe_set&) = delete;
  probe_set& operator=(const probe_set&) = delete;
  /// Kills what runs, and waits, some seconds at most, until that is over.
  ~probe_set();

  /// Starts a probe of the check's kind; it ends at the latest when its time is over.
  void start(probe_id id, const health_check& check, const probe_place& place);

  /// Its result is not wanted any more; nothing if there is none.
  void cancel(probe_id id);

  /// Waits until probes have ended, the time has come, or somebody calls wake().
  std::vector<ended> wait(std::optional<clock::time_point> until);

  /// Lets wait() return, now or the next time. May be called by any thread.
  void wake();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace entente::runtime

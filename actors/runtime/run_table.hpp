#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/runtime/run_directory.hpp"

namespace entente::runtime {

/// The caller's name for a run, unique among those that run in one table.
using run_key = std::string;

/// What to run under a supervisor of its own.
struct run_spec {
  std::vector<std::string> argv;           ///< see process_spec
  std::map<std::string, std::string> env;  ///< the whole environment
  std::filesystem::path sandbox;           ///< must exist; working directory and place of output
  std::filesystem::path directory;         ///< the run's own; see run_directory
  std::uint64_t output_limit = 0;          ///< bytes of one output file; see output_file
  std::vector<std::filesystem::path> groups{};  ///< control groups' files for the task to enter
  /// A command that is run before, in the same place and under the same limits; it finds `work` in
  /// the run's directory. Only when it has ended with code 0, argv is executed. Empty: none.
  std::vector<std::string> prepare{};
  std::string work{};
};

/// The command runs.
struct run_begun {};
/// The supervisor was killed, and nobody knows how the task has ended. Nothing of it is left.
struct run_lost {
  std::string message;
};
using run_event = std::variant<run_begun, run_end, run_lost>;

/// Called from the table's own thread, so it must be quick, must not throw and must not destroy the
/// table; it may start, signal and forget. A run begins at most once, before its end.
using run_callback = std::function<void(const run_key&, const run_event&)>;

/// What has become of a run that an earlier life of the agent had started.
/// Its end will be told.
struct run_goes_on {
  bool is_preparing = false;  ///< that its command runs will be told before
};
/// Its command has never been executed.
struct never_run {};
using found_run = std::variant<run_goes_on, never_run, run_end, run_lost>;

/// The variable by which a process and its descendants are known to who started them.
inline constexpr const char* process_tag_variable = "ENTENTE_PROCESS_TAG";

struct run_table_options {
  /// The program `entente-supervisor`; see find_supervisor().
  std::filesystem::path supervisor;
  /// Whether runs end with this process, however it ends; else they outlive it.
  bool tied = false;
  /// Where directories of runs that have ended are kept for others; see spare_runs.
  std::filesystem::path spares{};
};

/// The runs of one agent, each under a supervisor, and one thread that waits for their ends. All
/// members may be called from any thread. Other children of this process are left alone.
///
/// Invariants:
///   (1) what was started or found going on is told to have ended, or to be lost, exactly once
///   (2) a signal only ever reaches the run it was meant for: it goes through a descriptor of the
///       supervisor, which passes it on to the group of its own child
///   (3) nothing of a run is left when its end is told: the supervisor kills all that descends from
///       the command; if the supervisor itself was killed, the run's processes are found by the tag
///       in their environment (who wipes it has escaped then)
class run_table {
public:
  run_table(run_table_options options, run_callback on_event);

  run_table(const run_table&) = delete;
  run_table& operator=(const run_table&) = delete;

  /// Runs that are tied are killed, and their ends awaited, and told.
  ~run_table();

  /// Starts a supervisor for it; whether the command runs is told later.
  /// @returns why not, if that much is known at once.
  std::optional<failure> start(const run_key& key, const run_spec& spec);

  /// Looks for a run of an earlier life.
  found_run find(const run_key& key, const std::filesystem::path& directory);

  /// Sends `signo` to the process group of the run. @returns false if it does not run.
  bool signal(const run_key& key, int signo);

  /// Of a run that has ended: nothing of it is found again.
  void forget(const std::filesystem::path& directory);

  /// How many have not ended.
  std::size_t size() const;

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace entente::runtime

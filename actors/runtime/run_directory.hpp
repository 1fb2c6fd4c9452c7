#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>

#include <sys/types.h>

#include "actors/runtime/process.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// How one run of a task has ended: the status of its process, or why it did not start.
using run_end = std::variant<exit_status, failure>;

/// The directory through which an agent and the supervisor of one run of a task know of each other,
/// also after either of them has died:
///
///   lock   locked by the supervisor for as long as it lives; has the tag of the run, by which its
///          processes can be found, and in a second line the number of the supervisor, which means
///          something only while the lock is held. The agent makes and locks it before there is a
///          supervisor, and hands the lock over, so whoever cannot lock it knows that a supervisor
///          lives
///   work   what is to be prepared before the command runs; there until that is done
///   why    what the preparation says of its failure
///   over   what it has had too much of, written before it is killed for that
///   begun  there once the command runs; another name of `lock`
///   end    how it ended, and whose end it is; complete whenever it is there. Until then its room
///          on the disk is kept by end.new
///
/// Small text files, since a supervisor is to be small and to start quickly. All but `end` are of
/// use only until the machine restarts, so nothing is synced to disk: an agent writes the end into
/// its checkpoints before it tells anybody. A directory may be another run's later; see spare_runs.
class run_directory {
public:
  explicit run_directory(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path& path() const noexcept { return path_; }

  /// Makes the directory, empties it of what an earlier run has left, and locks it.
  /// @returns the descriptor that holds the lock; EBUSY if a supervisor lives there.
  std::variant<unique_fd, failure> create(const std::string& tag) const;

  /// Whether somebody holds the lock.
  bool is_locked() const;
  /// Whether the command has run.
  bool has_begun() const;
  /// Whether there is something to be prepared still.
  bool is_preparing() const;
  /// What is to be prepared.
  std::variant<std::string, failure> work() const;
  /// What the preparation has said of its failure, in one line; empty if nothing.
  std::string why() const;
  /// The tag of the run; empty if there is none.
  std::string tag() const;
  /// The number of the supervisor, if it has written it.
  std::optional<pid_t> supervisor() const;
  /// Nothing while it has not ended, or if the supervisor was killed before it could say.
  std::optional<run_end> end() const;

  /// Says what is to be prepared. It may hold secrets: only this user can read it.
  std::optional<failure> write_work(const std::string& text) const;
  /// Says why it cannot be prepared.
  std::optional<failure> write_why(const std::string& text) const;

  /// What the run has had too much of, in one line, or an empty one if that found no room; nothing
  /// if it was not ended for that.
  std::optional<std::string> over_limit() const;
  std::optional<failure> write_over_limit(const std::string& text) const;

  // -- what the supervisor says -------------------------------------------------------------------
  std::optional<failure> write_supervisor(pid_t pid) const;
  /// Takes the room on the disk that the end will need: a disk that is full by then must not hide
  /// it.
  std::optional<failure> reserve_end() const;
  /// All is prepared. By a removal, which needs no room on the disk.
  void end_work() const;
  std::optional<failure> write_begun() const;
  std::optional<failure> write_end(const run_end& end) const;

  /// Removes it, and the folder above it if that is empty then; only when nobody holds the lock.
  void remove() const;
  /// Removes the folder above it if that is empty.
  void remove_parent() const;
  /// Removes all that says something of its run.
  /// @returns the descriptor by which it is locked, to be let go with unlock(); none if somebody
  ///          holds the lock, or something cannot be removed
  unique_fd clear() const;
  /// Also if a process that another thread has just forked has the descriptor still.
  static void unlock(unique_fd lock);

private:
  unique_fd open_lock(int flags) const;
  std::filesystem::path reserved_end() const;
  std::variant<unique_fd, failure> lock_new() const;
  bool has_lock(const unique_fd& lock) const;
  std::optional<failure> remove_all_but_lock() const;
  /// The run as its end names it: what a power cut has left of another's is not believed.
  std::string owner() const;
  std::optional<failure> write(const char* name, const std::string& text) const;
  /// @param most bytes; nothing that belongs here is longer, but for work
  std::optional<std::string> read(const char* name, std::size_t most = 16 * 1024) const;

  std::filesystem::path path_;
};

}  // namespace entente::runtime

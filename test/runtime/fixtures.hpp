#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/stat.h>

#include "actors/runtime/pidfd.hpp"
#include "actors/runtime/run_table.hpp"
#include "actors/runtime/spawn_supervisor.hpp"
#include "support/scratch_directory.hpp"

namespace entente::runtime::test {

/// Only a bug lasts that long.
constexpr auto limit = std::chrono::seconds{60};

/// How a run has ended.
inline std::string to_text(const run_end& end) {
  const auto* status = std::get_if<exit_status>(&end);
  return status ? status->to_string() : std::get<failure>(end).message;
}

/// A directory that is gone with the test, and what runs in it.
class scratch : public entente::test::scratch_directory {
public:
  std::string read(const std::string& name) const { return entente::test::read_file(*this / name); }

  void write(const std::string& name, const std::string& text, int mode = 0644) const {
    entente::test::write_file(*this / name, text);
    std::filesystem::permissions(*this / name, static_cast<std::filesystem::perms>(mode));
  }

  run_spec spec(std::vector<std::string> argv, const std::string& key = "run") const {
    run_spec result;
    result.argv = std::move(argv);
    result.env["PATH"] = "/usr/local/bin:/usr/bin:/bin";
    result.sandbox = path();
    result.directory = *this / "runs" / key;
    result.output_limit = 1'000'000;
    return result;
  }

  run_spec shell(const std::string& script) const { return spec({"sh", "-c", script}); }
};

/// A table, and what it told.
class watched_table {
public:
  explicit watched_table(bool tied = true, const std::filesystem::path& spares = {})
      : table({find_supervisor().value(), tied, spares},
              [this](const run_key& key, const run_event& event) { on_event(key, event); }) {}

  /// Waits until the command of `key` runs, or cannot.
  bool await_begin(const run_key& key) {
    std::unique_lock guard{mutex_};
    changed_.wait_for(guard, limit, [&] { return begun_.contains(key) || ended_.contains(key); });
    return begun_.contains(key);
  }

  /// Waits until `key` has ended, and says how.
  std::string await(const run_key& key) {
    std::unique_lock guard{mutex_};
    if (!changed_.wait_for(guard, limit, [&] { return ended_.contains(key); }))
      return "was not told";
    return ended_.find(key)->second;
  }

  /// Starts and awaits.
  std::string run(const run_spec& spec) {
    {
      std::lock_guard guard{mutex_};
      begun_.erase("run");
      ended_.erase("run");
    }
    if (auto why = table.start("run", spec))
      return why->message;
    return await("run");
  }

  /// How often the end of `key` was told.
  std::size_t ends(const run_key& key) {
    std::lock_guard guard{mutex_};
    return ended_.count(key);
  }

private:
  void on_event(const run_key& key, const run_event& event) {
    std::lock_guard guard{mutex_};
    if (std::holds_alternative<run_begun>(event))
      begun_.insert(key);
    else if (const auto* lost = std::get_if<run_lost>(&event))
      ended_.emplace(key, "lost: " + lost->message);
    else
      ended_.emplace(key, to_text(std::get<run_end>(event)));
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multiset<run_key> begun_;
  std::multimap<run_key, std::string> ended_;

public:
  run_table table;
};

/// A pipe with a name: whoever opens it to read waits for whoever writes.
inline std::filesystem::path make_fifo(const scratch& dir, const std::string& name) {
  ::mkfifo((dir / name).c_str(), 0600);
  return dir / name;
}

/// Reads one line from a FIFO; what a process writes there says that it is ready.
inline std::string read_line(const std::filesystem::path& fifo) {
  std::string result;
  std::ifstream in{fifo};
  std::getline(in, result);
  return result;
}

/// Waits for the end of any process.
inline bool await_end(const unique_fd& process) {
  using std::chrono::milliseconds;
  pollfd wanted{process.value(), POLLIN, 0};
  return ::poll(&wanted, 1, static_cast<int>(milliseconds{limit}.count())) == 1;
}

}  // namespace entente::runtime::test

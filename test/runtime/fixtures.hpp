#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "actors/runtime/pidfd.hpp"
#include "actors/runtime/process_table.hpp"

namespace entente::runtime::test {

/// Only a bug lasts that long.
constexpr auto limit = std::chrono::seconds{60};

/// A directory that is gone with the test.
class scratch {
public:
  scratch() {
    auto name = (std::filesystem::temp_directory_path() / "entente-runtime-XXXXXX").string();
    path_ = std::filesystem::canonical(::mkdtemp(name.data()));
  }

  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

  const std::filesystem::path& path() const { return path_; }

  std::string read(const std::string& name) const {
    std::ostringstream result;
    result << std::ifstream{path_ / name}.rdbuf();
    return result.str();
  }

  void write(const std::string& name, const std::string& text, int mode = 0644) const {
    std::ofstream{path_ / name} << text;
    std::filesystem::permissions(path_ / name, static_cast<std::filesystem::perms>(mode));
  }
  process_spec spec(std::vector<std::string> argv) const {
    auto search_path = std::string{"/usr/local/bin:/usr/bin:/bin"};
    return {std::move(argv), {{"PATH", search_path}}, path_, path_ / "out", path_ / "err"};
  }

  process_spec shell(const std::string& script) const { return spec({"sh", "-c", script}); }

private:
  std::filesystem::path path_;
};

/// A table, and what it reported.
class watched_table {
public:
  std::variant<pid_t, spawn_error> start(const process_key& key, const process_spec& spec) {
    return table.start(key, spec);
  }

  /// Waits until `key` has been reported.
  std::optional<exit_status> await(const process_key& key) {
    std::unique_lock guard{mutex_};
    auto reported = [&] { return ended_.count(key) > 0; };
    if (!changed_.wait_for(guard, limit, reported))
      return std::nullopt;
    return ended_.find(key)->second;
  }

  /// Starts and awaits, as text.
  std::string run(const process_spec& spec) {
    auto started = table.start("run", spec);
    if (auto* error = std::get_if<spawn_error>(&started))
      return error->message;
    auto status = await("run");
    return status ? status->to_string() : "was not reported";
  }

  /// How often `key` was reported.
  std::size_t reports(const process_key& key) {
    std::lock_guard guard{mutex_};
    return ended_.count(key);
  }

private:
  void on_exit(const process_key& key, exit_status status) {
    std::lock_guard guard{mutex_};
    ended_.emplace(key, status);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<process_key, exit_status> ended_;

public:
  process_table table{[this](process_key key, exit_status status) { on_exit(key, status); }};
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

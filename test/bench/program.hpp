#pragma once

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

/// Programs that a benchmark starts, and what the machine says of them.
namespace bench {

using clock = std::chrono::steady_clock;

inline double seconds_since(clock::time_point start) {
  return std::chrono::duration<double>(clock::now() - start).count();
}

/// Where the programs to measure are: ENTENTE_BIN_DIR, else bin/ beside this program's folder.
inline std::string program_path(const std::string& name) {
  if (const auto* folder = std::getenv("ENTENTE_BIN_DIR"))
    return std::string{folder} + '/' + name;
  auto own = std::filesystem::read_symlink("/proc/self/exe");
  return (own.parent_path().parent_path() / "bin" / name).string();
}

/// Starts a program; its stdout goes to the descriptor, or nowhere if that is negative. `flags` are
/// those of posix_spawn.
inline pid_t spawn(const std::vector<std::string>& argv, int out = -1, short flags = 0) {
  std::vector<char*> pointers;
  for (const auto& x : argv)
    pointers.push_back(const_cast<char*>(x.c_str()));
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (out >= 0)
    ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  else
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setflags(&attributes, flags);
  pid_t pid = 0;
  auto failed =
    ::posix_spawnp(&pid, pointers.front(), &actions, &attributes, pointers.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0)
    throw std::system_error{failed, std::generic_category(), "cannot start " + argv.front()};
  return pid;
}

/// @returns the exit code, or 128 + the signal that ended the program.
inline int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

inline int run(const std::vector<std::string>& argv) {
  return wait_for(spawn(argv));
}

/// The value of a line such as `VmRSS:  1234 kB` of /proc/PID/status, in MB.
inline double memory_mb(pid_t pid, const std::string& name) {
  std::ifstream status{"/proc/" + std::to_string(pid) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name + ':'))
      return std::stod(line.substr(name.size() + 1)) / 1024;
  return 0;
}

/// How many processes, zombies included, satisfy the predicate, which is given their /proc folder.
template <class Predicate>
std::size_t count_processes(Predicate predicate) {
  std::error_code ignored;
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc", ignored})
    if (entry.path().filename().string().find_first_not_of("0123456789") == std::string::npos)
      found += predicate(entry.path()) ? 1 : 0;
  return found;
}

inline std::string contents(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::size_t children_of(pid_t parent) {
  return count_processes([parent](const std::filesystem::path& folder) {
    auto stat = contents(folder / "stat");
    auto name_end = stat.rfind(')');
    if (name_end == std::string::npos)
      return false;
    std::istringstream rest{stat.substr(name_end + 1)};
    char state = 0;
    pid_t ppid = 0;
    return (rest >> state >> ppid) && ppid == parent;
  });
}

/// How many processes have the text in their environment.
inline std::size_t processes_with(const std::string& text) {
  return count_processes([&text](const std::filesystem::path& folder) {
    return contents(folder / "environ").find(text) != std::string::npos;
  });
}

/// A program that runs until it is stopped, with a pipe for what it writes.
class program {
public:
  explicit program(const std::vector<std::string>& argv) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw std::system_error{errno, std::generic_category(), "pipe2"};
    out_ = ends[0];
    pid_ = spawn(argv, ends[1]);
    ::close(ends[1]);
  }

  program(const program&) = delete;
  program& operator=(const program&) = delete;

  ~program() {
    stop(SIGKILL);
    ::close(out_);
  }

  pid_t pid() const noexcept { return pid_; }

  /// @returns the next line without its end; what there is, if the program ended.
  std::string read_line() {
    std::string line;
    for (char c = 0; ::read(out_, &c, 1) == 1 && c != '\n';)
      line += c;
    return line;
  }

  /// @returns the exit code; may be called again.
  int stop(int signo) {
    if (auto pid = std::exchange(pid_, 0); pid != 0) {
      ::kill(pid, signo);
      code_ = wait_for(pid);
    }
    return code_;
  }

  /// Waits for the end of a program that ends by itself.
  int wait() { return stop(0); }

private:
  pid_t pid_ = 0;
  int out_ = -1;
  int code_ = 0;
};

/// Runs a program to its end; throws unless it exits with 0.
/// @returns what it wrote to stdout.
inline std::string output_of(const std::vector<std::string>& argv) {
  program x{argv};
  std::string text;
  for (auto line = x.read_line(); !line.empty(); line = x.read_line())
    text += line + '\n';
  if (x.wait() != 0)
    throw std::runtime_error{argv.front() + " failed"};
  return text;
}

/// What a figure beside its aim is marked with.
inline const char* verdict(bool met) {
  return met ? "met" : "MISSED";
}

/// How often expect() was disappointed.
inline int errors = 0;

/// Says what is wrong, if it is.
inline void expect(bool fine, const std::string& what) {
  if (fine)
    return;
  std::printf("  WRONG: %s\n", what.c_str());
  ++errors;
}

/// The q-quantile, by rank.
inline double quantile(std::vector<double> xs, double q) {
  std::sort(xs.begin(), xs.end());
  auto rank = static_cast<std::size_t>(q * static_cast<double>(xs.size() - 1) + 0.5);
  return xs.at(rank);
}

}  // namespace bench

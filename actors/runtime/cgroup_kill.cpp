#include "actors/runtime/cgroup_kill.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <map>
#include <span>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "actors/runtime/cgroup_files.hpp"
#include "actors/runtime/pidfd.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

namespace fs = std::filesystem;
using clock = std::chrono::steady_clock;

/// How many processes to hold descriptors of at once; there may be more in a group than descriptors
/// for this process.
constexpr std::size_t max_at_once = 128;

/// Waits for an event of a file, or the deadline. @returns whether it came.
bool await(const unique_fd& file, short event, clock::time_point deadline) {
  using std::chrono::milliseconds;
  auto left = std::chrono::duration_cast<milliseconds>(deadline - clock::now()).count();
  pollfd wanted{file.value(), event, 0};
  return left > 0 && ::poll(&wanted, 1, static_cast<int>(left)) == 1;
}

failure alive(const fs::path& directory) {
  return make_failure(EBUSY, "cannot kill all processes of " + in_quotes(directory));
}

/// Kills the processes one by one.
class hunt {
public:
  hunt(const std::vector<fs::path>& directories, clock::time_point deadline)
      : directories_(directories), deadline_(deadline) {}

  std::optional<failure> run() {
    while (clock::now() < deadline_) {
      auto found = cgroup_members(directories_);
      if (found.empty())
        return std::nullopt;
      end(found);
      // Only what was started meanwhile is left. Not earlier: what cannot start a process may end
      // by itself, and with another status.
      if (auto why = forbid_more())
        return why;
    }
    return alive(directories_.front());
  }

private:
  using held_processes = std::map<pid_t, unique_fd>;

  std::optional<failure> forbid_more() const {
    for (const auto& directory : directories_)
      if (auto file = directory / "pids.max"; ::access(file.c_str(), F_OK) == 0)
        return write_cgroup_file(file, "0");
    return std::nullopt;
  }

  /// All of them get their signal before any is waited for: one that cannot end now must not spare
  /// the others.
  void end(const std::vector<pid_t>& found) {
    held_processes ending;
    for (auto rest = std::span{found}; !rest.empty();) {
      auto batch = rest.first(std::min(rest.size(), max_at_once));
      ending = kill(batch);
      rest = rest.subspan(batch.size());
    }
    for (const auto& [pid, process] : ending)
      await(process, POLLIN, deadline_);
  }

  /// @returns those that got their signal
  held_processes kill(std::span<const pid_t> batch) {
    held_processes held;
    for (auto pid : batch)
      if (auto process = open_pidfd(pid))
        held.emplace(pid, std::move(process));
    // Looked at again, now that the numbers cannot become other processes' unnoticed.
    held_processes result;
    for (auto pid : cgroup_members(directories_))
      if (auto i = held.find(pid); i != held.end() && send_signal(i->second, SIGKILL))
        result.insert(held.extract(i));
    return result;
  }

  const std::vector<fs::path>& directories_;
  const clock::time_point deadline_;
};

/// Waits until the kernel says that nothing is in the group or below.
std::optional<failure> await_empty(const fs::path& directory, clock::time_point deadline) {
  const auto file = directory / "cgroup.events";
  unique_fd events{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!events)
    return make_failure(errno, "cannot read " + in_quotes(file));
  for (char text[256]{};;) {
    // An event is told to those only that have read what was before, by this very descriptor.
    if (::pread(events.value(), text, sizeof(text) - 1, 0) < 0)
      return make_failure(errno, "cannot read " + in_quotes(file));
    if (read_keyed(file, "populated") == 0u)
      return std::nullopt;
    if (!await(events, POLLPRI, deadline))
      return alive(directory);
  }
}

}  // namespace

std::optional<failure> kill_cgroups(const std::vector<fs::path>& directories,
                                    std::chrono::milliseconds patience) {
  if (directories.empty())
    return std::nullopt;
  const auto members = cgroup_members(directories);
  if (std::binary_search(members.begin(), members.end(), ::getpid()))
    return make_failure(EDEADLK, "cannot kill what is in " + in_quotes(directories.front()) +
                                   " from within");
  const auto deadline = clock::now() + patience;
  const auto file = directories.front() / "cgroup.kill";
  if (::access(file.c_str(), F_OK) != 0)
    return hunt{directories, deadline}.run();
  if (auto why = write_cgroup_file(file, "1"))
    return why;
  return await_empty(directories.front(), deadline);
}

}  // namespace entente::runtime

#include "actors/runtime/tag_sweep.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <sstream>
#include <string_view>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "actors/runtime/pidfd.hpp"
#include "actors/runtime/process_stat.hpp"
#include "actors/runtime/run_table.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

using clock = std::chrono::steady_clock;

/// How long a sweep waits for what it killed, and for processes just executing another program.
constexpr auto patience = std::chrono::seconds{2};
constexpr auto exec_patience = std::chrono::milliseconds{200};

/// Enough for nearly every environment: one read sees one program's, also if another is executed.
constexpr std::size_t usual_environment = 128 * 1024;

std::string proc_path(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + '/' + file;
}

/// Reads the environment of a process.
/// @returns nothing for a process that is dead or somebody else's; it may be empty.
std::optional<std::string_view> read_environment(pid_t pid, std::vector<char>& buffer) {
  unique_fd file{::open(proc_path(pid, "environ").c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file)
    return std::nullopt;
  std::size_t used = 0;
  for (;;) {
    if (used == buffer.size())
      buffer.resize(std::max(usual_environment, 2 * used));
    auto count = ::read(file.value(), buffer.data() + used, buffer.size() - used);
    if (count <= 0)
      return std::string_view{buffer.data(), used};
    used += static_cast<std::size_t>(count);
  }
}

/// Why an environment may be empty.
enum class emptiness {
  /// It is, or there is none: a zombie, a thread of the kernel.
  settled,
  /// The process is executing another program; the kernel fills in the environment at the end.
  executing,
  /// The process has been killed and has no memory any more, but still its files and directory.
  dying
};

emptiness why_empty(pid_t pid) {
  constexpr auto is_exiting = 4ul;  // PF_EXITING of the kernel
  process_stat stat{pid};
  if (!stat.has(51) || stat.field(3) == "Z" || stat.field(3) == "X")
    return emptiness::settled;
  if ((std::strtoul(stat.field(9).c_str(), nullptr, 10) & is_exiting) != 0)
    return emptiness::dying;
  char ignored = 0;
  auto has_program = ::readlink(proc_path(pid, "exe").c_str(), &ignored, 1) >= 0;
  return has_program && stat.field(51) == "0" ? emptiness::executing : emptiness::settled;
}

/// The value of the tag in an environment; empty if it has none.
std::string_view find_tag(std::string_view environment) {
  static const auto name = std::string{process_tag_variable} + '=';
  auto at = environment.find(name);
  if (at == std::string_view::npos || (at != 0 && environment[at - 1] != '\0'))
    return {};
  auto value = environment.substr(at + name.size());
  return value.substr(0, value.find('\0'));
}

bool await_end(const unique_fd& process, clock::time_point deadline) {
  using std::chrono::milliseconds;
  auto left = std::chrono::duration_cast<milliseconds>(deadline - clock::now()).count();
  pollfd wanted{process.value(), POLLIN, 0};
  return left > 0 && ::poll(&wanted, 1, static_cast<int>(left)) == 1;
}

class sweep {
public:
  explicit sweep(const std::unordered_set<std::string>& tags) : tags_(tags) {}

  /// Kills what carries a tag now, and waits for its end and that of all that is dying anyhow:
  /// whose that was cannot be seen any more.
  /// @returns whether there is reason to look again: something was killed, and has ended.
  bool round() {
    std::vector<unique_fd> ending;
    kills_ = 0;
    std::unique_ptr<DIR, int (*)(DIR*)> proc{::opendir("/proc"), ::closedir};
    while (auto* entry = proc ? ::readdir(proc.get()) : nullptr) {
      auto pid = static_cast<pid_t>(std::atoi(entry->d_name));
      if (pid > 0 && look(pid) != finding::other)
        end(pid, ending);
    }
    auto has_ended = [this](const unique_fd& process) { return await_end(process, deadline_); };
    return std::all_of(ending.begin(), ending.end(), has_ended) && kills_ > 0;
  }

private:
  enum class finding { other, tagged, dying };

  void end(pid_t pid, std::vector<unique_fd>& ending) {
    auto process = open_pidfd(pid);
    if (!process)
      return;
    // Looked at again, now that the number cannot become another process's unnoticed.
    auto found = look(pid);
    if (found == finding::tagged && send_signal(process, SIGKILL))
      ++kills_;
    if (found != finding::other)
      ending.push_back(std::move(process));
  }

  finding look(pid_t pid) {
    // Empty once more: between opening and reading, another program was executed.
    for (auto looks = 0; looks < 3;) {
      auto environment = read_environment(pid, buffer_);
      if (!environment)
        return finding::other;
      if (!environment->empty())
        return judge(*environment);
      auto why = why_empty(pid);
      if (why == emptiness::dying)
        return finding::dying;
      if (why == emptiness::settled)
        ++looks;
      else if (exec_waits_-- > 0)
        ::poll(nullptr, 0, 1);
      else
        break;
    }
    return finding::other;
  }

  finding judge(std::string_view environment) const {
    auto tag = find_tag(environment);
    auto is_ours = !tag.empty() && tags_.count(std::string{tag}) > 0;
    return is_ours ? finding::tagged : finding::other;
  }

  const std::unordered_set<std::string>& tags_;
  std::vector<char> buffer_;
  /// How many more milliseconds to wait for processes that are executing another program.
  std::int64_t exec_waits_ = exec_patience.count();
  const clock::time_point deadline_ = clock::now() + patience;
  int kills_ = 0;
};

}  // namespace

std::string fresh_tag() {
  std::random_device random;
  std::string result = std::to_string(::getpid());
  for (auto i = 0; i < 4; ++i)
    result += '-' + std::to_string(random());
  return result;
}

void kill_tagged(const std::unordered_set<std::string>& tags) {
  sweep search{tags};
  while (search.round())
    ;
}

}  // namespace entente::runtime

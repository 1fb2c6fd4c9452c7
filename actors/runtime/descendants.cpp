#include "actors/runtime/descendants.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <map>
#include <vector>

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/process_stat.hpp"

namespace entente::runtime {

namespace {

/// How long all are tried to be stopped before they are killed as they are: one of another user
/// cannot be stopped, say.
constexpr int most_stops = 200;
/// After how many rounds, of a millisecond at least, it is given up.
constexpr int most_rounds = 5'000;

struct process_facts {
  pid_t parent = 0;
  char state = 0;
  int threads = 0;
};

process_facts facts_of(pid_t pid) {
  process_stat stat{pid};
  if (!stat.has(20))
    return {};
  return {std::stoi(stat.field(4)), stat.field(3).front(), std::stoi(stat.field(20))};
}

/// Those of this process that live, and may not be stopped yet.
struct family {
  std::vector<pid_t> all;
  bool stopped = true;
};

family find_family() {
  std::multimap<pid_t, pid_t> children;
  std::map<pid_t, process_facts> known;
  auto* directory = ::opendir("/proc");
  if (directory == nullptr)
    return {};
  while (auto* entry = ::readdir(directory)) {
    auto pid = static_cast<pid_t>(std::atol(entry->d_name));
    if (pid <= 0)
      continue;
    auto facts = facts_of(pid);
    children.emplace(facts.parent, pid);
    known[pid] = facts;
  }
  ::closedir(directory);
  family result;
  std::vector<pid_t> open{::getpid()};
  while (!open.empty()) {
    auto [begin, end] = children.equal_range(open.back());
    open.pop_back();
    for (auto i = begin; i != end; ++i) {
      open.push_back(i->second);
      auto [parent, state, threads] = known[i->second];
      // Of one whose first thread has ended the others may live on; whether they stand is not seen.
      if (state == 'X' || (state == 'Z' && threads <= 1))
        continue;
      result.all.push_back(i->second);
      result.stopped = result.stopped && (state == 'T' || state == 't' || state == 'Z');
    }
  }
  return result;
}

/// Reaps what has ended. @returns false if there are no children at all.
bool reap_ended() {
  for (;;) {
    auto pid = ::waitpid(-1, nullptr, WNOHANG);
    if (pid < 0 && errno != EINTR)
      return false;
    if (pid == 0)
      return true;
  }
}

}  // namespace

bool adopt_descendants() {
  return ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

bool kill_descendants() {
  for (auto round = 0; round < most_rounds; ++round) {
    if (!reap_ended())
      return true;
    auto now = find_family();
    auto signo = now.stopped || round > most_stops ? SIGKILL : SIGSTOP;
    // Their numbers cannot be another's meanwhile: all are ours, or of a stopped parent, to reap.
    for (auto pid : now.all)
      ::kill(pid, signo);
    ::usleep(1000);  // A signal takes effect at the next scheduling of the process.
  }
  return false;
}

}  // namespace entente::runtime

#include "actors/runtime/descendants.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace entente::runtime {

namespace {

/// Each stops at least what the one before has seen; a limit of processes is reached long before.
constexpr int most_attempts = 10'000;

struct process_facts {
  pid_t parent = 0;
  char state = 0;
};

/// Reads a line of /proc/PID/stat: `PID (NAME) STATE PARENT ...`; the name may have any character.
process_facts facts_of(const char* pid) {
  std::ifstream file{std::string{"/proc/"} + pid + "/stat"};
  std::string line{std::istreambuf_iterator<char>{file}, {}};
  auto end = line.rfind(')');
  process_facts result;
  if (end != std::string::npos && end + 4 < line.size()) {
    result.state = line[end + 2];
    result.parent = static_cast<pid_t>(std::strtol(line.c_str() + end + 4, nullptr, 10));
  }
  return result;
}

/// Those of this process that live, and may not be stopped yet.
struct family {
  std::vector<pid_t> all;
  bool stopped = true;
};

family find_family() {
  std::multimap<pid_t, pid_t> children;
  std::map<pid_t, char> states;
  auto* directory = ::opendir("/proc");
  if (directory == nullptr)
    return {};
  while (auto* entry = ::readdir(directory)) {
    auto pid = static_cast<pid_t>(std::atol(entry->d_name));
    if (pid <= 0)
      continue;
    auto facts = facts_of(entry->d_name);
    children.emplace(facts.parent, pid);
    states[pid] = facts.state;
  }
  ::closedir(directory);
  family result;
  std::vector<pid_t> open{::getpid()};
  while (!open.empty()) {
    auto [begin, end] = children.equal_range(open.back());
    open.pop_back();
    for (auto i = begin; i != end; ++i) {
      open.push_back(i->second);
      auto state = states[i->second];
      if (state == 'Z' || state == 'X')
        continue;
      result.all.push_back(i->second);
      result.stopped = result.stopped && (state == 'T' || state == 't');
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
  for (auto attempt = 0; attempt < most_attempts; ++attempt) {
    if (!reap_ended())
      return true;
    auto now = find_family();
    // Their numbers cannot be another's meanwhile: all are ours, or of a stopped parent, to reap.
    for (auto pid : now.all)
      ::kill(pid, now.stopped ? SIGKILL : SIGSTOP);
    if (now.stopped && !now.all.empty())
      ::waitpid(-1, nullptr, 0);
    else
      ::usleep(1000);  // A stop takes effect at the next scheduling of the process.
  }
  return false;
}

}  // namespace entente::runtime

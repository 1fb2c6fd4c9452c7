#include "apps/entente/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace entente {

namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (auto& text : texts)
    pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> result;
  for (auto** entry = environ; *entry; ++entry) {
    std::string pair = *entry;
    if (!added.contains(pair.substr(0, pair.find('='))))
      result.push_back(std::move(pair));
  }
  for (const auto& [name, value] : added)
    result.push_back(name + '=' + value);
  return result;
}

/// This process blocks the signals that it waits for; the child must get them.
int spawn(pid_t& pid, std::vector<std::string> argv, std::vector<std::string> env,
          std::initializer_list<int> blocked) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t mask;
  ::sigemptyset(&mask);
  for (auto signo : blocked)
    ::sigaddset(&mask, signo);
  ::posix_spawnattr_setsigmask(&attributes, &mask);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  auto failed = ::posix_spawnp(&pid, argv.front().c_str(), nullptr, &attributes,
                               pointers_to(argv).data(), pointers_to(env).data());
  ::posix_spawnattr_destroy(&attributes);
  return failed;
}

}  // namespace

std::variant<child, std::string> child::start(const std::vector<std::string>& argv,
                                              const std::map<std::string, std::string>& added,
                                              std::initializer_list<int> blocked) {
  pid_t pid = 0;
  if (auto failed = spawn(pid, argv, environment_with(added), blocked))
    return "cannot start \"" + argv.front() + "\": " + std::strerror(failed);
  // By system call: the C library's header lacks extern "C" before glibc 2.37.
  return child{pid, static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

child::child(child&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)), descriptor_(std::exchange(other.descriptor_, -1)) {}

child::~child() {
  if (pid_ != 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

void child::signal(int signo) const {
  if (pid_ != 0)
    ::kill(pid_, signo);
}

int child::wait() {
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = 0;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace entente

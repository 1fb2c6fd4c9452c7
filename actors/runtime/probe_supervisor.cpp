#include "actors/runtime/probe_supervisor.hpp"

#include <cerrno>
#include <csignal>
#include <iostream>
#include <optional>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/descendants.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/runtime/process.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

constexpr int not_started = 127;
constexpr int not_wanted = 1;

unique_fd block_signals() {
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  sigset_t of_children;
  sigemptyset(&of_children);
  sigaddset(&of_children, SIGCHLD);
  return unique_fd{::signalfd(-1, &of_children, SFD_CLOEXEC | SFD_NONBLOCK)};
}

/// Reaps what has ended. @returns how the command has, if it has
std::optional<exit_status> reap(pid_t command) {
  std::optional<exit_status> result;
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
      return result;
    if (info.si_pid == command)
      result = exit_status{info.si_code != CLD_EXITED, info.si_status};
  }
}

/// @returns how the command has ended; nothing if it is not wanted any more
std::optional<exit_status> await(pid_t command, const unique_fd& children) {
  for (;;) {
    pollfd wanted[]{{children.value(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    if (::poll(wanted, 2, -1) < 0 && errno != EINTR)
      return std::nullopt;
    if (wanted[1].revents != 0)
      return std::nullopt;
    signalfd_siginfo info;
    while (::read(children.value(), &info, sizeof(info)) == sizeof(info)) {
    }
    if (auto status = reap(command))
      return status;
  }
}

/// Ends this process as the command has ended, but never with a core dump of its own.
int end_by(int signo) {
  ::prctl(PR_SET_DUMPABLE, 0);
  std::signal(signo, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::raise(signo);
  return 128 + signo;
}

/// Where memory is wanting, the probe goes before the task that it looks after.
void be_first_to_go() {
  unique_fd file{::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)};
  [[maybe_unused]] auto ignored = ::write(file.value(), "1000", 4);
}

}  // namespace

int supervise_probe(const supervisor_options& options) {
  be_first_to_go();
  auto children = block_signals();
  adopt_descendants();
  auto started = spawn({options.command, own_environment(), options.sandbox, STDOUT_FILENO,
                        STDERR_FILENO, options.groups});
  if (auto* why = std::get_if<spawn_error>(&started)) {
    std::cout << why->message << std::endl;
    return not_started;
  }
  auto status = await(std::get<pid_t>(started), children);
  kill_descendants();
  if (!status)
    return not_wanted;
  return status->signaled ? end_by(status->code) : status->code;
}

}  // namespace entente::runtime

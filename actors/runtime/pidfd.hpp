#pragma once

#include <cerrno>
#include <csignal>

#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

/// A descriptor of a process, readable once it has ended; none, and errno, if it cannot be had. By
/// system call, as the C library's own header lacks `extern "C"` before glibc 2.37.
inline unique_fd open_pidfd(pid_t pid) {
  return unique_fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
}

/// Sends a signal to exactly that process, however its number is used by now.
/// @returns whether it was sent.
inline bool send_signal(const unique_fd& pidfd, int signo) {
  return ::syscall(SYS_pidfd_send_signal, pidfd.value(), signo, nullptr, 0) == 0;
}

/// Sends a signal that carries a value; those of real time are queued, none is lost.
/// @returns whether it was sent.
inline bool send_value(const unique_fd& pidfd, int signo, int value) {
  siginfo_t info{};
  info.si_signo = signo;
  info.si_code = SI_QUEUE;
  info.si_pid = ::getpid();
  info.si_uid = ::getuid();
  info.si_value.sival_int = value;
  return ::syscall(SYS_pidfd_send_signal, pidfd.value(), signo, &info, 0) == 0;
}

/// Frees the number of a child; of a process that is not one there is nothing to free.
inline void reap(const unique_fd& process) {
  siginfo_t info{};
  constexpr auto by_descriptor = static_cast<idtype_t>(3);  // P_PIDFD
  while (::waitid(by_descriptor, static_cast<id_t>(process.value()), &info, WEXITED) != 0)
    if (errno != EINTR)
      return;
}

}  // namespace entente::runtime

#include <csignal>
#include <cstring>

#include "actors/runtime/process.hpp"

namespace entente::runtime {

std::string exit_status::to_string() const {
  if (signaled)
    return "killed by signal " + signal_name(code) + " (" + std::to_string(code) + ")" +
           (core ? ", core dumped" : "");
  if (code < 0)
    return "ended with an unknown status";
  return "exited with code " + std::to_string(code);
}

std::string signal_name(int signo) {
  if (auto* name = ::sigabbrev_np(signo))
    return std::string{"SIG"} + name;
  if (signo >= SIGRTMIN && signo <= SIGRTMAX)
    return "SIGRTMIN+" + std::to_string(signo - SIGRTMIN);
  return "SIG" + std::to_string(signo);
}

}  // namespace entente::runtime

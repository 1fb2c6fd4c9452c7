#include <csignal>
#include <cstring>

#include "actors/runtime/process.hpp"

namespace entente::runtime {

std::string exit_status::to_string() const {
  std::string result;
  if (signaled)
    result = "killed by signal " + signal_name(code) + " (" + std::to_string(code) + ")" +
             (core ? ", core dumped" : "");
  else if (code < 0)
    result = "ended with an unknown status";
  else
    result = "exited with code " + std::to_string(code);
  if (output_lost > 0)
    result += "; " + std::to_string(output_lost) +
              " bytes of its output were lost: they could not be written";
  return result;
}

std::string signal_name(int signo) {
  if (auto* name = ::sigabbrev_np(signo))
    return std::string{"SIG"} + name;
  if (signo >= SIGRTMIN && signo <= SIGRTMAX)
    return "SIGRTMIN+" + std::to_string(signo - SIGRTMIN);
  return "SIG" + std::to_string(signo);
}

}  // namespace entente::runtime

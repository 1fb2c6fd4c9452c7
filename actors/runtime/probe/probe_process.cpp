#include "actors/runtime/probe/probe_process.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/process.hpp"

namespace entente::runtime {

namespace {

/// As much of a command's output as a message can have.
constexpr std::size_t longest_line = 200;
constexpr std::size_t longest_tail = 4 * longest_line;
/// So much is read at once: others are to have their turn.
constexpr std::size_t most_read = 64 * 1024;

bool is_space(char x) {
  return std::isspace(static_cast<unsigned char>(x)) != 0;
}

std::string printable(std::string text) {
  std::replace_if(
    text.begin(), text.end(), [](char x) { return std::iscntrl(static_cast<unsigned char>(x)); },
    '?');
  return text;
}

}  // namespace

void probe_process::read() {
  std::array<char, most_read> buffer;
  auto count = ::read(process_.output.value(), buffer.data(), buffer.size());
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
    process_.output = unique_fd{};
  if (count <= 0)
    return;
  tail_.append(buffer.data(), static_cast<std::size_t>(count));
  if (tail_.size() > longest_tail)
    tail_.erase(0, tail_.size() - longest_tail);
}

std::optional<probe_result> probe_process::look() {
  // Asked first: all of its output is there by then.
  siginfo_t info{};
  constexpr auto by_descriptor = static_cast<idtype_t>(3);  // P_PIDFD
  auto done = ::waitid(by_descriptor, static_cast<id_t>(process_.process.value()), &info,
                       WEXITED | WNOHANG) != 0 ||
              info.si_pid != 0;
  if (process_.output)
    read();
  if (!done)
    return std::nullopt;
  exit_status status{info.si_code != CLD_EXITED, info.si_status};
  auto line = last_line();
  return probe_result{status.success(),
                      name_ + ' ' + status.to_string() + (line.empty() ? "" : ": " + line)};
}

probe_result probe_process::end(std::chrono::milliseconds timeout) {
  process_.lifeline = unique_fd{};
  auto line = last_line();
  return {false, name_ + ": " + too_long(timeout) + (line.empty() ? "" : ": " + line)};
}

std::string probe_process::last_line() const {
  auto end = std::find_if_not(tail_.rbegin(), tail_.rend(), is_space).base();
  auto begin = std::find(std::make_reverse_iterator(end), tail_.rend(), '\n').base();
  if (end - begin > static_cast<std::ptrdiff_t>(longest_line))
    return printable({begin, begin + longest_line}) + "...";
  return printable({begin, end});
}

}  // namespace entente::runtime

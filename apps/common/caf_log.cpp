#include "apps/common/caf_log.hpp"

#include <caf/actor_ostream.hpp>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace entente {

namespace {

/// Priority, component and actor: what event_of_caf() takes apart.
constexpr auto line_format = "%p %c %a %m%n";

/// A line without an end is cut there.
constexpr std::size_t longest_line = 64 * 1024;

/// An error by CAF's word that is none: at the end of a process its sockets have news for a broker
/// that is gone.
constexpr std::string_view harmless = "activate called on a terminated actor";

struct severity_name {
  std::string_view name;
  log_level level;
};

constexpr std::array severities{
  severity_name{"ERROR", log_level::error}, severity_name{"WARN", log_level::warn},
  severity_name{"INFO", log_level::info}, severity_name{"DEBUG", log_level::debug},
  severity_name{"TRACE", log_level::trace}};

/// The least severe that the log takes, as CAF calls it. No details: they have whole messages in
/// them, and so the variables of tasks.
std::string verbosity(const event_log& log) {
  if (log.takes(log_level::info))
    return "info";
  return log.takes(log_level::warn) ? "warning" : "error";
}

std::string path_of(int descriptor) {
  return "/proc/self/fd/" + std::to_string(descriptor);
}

std::string_view take_word(std::string_view& text) {
  auto end = text.find(' ');
  auto word = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  return word;
}

void check(bool fine, const char* what) {
  if (!fine)
    throw std::system_error{errno, std::generic_category(), what};
}

/// Cuts what has been read into lines; @returns the rest.
std::string tell_lines(const std::string& text, const event_log& log) {
  std::string_view rest = text;
  for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    if (end > 0)
      log(event_of_caf(rest.substr(0, end)));
    rest.remove_prefix(end + 1);
  }
  if (rest.size() >= longest_line)
    log(event_of_caf(std::exchange(rest, {})));
  return std::string{rest};
}

}  // namespace

caf_log::caf_log(caf::actor_system_config& config, event_log log)
    : log_(std::move(log)), stop_(::eventfd(0, EFD_CLOEXEC)) {
  check(stop_ >= 0, "eventfd");
  check(::pipe2(pipe_, O_CLOEXEC) == 0, "pipe2");
  ::fcntl(pipe_[0], F_SETFL, O_NONBLOCK);
  config.set("caf.logger.file.path", path_of(pipe_[1]));
  config.set("caf.logger.file.format", line_format);
  config.set("caf.logger.file.verbosity", verbosity(log_));
  thread_ = std::thread{[this] { run(); }};
}

caf_log::~caf_log() {
  ::eventfd_write(stop_, 1);
  thread_.join();
  for (auto descriptor : {pipe_[0], pipe_[1], stop_})
    ::close(descriptor);
}

void caf_log::take_complaints_of(caf::actor_system& system) {
  caf::actor_ostream::redirect_all(system, path_of(pipe_[1]), caf::actor_ostream::append);
}

void caf_log::run() {
  pollfd entries[]{{pipe_[0], POLLIN, 0}, {stop_, POLLIN, 0}};
  std::string text;
  for (bool ending = false; !ending;) {
    ::poll(entries, 2, -1);
    ending = entries[1].revents != 0;
    char chunk[4096];
    for (ssize_t size; (size = ::read(pipe_[0], chunk, sizeof chunk)) > 0;)
      text = tell_lines(text.append(chunk, static_cast<std::size_t>(size)), log_);
  }
  if (!text.empty())
    log_(event_of_caf(text));
}

log_event event_of_caf(std::string_view line) {
  auto rest = line;
  auto severity = take_word(rest);
  for (const auto& known : severities)
    if (severity == known.name) {
      auto component = take_word(rest);
      auto actor = take_word(rest);
      return {rest == harmless ? log_level::debug : known.level,
              "message",
              {{"component", std::string{component}},
               {"actor", std::string{actor}},
               {"text", std::string{rest}}}};
    }
  return {log_level::error, "complaint", {{"text", std::string{line}}}};
}

}  // namespace entente

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <poll.h>
#include <unistd.h>
#include <vector>

#include "apps/common/exit_codes.hpp"
#include "apps/common/service.hpp"
#include "apps/common/signals.hpp"
#include "apps/entente/child.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/ready_socket.hpp"
#include "apps/entente/settings.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// How soon a part that has died is started again: doubled each time, as long as it dies soon.
constexpr milliseconds first_pause = 500ms;
constexpr milliseconds longest_pause = 30s;
/// A part that has lived so long has not died soon.
constexpr milliseconds good_time = 60s;

struct up_flags {
  std::string file;
  std::string host;
  /// This program, by the name that it had at the start: a newer one may have taken its place.
  std::string program{};
};

/// One of the host's parts, as a process of its own: what one does must not end the other.
struct running_part {
  std::string name;
  ready_socket readiness{};
  bool was_ready = false;
  std::optional<child> process{};
  steady_clock::time_point started{};
  std::optional<steady_clock::time_point> start_at{};
  milliseconds pause = first_pause;
};

void plan_start(running_part& x, const std::string& what_happened) {
  std::cerr << "entente: the " << x.name << ' ' << what_happened << " and is started again in "
            << x.pause.count() << "ms" << std::endl;
  x.start_at = steady_clock::now() + x.pause;
  x.pause = std::min(2 * x.pause, longest_pause);
}

/// The other parts run on if this one cannot be started.
void start(running_part& x, const up_flags& flags) {
  auto started = child::start(
    {flags.program, x.name, "--config", flags.file, "--host", flags.host},
    {{"NOTIFY_SOCKET", x.readiness.name()}, {starter_variable, std::to_string(::getpid())}},
    {SIGHUP});
  x.started = steady_clock::now();
  x.start_at.reset();
  if (auto* why = std::get_if<std::string>(&started))
    plan_start(x, "has not come up: " + *why);
  else
    x.process.emplace(std::get<child>(std::move(started)));
}

/// The part has ended by itself. @returns the code to end with, if trying again is of no use: it
/// has never come up, and has said what is wrong with its settings
std::optional<int> after_end(running_part& x) {
  auto code = x.process->wait();
  x.process.reset();
  if (code == exit_usage && !x.was_ready)
    return code;
  if (steady_clock::now() - x.started >= good_time)
    x.pause = first_pause;
  plan_start(x, "has ended with code " + std::to_string(code));
  return std::nullopt;
}

/// Looks for those that have come up. Once all have, the host has.
void take_readiness(std::vector<running_part>& parts) {
  auto count = [&] {
    return std::ranges::count_if(parts, [](const auto& x) { return x.was_ready; });
  };
  auto before = count();
  for (auto& x : parts)
    x.was_ready = x.readiness.take() || x.was_ready;
  auto all = static_cast<std::ptrdiff_t>(parts.size());
  if (before < all && count() == all)
    notify_service_manager("READY=1");
}

milliseconds until_next_start(const std::vector<running_part>& parts) {
  std::optional<steady_clock::time_point> next;
  for (const auto& x : parts)
    if (x.start_at)
      next = next ? std::min(*next, *x.start_at) : *x.start_at;
  if (!next)
    return -1ms;
  auto left = std::chrono::ceil<milliseconds>(*next - steady_clock::now());
  return std::max(left, 0ms);
}

/// Waits for a signal, the end of a part, or until one is to be started again.
void wait_for_news(const std::vector<running_part>& parts, const awaited_signals& ending,
                   const awaited_signals& reload) {
  std::vector<pollfd> entries{{ending.descriptor(), POLLIN, 0}, {reload.descriptor(), POLLIN, 0}};
  for (const auto& x : parts) {
    entries.push_back({x.readiness.descriptor(), POLLIN, 0});
    if (x.process)
      entries.push_back({x.process->descriptor(), POLLIN, 0});
  }
  ::poll(entries.data(), entries.size(), static_cast<int>(until_next_start(parts).count()));
}

bool has_ended(const running_part& x) {
  if (!x.process)
    return false;
  pollfd entry{x.process->descriptor(), POLLIN, 0};
  return ::poll(&entry, 1, 0) > 0;
}

void signal_all(const std::vector<running_part>& parts, int signo) {
  for (const auto& x : parts)
    if (x.process)
      x.process->signal(signo);
}

/// Ends all parts in order, the last started first: an agent tells its master that it leaves.
int end_all(std::vector<running_part>& parts, int signo) {
  notify_service_manager("STOPPING=1");
  for (auto i = parts.rbegin(); i != parts.rend(); ++i)
    if (i->process) {
      i->process->signal(signo);
      i->process->wait();
      i->process.reset();
    }
  return signo == SIGINT ? exit_interrupted : exit_ok;
}

int supervise(std::vector<running_part>& parts, const up_flags& flags,
              const awaited_signals& ending, const awaited_signals& reload) {
  for (;;) {
    for (auto& x : parts)
      if (!x.process && (!x.start_at || *x.start_at <= steady_clock::now()))
        start(x, flags);
    wait_for_news(parts, ending, reload);
    if (auto signo = ending.take())
      return end_all(parts, *signo);
    if (reload.take())
      signal_all(parts, SIGHUP);
    take_readiness(parts);
    for (auto& x : parts)
      if (has_ended(x))
        if (auto code = after_end(x)) {
          end_all(parts, SIGTERM);
          return *code;
        }
  }
}

/// The host of the file that this is, if none was named.
std::string require_own_host(const config& settings) {
  if (auto host = own_host(settings))
    return *host;
  std::string known;
  for (const auto& [name, _] : settings.hosts)
    known += (known.empty() ? "" : ", ") + name;
  throw cannot_start{no_entry_text() + "; say with --host which it is" +
                     (known.empty() ? std::string{} : ": " + known)};
}

int serve(up_flags flags) {
  termination_signals ending;
  reload_signal reload;
  if (flags.file.empty())
    if (const auto* variable = std::getenv("ENTENTE_CONFIG"))
      flags.file = variable;
  if (flags.file.empty())
    throw cannot_start{"--config: the cluster's configuration file is missing"};
  if (flags.host.empty())
    flags.host = require_own_host(read_settings(flags.file, {}));
  auto settings = read_settings(flags.file, {}, flags.host);
  flags.program = std::filesystem::read_symlink("/proc/self/exe");
  std::vector<running_part> parts;
  for (auto x : {part::master, part::agent})
    if (settings.hosts.at(flags.host).runs.contains(x))
      parts.emplace_back().name = to_string(x);
  if (parts.empty())
    throw cannot_start{"hosts." + flags.host +
                       ".runs: expected \"master\", \"agent\" or both, found nothing"};
  return supervise(parts, flags, ending, reload);
}

}  // namespace

void add_up(CLI::App& app, command_line& line) {
  auto flags = std::make_shared<up_flags>();
  auto* command = app.add_subcommand("up", "What a cluster's file says that this host runs");
  command->add_option("--config", flags->file, "the cluster's file; else ENTENTE_CONFIG");
  command->add_option("--host", flags->host, "an entry of its hosts; default: the machine's name");
  command->callback([&line, flags] {
    line.chosen = [flags] { return start_or_complain([&] { return serve(*flags); }); };
  });
}

}  // namespace entente

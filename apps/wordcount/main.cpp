#include "apps/common/client_config.hpp"
#include "apps/common/network.hpp"
#include "apps/common/signals.hpp"
#include "apps/wordcount/input.hpp"
#include "apps/wordcount/map_task.hpp"
#include "apps/wordcount/options.hpp"
#include "apps/wordcount/report.hpp"
#include "apps/wordcount/scheduler.hpp"

#include <caf/actor_system.hpp>
#include <caf/send.hpp>

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

using namespace entente;
using namespace entente::wordcount;

namespace {

constexpr int exit_failed = 1;

/// Where a line begins on stderr: on a terminal, over the progress that is there.
std::string_view line_start() {
  return ::isatty(STDERR_FILENO) == 1 ? "\r\033[K" : "";
}

int complain(int code, std::string_view message) {
  std::cerr << line_start() << "wordcount: " << message << std::endl;
  return code;
}

int run_as_map_task(const std::vector<std::string>& arguments) {
  auto work = parse_map_arguments(arguments);
  if (!work)
    return complain(exit_usage, "--map is followed by FILE OFFSET LENGTH, once or more often");
  if (auto failed = run_map_task(*work, std::cout))
    return complain(exit_failed, *failed);
  return exit_ok;
}

/// On a terminal one line that is written over again and again, else a line now and then.
progress_function make_progress() {
  auto terminal = ::isatty(STDERR_FILENO) == 1;
  auto pause = std::chrono::milliseconds{terminal ? 50 : 1000};
  return [terminal, pace = progress_pace{pause}](const progress& x, time_point now) mutable {
    if (!pace.due(x, now))
      return;
    auto last = x.counted == x.total;
    std::cerr << line_start() << "wordcount: " << describe(x) << (terminal && !last ? "" : "\n")
              << std::flush;
  };
}

int show(const options& wanted, const job& done) {
  if (wanted.tsv)
    write_tsv(std::cout, done.counts(), wanted.words_shown());
  else
    write_report(std::cout, done, wanted.words_shown());
  if (!std::cout.flush())
    return complain(exit_failed, "cannot write the result");
  return exit_ok;
}

int report(const options& wanted, const outcome& result) {
  switch (result.how) {
  case outcome::kind::counted:
    return show(wanted, result.work);
  case outcome::kind::failed:
    return complain(exit_failed, result.message);
  case outcome::kind::unavailable:
    return complain(exit_unavailable, result.message);
  default:
    return complain(exit_interrupted, "interrupted");
  }
}

/// Interrupts the scheduler at the first signal; the second one ends the program as it is.
signal_watcher::callback interrupt(const scheduler_actor& scheduler) {
  return [scheduler, again = false](int) mutable {
    if (std::exchange(again, true))
      std::_Exit(exit_interrupted);
    caf::anon_send_exit(scheduler, caf::exit_reason::user_shutdown);
  };
}

int run_on_cluster(const options& wanted, std::vector<chunk> chunks) {
  termination_signals signals;
  auto network = transport_of_client();
  if (auto* wrong = std::get_if<usage_error>(&network))
    return complain(exit_usage, wrong->message);
  client_config config;
  caf::actor_system system{config};
  transport connections{system, std::move(std::get<transport_options>(network))};
  std::promise<outcome> promise;
  auto result = promise.get_future();
  job work{std::move(chunks), std::filesystem::read_symlink("/proc/self/exe").string()};
  auto scheduler =
    spawn_scheduler(system, std::move(work), wanted.masters, std::move(promise), make_progress());
  signal_watcher watcher{signals, interrupt(scheduler)};
  auto ended = result.get();
  auto code = report(wanted, ended);
  // A thread may still be in a connect() that the kernel has not given up.
  if (!ended.connected)
    std::_Exit(code);
  return code;
}

int run(const options& wanted) {
  auto split = split_files(wanted.files);
  if (auto* failed = std::get_if<file_error>(&split))
    return complain(exit_usage, failed->message);
  auto& chunks = std::get<std::vector<chunk>>(split);
  if (chunks.empty())
    return show(wanted, job{{}, {}});
  return run_on_cluster(wanted, std::move(chunks));
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  if (argc > 1 && argv[1] == std::string_view{map_flag})
    return run_as_map_task({argv + 2, argv + argc});
  auto parsed = parse_options(argc, argv);
  if (auto* wrong = std::get_if<usage_error>(&parsed))
    return complain(exit_usage, wrong->message);
  if (auto* wanted = std::get_if<options>(&parsed))
    return run(*wanted);
  std::cout << std::get<information>(parsed).text;
  return exit_ok;
}

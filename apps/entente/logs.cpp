#include <cstdlib>
#include <iostream>
#include <memory>
#include <thread>

#include "apps/common/exit_codes.hpp"
#include "apps/common/signals.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "apps/entente/output_reader.hpp"
#include "apps/entente/skipped_output.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How often a growing file is looked at with -f.
constexpr auto follow_pause = 200ms;
/// How much is read at once.
constexpr std::uint32_t page = 256 * 1024;

struct logs_options {
  std::string master;
  std::string task;
  bool follow = false;
  bool from_stderr = false;
};

void say_skipped(std::uint64_t bytes) {
  if (bytes > 0)
    std::cerr << "entente: " << bytes << " bytes of older output are not kept any more"
              << std::endl;
}

int show_output(client& master, const logs_options& options) {
  read_output call;
  call.task = task_id{options.task};
  call.stream = options.from_stderr ? output_stream::err : output_stream::out;
  call.max_bytes = page;
  output_reader reader{master, std::move(call), options.follow};
  skipped_output skipped;
  std::uint64_t end = 0;
  for (;;) {
    auto answer = reader.next();
    if (auto* failed = std::get_if<caf::error>(&answer)) {
      say_skipped(skipped.rest());
      return complain(exit_failure, error_text(*failed));
    }
    const auto& chunk = std::get<output_chunk>(answer);
    say_skipped(skipped.add(chunk.skipped, master.system().clock().now()));
    if (!std::cout.write(chunk.bytes.data(), static_cast<std::streamsize>(chunk.bytes.size()))
           .flush())
      return complain(exit_failure, "cannot write the output");
    end += chunk.skipped + chunk.bytes.size();
    auto more = end < chunk.file_size && !chunk.bytes.empty();
    if (!more && (chunk.ended || !options.follow)) {
      say_skipped(skipped.rest());
      return exit_ok;
    }
    if (!more)
      std::this_thread::sleep_for(follow_pause);
  }
}

}  // namespace

void add_logs(CLI::App& app, command_line& line) {
  auto options = std::make_shared<logs_options>();
  auto* command = app.add_subcommand("logs", "Shows what a task has written");
  add_master_option(*command, options->master);
  command->add_flag("-f,--follow", options->follow, "go on until the task has ended");
  command->add_flag("--stderr", options->from_stderr, "its stderr instead of its stdout");
  command->add_option("task", options->task, "the task's id")->required();
  command->callback([&line, options] {
    line.chosen = [options] {
      termination_signals signals;
      // It may be waiting for an answer, and has nothing to bring in order.
      signal_watcher at_once{signals, [](int) { std::_Exit(exit_interrupted); }};
      return with_master(options->master,
                         [&](client& master) { return show_output(master, *options); });
    };
  });
}

}  // namespace entente

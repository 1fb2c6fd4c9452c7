#include <iostream>
#include <memory>

#include "apps/common/exit_codes.hpp"
#include "apps/common/signals.hpp"
#include "apps/entente/client.hpp"
#include "apps/entente/commands.hpp"
#include "messages/error_text.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// How often a growing file is looked at with -f.
constexpr auto follow_pause = 200ms;

struct logs_options {
  std::string master;
  std::string task;
  bool follow = false;
  bool from_stderr = false;
};

int show_output(client& master, const logs_options& options, const termination_signals& signals) {
  read_output call;
  call.task = task_id{options.task};
  call.stream = options.from_stderr ? output_stream::err : output_stream::out;
  for (;;) {
    output_chunk chunk;
    if (auto failed = master.ask(call, [&](output_chunk& x) { chunk = std::move(x); }))
      return complain(1, error_text(failed));
    if (chunk.skipped > 0)
      std::cerr << "entente: " << chunk.skipped << " bytes of older output are not kept any more\n";
    if (!std::cout.write(chunk.bytes.data(), static_cast<std::streamsize>(chunk.bytes.size()))
           .flush())
      return complain(1, "cannot write the output");
    call.offset += chunk.skipped + chunk.bytes.size();
    auto more = call.offset < chunk.file_size && !chunk.bytes.empty();
    if (!more && (chunk.ended || !options.follow))
      return exit_ok;
    if (signals.wait(more ? 0ms : std::chrono::milliseconds{follow_pause}))
      return exit_interrupted;
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
      return with_master(options->master,
                         [&](client& master) { return show_output(master, *options, signals); });
    };
  });
}

}  // namespace entente

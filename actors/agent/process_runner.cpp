#include "actors/agent/process_runner.hpp"

#include <algorithm>
#include <utility>

#include "actors/runtime/machine.hpp"
#include "actors/runtime/process_table.hpp"

namespace entente {

namespace {

constexpr std::uint32_t largest_chunk = 1024 * 1024;

class process_runner final : public task_runner {
public:
  process_runner(process_runner_options options, exit_callback on_exit)
      : options_(std::move(options)),
        processes_([on_exit = std::move(on_exit)](const runtime::process_key& key,
                                                  runtime::exit_status status) {
          on_exit(task_key_of(key), status);
        }) {}

  std::optional<std::string> start(const task_key& key, const task_info& task) override {
    auto sandbox = sandbox_of(key);
    if (auto failed = runtime::create_sandbox(sandbox))
      return failed->message;
    auto result = processes_.start(to_string(key), process_of(key, task, sandbox));
    if (auto* failed = std::get_if<runtime::spawn_error>(&result))
      return failed->message;
    return std::nullopt;
  }

  void signal(const task_key& key, int signo) override { processes_.signal(to_string(key), signo); }

  std::variant<output_chunk, std::string> read(const read_output& x) override {
    auto file = x.stream == output_stream::out ? runtime::stdout_name : runtime::stderr_name;
    auto chunk = runtime::read_chunk(sandbox_of({x.framework, x.task}) / file, x.offset,
                                     std::min(x.max_bytes, largest_chunk));
    if (auto* failed = std::get_if<runtime::failure>(&chunk))
      return failed->message;
    auto& got = std::get<runtime::file_chunk>(chunk);
    return output_chunk{std::move(got.data), got.size, false};
  }

  std::uint32_t load() override { return runtime::machine_load(); }

private:
  std::filesystem::path sandbox_of(const task_key& key) const {
    return runtime::sandbox_path(options_.work_dir, key.framework.str(), key.task.str());
  }

  runtime::process_spec process_of(const task_key& key, const task_info& task,
                                   const std::filesystem::path& sandbox) const {
    runtime::process_spec spec;
    spec.argv = task.argv;
    spec.env = options_.base_env;
    for (const auto& [name, value] : task.env)
      spec.env[name] = value;
    spec.env["ENTENTE_FRAMEWORK_ID"] = key.framework.str();
    spec.env["ENTENTE_TASK_ID"] = key.task.str();
    spec.env["ENTENTE_AGENT_ID"] = options_.agent.str();
    spec.env["ENTENTE_SANDBOX"] = sandbox.string();
    spec.directory = sandbox;
    spec.out_file = sandbox / runtime::stdout_name;
    spec.err_file = sandbox / runtime::stderr_name;
    return spec;
  }

  process_runner_options options_;
  runtime::process_table processes_;
};

}  // namespace

task_runner_factory run_processes(process_runner_options options) {
  return [options = std::move(options)](task_runner::exit_callback on_exit) {
    return std::make_unique<process_runner>(options, std::move(on_exit));
  };
}

}  // namespace entente

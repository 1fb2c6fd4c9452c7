#include "actors/agent/process_runner.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

#include "actors/agent/task_groups.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/output_file.hpp"
#include "actors/runtime/run_table.hpp"
#include "actors/runtime/spawn_supervisor.hpp"

namespace entente {

namespace {

constexpr std::uint32_t largest_chunk = 1024 * 1024;

class process_runner final : public task_runner {
public:
  process_runner(process_runner_options options, event_callback on_event)
      : options_(std::move(options)),
        supervisor_(runtime::find_supervisor()),
        groups_(std::move(options_.groups), options_.task_pids),
        runs_({supervisor_.value_or("entente-supervisor"), options_.tied},
              [this, on_event = std::move(on_event)](const runtime::run_key& text,
                                                     const runtime::run_event& event) {
                if (text.starts_with('/'))  // See end_forgotten().
                  return runtime::run_directory{text}.remove();
                auto key = task_key_of(text);
                std::visit([&](const auto& x) { on_event(key, translate<task_event>(key, x)); },
                           event);
              }) {}

  std::optional<std::string> start(const task_key& key, const task_info& task) override {
    if (!supervisor_)
      return "the program entente-supervisor is neither beside this agent's own nor in its PATH";
    auto sandbox = sandbox_of(key);
    if (auto failed = runtime::create_sandbox(sandbox))
      return failed->message;
    auto groups = groups_.make(key, task);
    if (auto* failed = std::get_if<runtime::failure>(&groups))
      return failed->message;
    auto run = run_of(key, task, sandbox);
    run.groups = std::move(std::get<std::vector<std::filesystem::path>>(groups));
    auto failed = runs_.start(to_string(key), run);
    return failed ? std::optional{failed->message} : std::nullopt;
  }

  found_task find(const task_key& key, const task_info&) override {
    return std::visit([&](const auto& x) { return translate<found_task>(key, x); },
                      runs_.find(to_string(key), run_directory_of(key)));
  }

  void keep_only(const std::set<task_key>& tasks) override {
    groups_.keep_only(tasks);
    std::set<std::filesystem::path> kept;
    for (const auto& key : tasks)
      kept.insert(run_directory_of(key));
    std::error_code none;
    for (const auto& framework : std::filesystem::directory_iterator{all_runs(), none})
      for (const auto& run : std::filesystem::directory_iterator{framework.path(), none})
        if (!kept.contains(run.path()))
          end_forgotten(run.path());
  }

  void forget(const task_key& key) override {
    groups_.remove(key);
    runtime::run_directory{run_directory_of(key)}.remove();
  }

  void signal(const task_key& key, int signo) override { runs_.signal(to_string(key), signo); }

  std::optional<task_usage> usage(const task_key&) const override { return std::nullopt; }

  std::variant<output_chunk, std::string> read(const read_output& x) override {
    auto file = x.stream == output_stream::out ? runtime::stdout_name : runtime::stderr_name;
    auto piece = runtime::read_output(sandbox_of({x.framework, x.task}), file, x.offset,
                                      std::min(x.max_bytes, largest_chunk));
    if (auto* failed = std::get_if<runtime::failure>(&piece))
      return failed->message;
    auto& got = std::get<runtime::output_piece>(piece);
    auto skipped = got.offset > x.offset ? got.offset - x.offset : 0;
    return output_chunk{std::move(got.data), got.size, false, got.data.empty() ? 0 : skipped};
  }

  std::uint32_t load() override { return runtime::machine_load(); }

private:
  template <class Result>
  Result translate(const task_key&, const runtime::run_begun&) const {
    return task_begun{};
  }
  template <class Result>
  Result translate(const task_key&, const runtime::run_goes_on&) const {
    return task_goes_on{};
  }
  template <class Result>
  Result translate(const task_key&, const runtime::never_run&) const {
    return task_never_ran{};
  }
  template <class Result>
  Result translate(const task_key&, const runtime::run_lost& x) const {
    return task_lost{x.message};
  }
  template <class Result>
  Result translate(const task_key& key, const runtime::run_end& x) const {
    if (const auto* why = std::get_if<runtime::failure>(&x))
      return task_not_started{why->message};
    const auto& status = std::get<runtime::exit_status>(x);
    if (status.success())  // Whatever it did without, it did what it was to do.
      return status;
    if (auto message = groups_.memory_exceeded(key))
      return task_over_limit{status, task_reason::container_limitation_memory, *message};
    return status;
  }

  std::filesystem::path sandbox_of(const task_key& key) const {
    return runtime::sandbox_path(options_.work_dir, key.framework.str(), key.task.str());
  }

  std::filesystem::path all_runs() const { return options_.work_dir / "runs"; }

  std::filesystem::path run_directory_of(const task_key& key) const {
    return all_runs() / runtime::safe_file_name(key.framework.str()) /
           runtime::safe_file_name(key.task.str());
  }

  runtime::run_spec run_of(const task_key& key, const task_info& task,
                           const std::filesystem::path& sandbox) const {
    runtime::run_spec spec;
    spec.argv = task.argv;
    spec.env = options_.base_env;
    for (const auto& [name, value] : task.env)
      spec.env[name] = value;
    spec.env["ENTENTE_FRAMEWORK_ID"] = key.framework.str();
    spec.env["ENTENTE_TASK_ID"] = key.task.str();
    spec.env["ENTENTE_AGENT_ID"] = options_.agent.str();
    spec.env["ENTENTE_SANDBOX"] = sandbox.string();
    spec.sandbox = sandbox;
    spec.directory = run_directory_of(key);
    spec.output_limit = options_.output_limit;
    return spec;
  }

  /// A run that no checkpoint knows: nobody may believe that it goes on. Its path is its key, as
  /// its task's is not known.
  void end_forgotten(const std::filesystem::path& path) {
    auto key = path.string();
    if (std::holds_alternative<runtime::run_goes_on>(runs_.find(key, path)))
      runs_.signal(key, SIGKILL);
    else
      runtime::run_directory{path}.remove();
  }

  process_runner_options options_;
  std::optional<std::filesystem::path> supervisor_;
  task_groups groups_;
  runtime::run_table runs_;
};

}  // namespace

task_runner_factory run_processes(process_runner_options options) {
  return [options = std::move(options)](task_runner::event_callback on_event) {
    return std::make_unique<process_runner>(options, std::move(on_event));
  };
}

}  // namespace entente

#include "actors/agent/process_runner.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <utility>

#include <unistd.h>

#include "actors/agent/artifact_fetching.hpp"
#include "actors/agent/health_watcher.hpp"
#include "actors/agent/sandbox_keeper.hpp"
#include "actors/agent/task_groups.hpp"
#include "actors/agent/usage_watch.hpp"
#include "actors/runtime/machine.hpp"
#include "actors/runtime/output_file.hpp"
#include "actors/runtime/run_table.hpp"
#include "actors/runtime/spawn_supervisor.hpp"
#include "messages/health_problem.hpp"

namespace entente {

namespace {

constexpr std::uint32_t largest_chunk = 1024 * 1024;
/// Bytes that are free at least where a task is begun, for its directories and what it first
/// writes.
constexpr std::uintmax_t least_room = 1024 * 1024;

class process_runner final : public task_runner {
public:
  process_runner(process_runner_options options, event_callback on_event)
      : options_(std::move(options)),
        supervisor_(runtime::find_supervisor()),
        groups_(std::move(options_.groups), options_.task_pids),
        sandboxes_(options_.work_dir, options_.sandboxes),
        artifacts_(options_.work_dir / "cache", options_.fetching),
        health_(on_event),
        runs_({supervisor_.value_or("entente-supervisor"), options_.tied,
               options_.work_dir / "spare_runs"},
              [this, on_event = std::move(on_event)](const runtime::run_key& text,
                                                     const runtime::run_event& event) {
                if (text.starts_with('/'))  // See end_forgotten().
                  return runs_.forget(text);
                auto key = task_key_of(text);
                auto has_begun = std::holds_alternative<runtime::run_begun>(event);
                if (!has_begun)
                  health_.end(key);
                std::visit([&](const auto& x) { on_event(key, translate<task_event>(key, x)); },
                           event);
                if (has_begun)
                  health_.begin(key);
              }),
        usage_(
          options_.usage_pause, [this](const task_key& key) { return groups_.find(key); },
          [this](const task_key& key) { runs_.signal(to_string(key), SIGKILL); }) {}

  std::optional<std::string> want_of_room() const override {
    std::error_code unknown;
    auto disk = std::filesystem::space(options_.work_dir, unknown);
    auto room = ::geteuid() == 0 ? disk.free : disk.available;
    if (unknown || disk.capacity == 0 || room >= least_room)  // Not every file system says it.
      return std::nullopt;
    return "less than " + std::to_string(least_room / 1024 / 1024) + " MB are free at " +
           runtime::in_quotes(options_.work_dir);
  }

  std::optional<std::string> start(const task_key& key, const task_info& task) override {
    if (auto problem = task.health ? problem_of(*task.health) : std::nullopt)
      return problem;
    if (!supervisor_)
      return "the program entente-supervisor is neither beside this agent's own nor in its PATH";
    sandboxes_.begin();
    auto sandbox = sandbox_of(key);
    if (auto failed = sandboxes_.create(key))
      return failed->message;
    auto run = run_of(key, task, sandbox);
    if (auto problem = artifacts_.add_to(run, task, watched(key, task.limits).disk_limit))
      return problem;
    auto groups = groups_.make(key, task);
    if (auto* failed = std::get_if<runtime::failure>(&groups))
      return failed->message;
    run.groups = std::move(std::get<std::vector<std::filesystem::path>>(groups));
    expect_health(key, task);
    auto failed = runs_.start(to_string(key), run);
    if (failed)
      health_.end(key);
    else
      usage_.add(key, watched(key, task.limits));
    return failed ? std::optional{failed->message} : std::nullopt;
  }

  found_task find(const task_key& key, const task_info& task) override {
    sandboxes_.hold(key);
    expect_health(key, task);
    auto found = std::visit([&](const auto& x) { return translate<found_task>(key, x); },
                            runs_.find(to_string(key), run_directory_of(key)));
    auto* runs = std::get_if<task_goes_on>(&found);
    if (runs)
      usage_.add(key, watched(key, task.limits));
    if (!runs)
      health_.end(key);
    else if (!runs->is_preparing)
      health_.begin(key);
    return found;
  }

  void keep_only(const std::set<task_key>& tasks) override {
    groups_.keep_only(tasks);
    for (const auto& key : tasks)
      sandboxes_.hold(key);
    sandboxes_.begin();
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
    sandboxes_.ended(key);
    usage_.remove(key);
    groups_.remove(key);
    runs_.forget(run_directory_of(key));
  }

  void hold(const task_key& key) override { sandboxes_.hold(key); }

  void release(const task_key& key) override { sandboxes_.release(key); }

  void signal(const task_key& key, int signo) override {
    health_.end(key);  // Whatever is said to it now is to end it.
    runs_.signal(to_string(key), signo);
  }

  void limit(const task_key& key, const resources& limits) override {
    groups_.limit(key, limits);
    usage_.limit(key, watched(key, limits).disk_limit);
  }

  std::optional<task_usage> usage(const task_key& key) const override { return usage_.usage(key); }

  std::variant<output_chunk, std::string> read(const read_output& x) override {
    if (auto why = sandboxes_.why_gone({x.framework, x.task}))
      return *why;
    auto file = x.stream == output_stream::out ? runtime::stdout_name : runtime::stderr_name;
    auto piece = runtime::read_output(sandbox_of({x.framework, x.task}), file, x.offset,
                                      std::min(x.max_bytes, largest_chunk));
    if (auto* failed = std::get_if<runtime::failure>(&piece))
      return failed->message;
    auto& got = std::get<runtime::output_piece>(piece);
    auto skips = !got.data.empty() && got.offset > x.offset;
    auto skipped = skips ? got.offset - x.offset : 0;
    return output_chunk{std::move(got.data), got.size, false, skipped};
  }

  std::uint32_t load() override { return runtime::machine_load(); }

private:
  template <class Result>
  Result translate(const task_key&, const runtime::run_begun&) const {
    return task_begun{};
  }
  template <class Result>
  Result translate(const task_key&, const runtime::run_goes_on& x) const {
    return task_goes_on{x.is_preparing};
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
    auto over_disk = disk_exceeded(key);
    if (const auto* why = std::get_if<runtime::failure>(&x))
      return over_disk ? task_not_started{*over_disk, task_reason::container_limitation_disk}
                       : task_not_started{why->message};
    const auto& status = std::get<runtime::exit_status>(x);
    if (status.success())  // Whatever it did without, it did what it was to do.
      return status;
    if (over_disk)
      return task_over_limit{status, task_reason::container_limitation_disk, *over_disk};
    if (auto message = groups_.memory_exceeded(key))
      return task_over_limit{status, task_reason::container_limitation_memory, *message};
    return status;
  }

  /// To be told before the task can begin.
  void expect_health(const task_key& key, const task_info& task) {
    if (!task.health || !supervisor_)
      return;
    auto sandbox = sandbox_of(key);
    auto env = run_of(key, task, sandbox).env;
    health_.expect(key, *task.health,
                   {*supervisor_, sandbox, std::move(env), groups_.probe_entry_files(key)});
  }

  /// The figures, if the task was killed because its sandbox had more than it may.
  std::optional<std::string> disk_exceeded(const task_key& key) const {
    auto text = runtime::run_directory{run_directory_of(key)}.over_limit();
    if (text && text->empty())
      return "its sandbox has more than was asked for";
    return text;
  }

  watched_task watched(const task_key& key, const resources& limits) const {
    return {sandbox_of(key), run_directory_of(key),
            options_.enforce_disk ? disk_limit_of(limits) : std::nullopt};
  }

  std::filesystem::path sandbox_of(const task_key& key) const { return sandboxes_.path_of(key); }

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
    if (task.executor)  // It is no task that is run, but its executor.
      spec.env["ENTENTE_EXECUTOR_ID"] = task.executor->id.str();
    else
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
      runs_.forget(path);
  }

  process_runner_options options_;
  std::optional<std::filesystem::path> supervisor_;
  task_groups groups_;
  sandbox_keeper sandboxes_;
  artifact_fetching artifacts_;
  health_watcher health_;  // before the runs: they tell of their ends until they are gone
  runtime::run_table runs_;
  usage_watch usage_;  // last: it ends runs, and they do not use it
};

}  // namespace

task_runner_factory run_processes(process_runner_options options) {
  return [options = std::move(options)](task_runner::event_callback on_event) {
    return std::make_unique<process_runner>(options, std::move(on_event));
  };
}

}  // namespace entente

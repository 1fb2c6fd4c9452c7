#include "actors/agent/executor_runner.hpp"

#include <atomic>
#include <csignal>
#include <mutex>
#include <string_view>
#include <utility>

#include "actors/agent/executor_files.hpp"
#include "actors/agent/executor_host.hpp"
#include "actors/agent/executor_tasks.hpp"
#include "messages/overloaded.hpp"

namespace entente {

namespace {

/// Of how many ended tasks is known which executor ran them, for their output.
constexpr std::size_t ended_kept = 2'000;

/// No id of a task may begin with this.
constexpr std::string_view mark = "\nexecutor ";

executor_key executor_of(const framework_id& framework, const task_info& task) {
  return {framework, task.executor->id};
}

std::optional<executor_key> executor_of(const task_key& run) {
  const auto& text = run.task.str();
  if (!text.starts_with(mark))
    return std::nullopt;
  return executor_key{run.framework, executor_id{text.substr(mark.size())}};
}

std::optional<std::string> problem_of(const task_info& task) {
  const auto& executor = *task.executor;
  if (executor.id.empty())
    return "an executor needs an id";
  if (executor.argv.empty() || executor.argv.front().empty())
    return "an executor needs a command";
  if (task.health)
    return "a task of an executor cannot have a health check: the executor says how it is";
  if (!task.artifacts.empty())
    return "a task of an executor cannot have artifacts: the executor fetches what it needs";
  return std::nullopt;
}

/// For people; nothing if it has not ended.
std::optional<executor_ended> end_of(const executor_key& key, const task_event& event) {
  using result = std::optional<executor_ended>;
  return std::visit(overloaded{
                      [&](const runtime::exit_status& x) {
                        return result{{key, x.to_string()}};
                      },
                      [&](const task_over_limit& x) {
                        return result{{key, x.status.to_string() + "; " + x.message, x.reason}};
                      },
                      [&](const task_lost& x) {
                        return result{{key, x.why}};
                      },
                      [&](const task_not_started& x) {
                        return result{{key, x.why, x.reason}};
                      },
                      [](const auto&) { return result{}; },
                    },
                    event);
}

class executor_runner final : public task_runner {
public:
  executor_runner(const task_runner_factory& inner, executor_runner_options options,
                  event_callback on_event)
      : options_(std::move(options)),
        files_(options_.work_dir / "executors"),
        on_event_(std::move(on_event)),
        inner_(inner([this](const task_key& key, const task_event& x) { on_inner(key, x); })) {}

  ~executor_runner() override {
    if (host_)
      host_->close();
  }

  std::optional<std::string> want_of_room() const override {
    std::lock_guard guard{mutex_};
    return inner_->want_of_room();
  }

  std::optional<std::string> start(const task_key& key, const task_info& task) override {
    if (key.task.str().starts_with('\n'))
      return "a task's id cannot begin with a line break";
    if (!task.executor) {
      std::lock_guard guard{mutex_};
      return inner_->start(key, task);
    }
    if (auto problem = problem_of(task))
      return problem;
    if (auto failed = need_open_host())
      return failed;
    of_task_.add(key, executor_of(key.framework, task));
    host_->tell(executor_launch{key.framework, task});
    return std::nullopt;
  }

  found_task find(const task_key& key, const task_info& task) override {
    auto result = task.executor ? find_of_executor(key, task) : inner_find(key, task);
    if (awaited_.erase(key) > 0 && awaited_.empty())
      open_after_recovery();
    return result;
  }

  void keep_only(const std::set<task_key>& tasks) override {
    of_task_.recover();
    auto kept = files_.all();
    auto all = tasks;
    for (const auto& x : kept)
      all.insert(run_key_of(x.key));
    {
      std::lock_guard guard{mutex_};
      inner_->keep_only(all);
    }
    if (kept.empty())
      return;
    need_host();
    for (auto& x : kept)
      recover(x);
    awaited_ = tasks;
    if (awaited_.empty())
      open_after_recovery();
  }

  void forget(const task_key& key) override {
    if (of_task_.contains(key)) {
      tell(executor_end_safe{key});
      return of_task_.end(key);
    }
    std::lock_guard guard{mutex_};
    inner_->forget(key);
  }

  void hold(const task_key& key) override {
    std::lock_guard guard{mutex_};
    inner_->hold(key);
  }

  void release(const task_key& key) override {
    std::lock_guard guard{mutex_};
    inner_->release(key);
  }

  void taken(const task_key& key) override {
    if (of_task_.contains(key))
      return tell(executor_report_safe{key});
    std::lock_guard guard{mutex_};
    inner_->taken(key);
  }

  void signal(const task_key& key, int signo) override {
    if (of_task_.contains(key))
      return tell(executor_signal{key, signo});
    std::lock_guard guard{mutex_};
    inner_->signal(key, signo);
  }

  std::optional<task_usage> usage(const task_key& key) const override {
    if (of_task_.contains(key))
      return std::nullopt;
    std::lock_guard guard{mutex_};
    return inner_->usage(key);
  }

  std::variant<output_chunk, std::string> read(const read_output& what) override {
    auto from = what;
    if (const auto* executor = of_task_.find({what.framework, what.task}))
      from.task = run_key_of(*executor).task;
    std::lock_guard guard{mutex_};
    return inner_->read(from);
  }

  std::uint32_t load() override {
    std::lock_guard guard{mutex_};
    return inner_->load();
  }

private:
  // -- after a restart of the agent ---------------------------------------------------

  found_task inner_find(const task_key& key, const task_info& task) {
    std::lock_guard guard{mutex_};
    return inner_->find(key, task);
  }

  /// Its end may be told as soon as it is looked for, and must not come before it.
  void recover(const executor_files::kept& x) {
    known_.insert(x.key);
    host_->tell(executor_found{x.key, x.info, x.token, x.limits, true});
    auto found = inner_find(run_key_of(x.key), run_of(x.key, x.info, x.token, {}));
    if (!std::holds_alternative<task_goes_on>(found))
      host_->tell(executor_ended{x.key, "nobody knows how"});
  }

  /// Who has no token that is known cannot register.
  found_task find_of_executor(const task_key& key, const task_info& task) {
    auto executor = executor_of(key.framework, task);
    auto found = inner_find(run_key_of(executor), run_of(executor, *task.executor, {}, {}));
    if (std::holds_alternative<task_never_ran>(found))
      return found;
    auto goes_on = std::holds_alternative<task_goes_on>(found);
    if (!known_.contains(executor)) {
      end_unknown(executor, goes_on);
      return task_lost{"its executor was not found again"};
    }
    of_task_.add(key, executor);
    host_->tell(executor_task_found{key.framework, task, goes_on});
    return goes_on ? found : lost_with(found);
  }

  void end_unknown(const executor_key& executor, bool goes_on) {
    std::lock_guard guard{mutex_};
    if (goes_on)
      inner_->signal(run_key_of(executor), SIGKILL);
    else
      inner_->forget(run_key_of(executor));
    inner_->release(run_key_of(executor));
  }

  static found_task lost_with(const found_task& executor) {
    return std::visit(overloaded{
                        [](const runtime::exit_status& x) {
                          return found_task{task_lost{"its executor has ended: " + x.to_string()}};
                        },
                        [](const task_over_limit& x) {
                          return found_task{task_lost{"its executor has ended: " + x.message}};
                        },
                        [](const auto& x) { return found_task{x}; },
                      },
                      executor);
  }

  void open_after_recovery() {
    host_->tell(executors_all_found{});
    open_host();  // If it cannot listen, they do not come back in time.
  }

  // -- the host -------------------------------------------------------------------------

  /// Of a task of an earlier life whose executor was not found there may be no host.
  void tell(executor_news x) {
    if (host_)
      host_->tell(std::move(x));
  }

  void need_host() {
    if (host_)
      return;
    executor_host_options options;
    options.agent = options_.agent;
    options.hostname = options_.hostname;
    options.times = options_.times;
    options.start = [this](const start_executor& x) { return start(x); };
    options.limit = [this](const limit_executor& x) { limit(x); };
    options.kill = [this](const executor_key& x) { kill(x); };
    options.forget = [this](const executor_key& x) { forget(x); };
    options.report = [this](const task_key& key, const task_reported& x) { on_event_(key, x); };
    host_ = std::make_unique<executor_host>(std::move(options));
    to_be_told_ = host_.get();
  }

  std::optional<std::string> open_host() {
    if (is_open_)
      return std::nullopt;
    auto port = host_->open();
    if (auto* failed = std::get_if<std::string>(&port))
      return *failed;
    if (auto failed = files_.write_address(std::get<std::uint16_t>(port)))
      return failed->message;
    is_open_ = true;
    return std::nullopt;
  }

  std::optional<std::string> need_open_host() {
    need_host();
    return open_host();
  }

  // -- on the host's thread -------------------------------------------------------------

  std::optional<std::string> start(const start_executor& x) {
    if (auto failed = files_.keep({x.key, x.info, x.token, x.limits}))
      return failed->message;
    std::lock_guard guard{mutex_};
    return inner_->start(run_key_of(x.key), run_of(x.key, x.info, x.token, x.limits));
  }

  /// If it cannot be kept, the next life of the agent begins from the limits that were kept last.
  void limit(const limit_executor& x) {
    files_.keep({x.key, x.info, x.token, x.limits});
    std::lock_guard guard{mutex_};
    inner_->limit(run_key_of(x.key), x.limits);
  }

  void kill(const executor_key& key) {
    std::lock_guard guard{mutex_};
    inner_->signal(run_key_of(key), SIGKILL);
  }

  void forget(const executor_key& key) {
    // First what says that there may be one.
    files_.remove(key);
    std::lock_guard guard{mutex_};
    inner_->forget(run_key_of(key));
    inner_->release(run_key_of(key));
  }

  task_info run_of(const executor_key& key, const executor_info& info, const std::string& token,
                   resources limits) const {
    task_info result;
    result.id = run_key_of(key).task;
    result.name = key.executor.str();
    result.argv = info.argv;
    result.env = info.env;
    result.env["ENTENTE_AGENT_ADDRESS_FILE"] = files_.address();
    result.env["ENTENTE_EXECUTOR_TOKEN"] = token;
    result.limits = std::move(limits);
    result.executor = info;
    return result;
  }

  // -- on any thread --------------------------------------------------------------------

  void on_inner(const task_key& key, const task_event& event) {
    auto executor = executor_of(key);
    if (!executor)
      return on_event_(key, event);
    auto* host = to_be_told_.load();
    if (auto end = end_of(*executor, event); end && host)
      host->tell(std::move(*end));
  }

  const executor_runner_options options_;
  const executor_files files_;
  const event_callback on_event_;
  executor_tasks of_task_{files_, ended_kept};  ///< on the agent's thread
  std::set<executor_key> known_;                ///< from an earlier life
  std::set<task_key> awaited_;                  ///< not looked for so far
  bool is_open_ = false;
  std::unique_ptr<executor_host> host_;
  std::atomic<executor_host*> to_be_told_{nullptr};  ///< the same, for any thread
  mutable std::mutex mutex_;                         ///< for what follows
  std::unique_ptr<task_runner> inner_;
};

}  // namespace

task_runner_factory run_executors(task_runner_factory inner, executor_runner_options options) {
  return [inner = std::move(inner), options = std::move(options)](auto on_event) {
    return std::make_unique<executor_runner>(inner, options, std::move(on_event));
  };
}

task_key run_key_of(const executor_key& key) {
  return {key.framework, task_id{std::string{mark} + key.executor.str()}};
}

}  // namespace entente

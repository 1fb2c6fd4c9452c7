#include "actors/runtime/run_table.hpp"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "actors/runtime/descriptor_watch.hpp"
#include "actors/runtime/pidfd.hpp"
#include "actors/runtime/signal_shield.hpp"
#include "actors/runtime/spare_runs.hpp"
#include "actors/runtime/spawn_supervisor.hpp"
#include "actors/runtime/supervisor.hpp"
#include "actors/runtime/tag_sweep.hpp"

namespace entente::runtime {

namespace {

/// A supervisor writes its number at once; a machine that is very busy may need a moment.
constexpr auto number_patience = std::chrono::seconds{10};
constexpr auto number_pause = std::chrono::milliseconds{1};
/// How often is looked whether a run has begun whose supervisor can tell nobody.
constexpr int look_pause_ms = 100;
/// How long what cannot be watched has to end once it was killed; less would do.
constexpr int end_patience_ms = 10'000;

constexpr auto killed_message =
  "its supervisor was killed, and it with it: how it ended is not known";

struct entry {
  run_directory directory;
  std::string tag;
  /// None while it is being started.
  unique_fd supervisor{};
  /// Where the supervisor says that the command runs; none once it has, or if it said so to
  /// another.
  unique_fd report{};
  /// Nobody will report that it runs: it was found being prepared, or its report is not watched.
  bool is_unreported = false;
};

using entries = std::unordered_map<run_key, entry>;

}  // namespace

class run_table::impl {
public:
  impl(run_table_options options, run_callback on_event);
  ~impl();

  std::optional<failure> start(const run_key& key, const run_spec& spec);
  found_run find(const run_key& key, const std::filesystem::path& directory);
  void forget(const std::filesystem::path& directory);
  bool signal(const run_key& key, int signo);
  std::size_t size() const;

private:
  using lock = std::unique_lock<std::mutex>;

  // -- starting and finding -----------------------------------------------------------------------
  entries::pointer reserve(const run_key& key, const std::filesystem::path& directory);
  std::optional<failure> launch(entries::value_type& node, const run_spec& spec);
  std::optional<failure> watch(entries::value_type& node, started_supervisor supervisor,
                               bool is_unreported = false);
  void drop(const entries::value_type& node);
  found_run look_behind(entries::value_type& node);

  // -- the table's thread -------------------------------------------------------------------------
  void run();
  void look_at(entries::value_type& node);
  void take_report(entries::value_type& node);
  std::set<entries::pointer> unreported() const;
  void look_whether_begun(entries::value_type& node);
  run_event end_of(const entry& run) const;
  static bool kill(const entry& run);
  static void end(const entry& run);

  const run_table_options options_;
  const run_callback on_event_;
  spare_runs spares_;
  descriptor_watch watch_;
  /// Runs that are tied end when this is closed.
  unique_fd lifeline_;
  unique_fd lifeline_end_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  entries running_;
  bool quit_ = false;

  std::thread thread_;
};

run_table::impl::impl(run_table_options options, run_callback on_event)
    : options_(std::move(options)), on_event_(std::move(on_event)), spares_(options_.spares) {
  if (options_.tied) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw std::system_error{errno, std::generic_category(), "pipe2"};
    lifeline_end_ = unique_fd{ends[0]};
    lifeline_ = unique_fd{ends[1]};
  }
  signal_shield shield;
  thread_ = std::thread{[this] { run(); }};
}

run_table::impl::~impl() {
  {
    lock guard{mutex_};
    if (options_.tied) {
      for (const auto& [key, run] : running_)
        kill(run);
      lifeline_ = unique_fd{};
      changed_.wait(guard, [this] { return running_.empty(); });
    }
    quit_ = true;
  }
  watch_.wake();
  thread_.join();
}

// -- starting and finding -------------------------------------------------------------------------

std::optional<failure> run_table::impl::start(const run_key& key, const run_spec& spec) {
  if (auto why = problem_of(spec.argv, spec.env))
    return why;
  auto* node = reserve(key, spec.directory);
  if (!node)
    return failure{EEXIST, "cannot start " + in_quotes(key) + ": it is already running"};
  // Not under the lock: others may start, signal and end meanwhile.
  auto why = launch(*node, spec);
  if (why)
    drop(*node);
  return why;
}

entries::pointer run_table::impl::reserve(const run_key& key,
                                          const std::filesystem::path& directory) {
  lock guard{mutex_};
  auto [node, is_new] = running_.try_emplace(key, entry{run_directory{directory}, {}});
  return is_new ? &*node : nullptr;
}

std::optional<failure> run_table::impl::launch(entries::value_type& node, const run_spec& spec) {
  auto& run = node.second;
  run.tag = fresh_tag();
  spares_.give(run.directory);
  auto locked = run.directory.create(run.tag);
  if (auto* why = std::get_if<failure>(&locked))
    return *why;
  if (!spec.prepare.empty())
    if (auto why = run.directory.write_work(spec.work))
      return why;
  supervisor_options options{spec.directory, spec.sandbox, spec.output_limit, options_.tied,
                             spec.groups,    spec.prepare, spec.argv};
  auto env = spec.env;
  env[process_tag_variable] = run.tag;
  auto started =
    spawn_supervisor(options_.supervisor, options, env, std::get<unique_fd>(locked), lifeline_end_);
  if (auto* why = std::get_if<failure>(&started))
    return *why;
  return watch(node, std::move(std::get<started_supervisor>(started)));
}

/// Hands it over to the table's thread. If that fails, it is ended, and nothing of it is watched.
std::optional<failure> run_table::impl::watch(entries::value_type& node,
                                              started_supervisor supervisor, bool is_unreported) {
  lock guard{mutex_};
  auto& run = node.second;
  run.supervisor = std::move(supervisor.process);
  if (auto code = watch_.add(run.supervisor, &node); code != 0) {
    guard.unlock();
    end(run);
    return make_failure(code, "cannot watch a supervisor");
  }
  // Only now, when the thread may know of it: it is not to be dropped any more.
  if (supervisor.report && watch_.add(supervisor.report, &node) == 0)
    run.report = std::move(supervisor.report);
  else if (supervisor.report)
    is_unreported = true;
  run.is_unreported = is_unreported;
  if (is_unreported)
    watch_.wake();
  return std::nullopt;
}

void run_table::impl::drop(const entries::value_type& node) {
  lock guard{mutex_};
  watch_.remove(node.second.supervisor);
  watch_.remove(node.second.report);
  // A copy, as the key is part of what is erased.
  running_.erase(run_key{node.first});
  changed_.notify_all();
}

found_run run_table::impl::find(const run_key& key, const std::filesystem::path& directory) {
  auto* node = reserve(key, directory);
  if (!node)
    return run_goes_on{};
  auto result = look_behind(*node);
  if (!std::holds_alternative<run_goes_on>(result))
    drop(*node);
  return result;
}

found_run run_table::impl::look_behind(entries::value_type& node) {
  auto& run = node.second;
  const auto& directory = run.directory;
  run.tag = directory.tag();
  auto give_up = std::chrono::steady_clock::now() + number_patience;
  while (directory.is_locked() && std::chrono::steady_clock::now() < give_up) {
    auto pid = directory.supervisor();
    auto process = pid ? open_pidfd(*pid) : unique_fd{};
    // Locked still: so the number was the supervisor's when the descriptor was made.
    if (process && directory.is_locked()) {
      auto is_preparing = directory.is_preparing();
      if (auto why = watch(node, {std::move(process), {}}, is_preparing))
        return run_lost{why->message};
      return run_goes_on{is_preparing};
    }
    std::this_thread::sleep_for(number_pause);
  }
  if (auto end = directory.end())
    return *end;
  // One that holds the lock and does not say its number is stopped, or worse; it has the tag, too.
  if (!directory.is_locked() && !directory.supervisor())
    return never_run{};
  kill_tagged({run.tag});
  return run_lost{killed_message};
}

// -- the table's thread ---------------------------------------------------------------------------

void run_table::impl::run() {
  for (;;) {
    auto unreported_now = unreported();
    // Each but once, though a run may have two events: after its end it is not there any more.
    auto nodes = watch_.wait(unreported_now.empty() ? -1 : look_pause_ms);
    for (auto* node : unreported_now)
      look_whether_begun(*node);
    for (auto* node : nodes)
      look_at(*static_cast<entries::value_type*>(node));
    lock guard{mutex_};
    if (quit_)
      return;
  }
}

void run_table::impl::look_at(entries::value_type& node) {
  bool ended = false;
  {
    lock guard{mutex_};
    pollfd wanted{node.second.supervisor.value(), POLLIN, 0};
    ended = ::poll(&wanted, 1, 0) > 0;
  }
  // What it has said comes before its end, and all of it was said before its end.
  take_report(node);
  if (!ended)
    return;
  if (node.second.is_unreported)
    look_whether_begun(node);
  reap(node.second.supervisor);
  auto event = end_of(node.second);
  auto key = node.first;
  drop(node);
  on_event_(key, event);
}

void run_table::impl::take_report(entries::value_type& node) {
  auto& report = node.second.report;
  char mark = 0;
  if (!report || (::read(report.value(), &mark, 1) < 0 && errno == EAGAIN))
    return;
  {
    lock guard{mutex_};
    watch_.remove(report);
    report = unique_fd{};
  }
  if (mark == begun_mark)
    on_event_(node.first, run_begun{});
}

/// None of them goes meanwhile: that is done by the table's thread only, or before it is watched.
std::set<entries::pointer> run_table::impl::unreported() const {
  lock guard{mutex_};
  std::set<entries::pointer> result;
  for (const auto& node : running_)
    if (node.second.is_unreported)
      result.insert(const_cast<entries::pointer>(&node));
  return result;
}

void run_table::impl::look_whether_begun(entries::value_type& node) {
  if (node.second.directory.is_preparing() || !node.second.directory.has_begun())
    return;
  {
    lock guard{mutex_};
    node.second.is_unreported = false;
  }
  on_event_(node.first, run_begun{});
}

run_event run_table::impl::end_of(const entry& run) const {
  if (auto end = run.directory.end())
    return *end;
  kill_tagged({run.tag});
  if (!run.directory.has_begun())
    return run_end{failure{EIO, "cannot start: its supervisor has ended before it could begin; is "
                                "there room on the disk?"}};
  return run_lost{killed_message};
}

void run_table::impl::forget(const std::filesystem::path& directory) {
  spares_.take(run_directory{directory});
}

// -- signalling -----------------------------------------------------------------------------------

bool run_table::impl::signal(const run_key& key, int signo) {
  lock guard{mutex_};
  auto i = running_.find(key);
  if (i == running_.end())
    return false;
  if (signo == SIGKILL)
    return kill(i->second);
  return send_value(i->second.supervisor, forwarding_signal(), signo);
}

bool run_table::impl::kill(const entry& run) {
  // Whoever has stopped the supervisor must not keep the task alive by that.
  return send_signal(run.supervisor, killing_signal()) && send_signal(run.supervisor, SIGCONT);
}

/// Returns when it is gone, and all that descends from its command.
void run_table::impl::end(const entry& run) {
  kill(run);
  pollfd ended{run.supervisor.value(), POLLIN, 0};
  while (::poll(&ended, 1, end_patience_ms) < 0 && errno == EINTR) {
  }
  if (ended.revents != 0)
    reap(run.supervisor);
}

std::size_t run_table::impl::size() const {
  lock guard{mutex_};
  return running_.size();
}

// -- run_table ------------------------------------------------------------------------------------

run_table::run_table(run_table_options options, run_callback on_event)
    : impl_(std::make_unique<impl>(std::move(options), std::move(on_event))) {}

run_table::~run_table() = default;

std::optional<failure> run_table::start(const run_key& key, const run_spec& spec) {
  return impl_->start(key, spec);
}

found_run run_table::find(const run_key& key, const std::filesystem::path& directory) {
  return impl_->find(key, directory);
}

void run_table::forget(const std::filesystem::path& directory) {
  impl_->forget(directory);
}

bool run_table::signal(const run_key& key, int signo) {
  return impl_->signal(key, signo);
}

std::size_t run_table::size() const {
  return impl_->size();
}

}  // namespace entente::runtime

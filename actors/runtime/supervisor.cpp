#include "actors/runtime/supervisor.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/descendants.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/runtime/output_file.hpp"
#include "actors/runtime/run_directory.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

constexpr int failed = 1;
/// Between SIGTERM and SIGKILL when it is not the agent that ends the task.
constexpr auto own_grace = std::chrono::seconds{3};
constexpr std::size_t most_at_once = 64 * 1024;
/// Between two attempts to write the end where nothing can be written for now.
constexpr auto end_pause = std::chrono::seconds{1};

/// Whether what cannot be written now may be later.
bool may_pass(const failure& why) {
  return why.code == EROFS || why.code == ENOSPC || why.code == EDQUOT || why.code == EIO;
}

/// One stream of the task: the end of a pipe, and the file that it goes to.
struct stream {
  unique_fd from;
  output_file to;

  /// Takes what there is. @returns false when nothing can come any more.
  bool pass_on() {
    std::array<char, most_at_once> buffer;
    auto count = ::read(from.value(), buffer.data(), buffer.size());
    if (count > 0)
      to.write({buffer.data(), static_cast<std::size_t>(count)});
    else if (count == 0)
      from = unique_fd{};
    return count > 0;
  }
};

class supervisor {
public:
  explicit supervisor(const supervisor_options& options) : options_(options), run_(options.run) {}

  int run() {
    block_signals();
    ::fcntl(lock_descriptor, F_SETFD, FD_CLOEXEC);
    adopt_descendants();
    if (run_.write_supervisor(::getpid()) || run_.reserve_end())
      return failed;
    // What is in use is named in full; nothing else is to be kept busy.
    [[maybe_unused]] auto moved = ::chdir("/");
    auto why = open_streams();
    if (!why && !options_.prepare.empty())
      why = prepare();
    if (!why)
      why = begin(options_.command);
    if (why)
      return tell_end(*why);
    tell_begun();
    see_to_end();
    for (const auto& x : streams_)
      status_.output_lost += x.to.lost();
    return tell_end(status_);
  }

private:
  void block_signals() {
    sigset_t all;
    sigfillset(&all);
    ::sigprocmask(SIG_SETMASK, &all, nullptr);
    signals_ = unique_fd{::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK)};
  }

  std::optional<failure> open_streams() {
    for (const auto* name : {stdout_name, stderr_name}) {
      auto file = output_file::create(options_.sandbox, name, options_.output_limit);
      if (auto* why = std::get_if<failure>(&file))
        return *why;
      streams_.push_back({unique_fd{}, std::move(std::get<output_file>(file))});
    }
    return std::nullopt;
  }

  /// @returns why the command is not to be executed.
  std::optional<failure> prepare() {
    if (auto why = begin(options_.prepare))
      return why;
    preparing_ = true;
    see_to_end();
    preparing_ = false;
    if (unwanted_)
      return failure{ECANCELED, "it was told to end before it had begun"};
    if (status_.success()) {
      run_.end_work();
      return std::nullopt;
    }
    auto why = run_.why();
    return failure{ECANCELED, why.empty() ? "cannot be prepared: " + status_.to_string() : why};
  }

  /// Starts the task, or its preparation. @returns why it cannot.
  std::optional<failure> begin(const std::vector<std::string>& command) {
    process_spec spec{command, own_environment(), options_.sandbox, -1, -1, options_.groups};
    std::array<unique_fd, 2> ends;
    for (std::size_t i = 0; i < streams_.size(); ++i) {
      int pipe[2];
      if (::pipe2(pipe, O_CLOEXEC) != 0)
        return make_failure(errno, "cannot make a pipe");
      ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);
      ends[i] = unique_fd{pipe[1]};
      streams_[i].from = unique_fd{pipe[0]};
    }
    spec.out = ends[0].value();
    spec.err = ends[1].value();
    auto started = spawn(spec);
    if (auto* why = std::get_if<spawn_error>(&started))
      return *why;
    task_ = std::get<pid_t>(started);
    ended_ = false;
    return std::nullopt;
  }

  void tell_begun() {
    run_.write_begun();
    [[maybe_unused]] auto ignored = ::write(STDOUT_FILENO, &begun_mark, 1);
    // Not closed: no other file is to get its number.
    unique_fd nowhere{::open("/dev/null", O_WRONLY | O_CLOEXEC)};
    ::dup2(nowhere.value(), STDOUT_FILENO);
  }

  // -- when it has ended --------------------------------------------------------------------------

  /// Nobody else knows how it has ended: while that cannot be written, it is kept, and this process
  /// with it, which is as if the task ran on. A kill ends that.
  int tell_end(const run_end& end) {
    killed_ = false;
    while (auto why = run_.write_end(end))
      if (!may_pass(*why) || is_unwanted_after(end_pause))
        return failed;
    return 0;
  }

  bool is_unwanted_after(std::chrono::milliseconds pause) {
    std::array<pollfd, 2> wanted{
      {{signals_.value(), POLLIN, 0}, {options_.tied ? STDIN_FILENO : -1, POLLIN, 0}}};
    ::poll(wanted.data(), wanted.size(), static_cast<int>(pause.count()));
    take_signals();
    return ending_ || killed_ || wanted[1].revents != 0;
  }

  // -- while it runs ------------------------------------------------------------------------------

  /// Returns when the task's process has ended, and all that descends from it; all that it has
  /// written is kept then.
  void see_to_end() {
    watch();
    kill_descendants();
    for (auto& x : streams_)
      while (x.from && x.pass_on()) {
      }
  }

  /// Returns when the task's process has ended; it is reaped then, and its group killed.
  void watch() {
    while (!ended_) {
      std::array<pollfd, 4> wanted{{{signals_.value(), POLLIN, 0},
                                    {streams_[0].from.value(), POLLIN, 0},
                                    {streams_[1].from.value(), POLLIN, 0},
                                    {options_.tied && !ending_ ? STDIN_FILENO : -1, POLLIN, 0}}};
      ::poll(wanted.data(), wanted.size(), time_out());
      if (kill_at_ && *kill_at_ <= clock::now()) {
        kill_at_.reset();
        send(SIGKILL);
      }
      for (std::size_t i = 0; i < streams_.size(); ++i)
        if (wanted[i + 1].revents != 0)
          streams_[i].pass_on();
      if (wanted[3].revents != 0)
        end_task();
      if (wanted[0].revents != 0)
        take_signals();
    }
  }

  int time_out() const {
    if (!kill_at_)
      return -1;
    auto left = std::chrono::ceil<std::chrono::milliseconds>(*kill_at_ - clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
  }

  void take_signals() {
    signalfd_siginfo info;
    while (::read(signals_.value(), &info, sizeof(info)) == sizeof(info)) {
      auto signo = static_cast<int>(info.ssi_signo);
      if (signo == SIGCHLD)
        look_at_children();
      else if (signo == forwarding_signal())
        send(info.ssi_int);
      else if (signo == killing_signal())
        send(SIGKILL);
      else if (signo == SIGTERM || signo == SIGINT || signo == SIGHUP)
        end_task();
    }
  }

  /// Reaps what has fallen to it, and last the task itself: while that is not reaped, its group's
  /// number cannot be another's.
  void look_at_children() {
    for (;;) {
      siginfo_t info{};
      if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
        return;
      if (info.si_pid == task_ && !ended_) {
        ::kill(-task_, SIGKILL);
        ended_ = true;
        status_ = {info.si_code != CLD_EXITED, info.si_status, info.si_code == CLD_DUMPED};
      }
      ::waitid(P_PID, static_cast<id_t>(info.si_pid), &info, WEXITED);
    }
  }

  /// To the whole group.
  void send(int signo) {
    unwanted_ = unwanted_ || preparing_;
    killed_ = killed_ || signo == SIGKILL;
    if (!ended_)
      ::kill(-task_, signo);
  }

  /// Nobody is left who would.
  void end_task() {
    if (std::exchange(ending_, true))
      return;
    send(SIGTERM);
    kill_at_ = clock::now() + own_grace;
  }

  using clock = std::chrono::steady_clock;

  const supervisor_options& options_;
  run_directory run_;
  unique_fd signals_;
  std::vector<stream> streams_;
  pid_t task_ = 0;
  bool ended_ = false;
  bool ending_ = false;
  bool preparing_ = false;
  bool killed_ = false;
  bool unwanted_ = false;  ///< it was told to end while it was prepared
  std::optional<clock::time_point> kill_at_;
  exit_status status_;
};

// -- the command line -----------------------------------------------------------------------------

constexpr std::string_view run_flag = "--run=";
constexpr std::string_view sandbox_flag = "--sandbox=";
constexpr std::string_view limit_flag = "--output-limit=";
constexpr std::string_view group_flag = "--group=";
constexpr std::string_view prepare_flag = "--prepare=";
constexpr std::string_view tied_flag = "--tied";
constexpr std::string_view probe_flag = "--probe";
constexpr std::string_view end_of_flags = "--";

std::string flag(std::string_view name, const std::string& value) {
  return std::string{name} + value;
}

bool take(std::string_view argument, supervisor_options& x) {
  auto value_of = [&](std::string_view name) -> std::optional<std::string> {
    if (!argument.starts_with(name))
      return std::nullopt;
    return std::string{argument.substr(name.size())};
  };
  if (auto run = value_of(run_flag))
    x.run = *run;
  else if (auto sandbox = value_of(sandbox_flag))
    x.sandbox = *sandbox;
  else if (auto limit = value_of(limit_flag))
    x.output_limit = std::strtoull(limit->c_str(), nullptr, 10);
  else if (auto group = value_of(group_flag))
    x.groups.emplace_back(*group);
  else if (auto word = value_of(prepare_flag))
    x.prepare.push_back(*word);
  else if (argument == tied_flag)
    x.tied = true;
  else if (argument == probe_flag)
    x.probe = true;
  else
    return false;
  return true;
}

}  // namespace

int forwarding_signal() {
  return SIGRTMIN + 1;
}

int killing_signal() {
  return SIGUSR1;
}

std::vector<std::string> to_arguments(const supervisor_options& x) {
  std::vector<std::string> result{flag(sandbox_flag, x.sandbox)};
  if (x.probe) {
    result.emplace_back(probe_flag);
  } else {
    result.push_back(flag(run_flag, x.run));
    result.push_back(flag(limit_flag, std::to_string(x.output_limit)));
  }
  if (x.tied)
    result.emplace_back(tied_flag);
  for (const auto& group : x.groups)
    result.push_back(flag(group_flag, group));
  for (const auto& word : x.prepare)
    result.push_back(flag(prepare_flag, word));
  result.emplace_back(end_of_flags);
  result.insert(result.end(), x.command.begin(), x.command.end());
  return result;
}

std::variant<supervisor_options, failure> parse_supervisor(const std::vector<std::string>& x) {
  supervisor_options result;
  auto i = x.begin();
  for (; i != x.end() && *i != end_of_flags; ++i)
    if (!take(*i, result))
      return failure{EINVAL, "not a flag of a supervisor: " + in_quotes(*i)};
  if (i != x.end())
    result.command.assign(i + 1, x.end());
  auto has_run = !result.run.empty() && result.output_limit != 0;
  if (!(has_run || result.probe) || result.sandbox.empty() || result.command.empty())
    return failure{EINVAL, "a supervisor is started by an agent: --run=DIR --sandbox=DIR "
                           "--output-limit=BYTES [--tied] [--group=FILE...] [--prepare=WORD...] "
                           "-- COMMAND..."};
  return result;
}

int supervise(const supervisor_options& options) {
  return supervisor{options}.run();
}

}  // namespace entente::runtime

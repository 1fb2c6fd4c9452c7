#include "actors/runtime/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/command.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

constexpr auto shell = "/bin/sh";

/// What a child could not do. It is written to a pipe, so its size matters.
struct mishap {
  enum class step : int { group, redirect, execute };
  step at = step::execute;
  int code = 0;
  std::size_t group = 0;  ///< which one, with step::group
};

/// Opens a file at a descriptor above stderr, so that moving it to 0, 1 or 2 overwrites none of
/// ours.
unique_fd open_high(const std::filesystem::path& path, int flags) {
  unique_fd file{::open(path.c_str(), flags | O_CLOEXEC)};
  if (!file || file.value() > STDERR_FILENO)
    return file;
  return duplicate_above(STDERR_FILENO, file.value());
}

/// What a process is given to stand on.
struct footing {
  unique_fd in;
  unique_fd out;
  unique_fd err;
  unique_fd directory;
};

failure refused(const process_spec& spec, const std::string& what) {
  auto code = errno;
  return make_failure(code, "cannot start " + in_quotes(spec.argv.front()) + ": " + what);
}

std::variant<footing, failure> prepare(const process_spec& spec) {
  footing result;
  result.directory = open_high(spec.directory, O_PATH | O_DIRECTORY);
  if (!result.directory || ::faccessat(result.directory.value(), ".", X_OK, AT_EACCESS) != 0)
    return refused(spec, "working directory " + in_quotes(spec.directory));
  result.in = open_high("/dev/null", O_RDONLY);
  if (!result.in)
    return refused(spec, "\"/dev/null\"");
  result.out = duplicate_above(STDERR_FILENO, spec.out);
  result.err = duplicate_above(STDERR_FILENO, spec.err);
  if (!result.out || !result.err)
    return refused(spec, "its output");
  return result;
}

std::string search_path(const process_spec& spec) {
  if (auto i = spec.env.find("PATH"); i != spec.env.end())
    return i->second;
  auto* own = std::getenv("PATH");
  return own != nullptr ? own : default_search_path;
}

/// Everything that a child needs, made before the fork: after it, nothing may be allocated.
class program {
public:
  program(const process_spec& spec, const std::string& path, const footing& base)
      : path_(path),
        variables_(as_variables(spec.env)),
        arguments_(spec.argv),
        groups_(spec.groups.begin(), spec.groups.end()),
        base_(base),
        parent_(::getpid()) {
    env_ = pointers(variables_);
    argv_ = pointers(arguments_);
    if (looks_like_script(path, base.directory.value())) {
      script_arguments_ = spec.argv;
      script_arguments_.front() = path;
      script_arguments_.insert(script_arguments_.begin(), shell);
      script_argv_ = pointers(script_arguments_);
    }
  }

  program(const program&) = delete;
  program& operator=(const program&) = delete;

  /// Never returns: becomes the command, or says why not.
  [[noreturn]] void run(int report) {
    auto wrong = become();
    [[maybe_unused]] auto written = ::write(report, &wrong, sizeof(wrong));
    ::_exit(127);
  }

private:
  mishap become() {
    ::setsid();
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent_)
      ::_exit(127);  // The parent has died before it could be watched.
    for (std::size_t i = 0; i < groups_.size(); ++i)
      if (!join(groups_[i].c_str()))
        return {mishap::step::group, errno, i};
    if (::dup2(base_.in.value(), STDIN_FILENO) < 0 ||
        ::dup2(base_.out.value(), STDOUT_FILENO) < 0 ||
        ::dup2(base_.err.value(), STDERR_FILENO) < 0 || ::fchdir(base_.directory.value()) != 0)
      return {mishap::step::redirect, errno, 0};
    close_the_rest();
    reset_signals();
    ::execve(path_.c_str(), argv_.data(), env_.data());
    if (errno == ENOEXEC && !script_argv_.empty())
      ::execve(shell, script_argv_.data(), env_.data());
    return {mishap::step::execute, errno, 0};
  }

  static bool join(const char* group) {
    auto file = ::open(group, O_WRONLY | O_CLOEXEC);
    if (file < 0)
      return false;
    auto written = ::write(file, "0", 1) == 1;
    auto code = errno;
    ::close(file);
    errno = code;
    return written;
  }

  /// On exec: the pipe to the parent is one of them.
  static void close_the_rest() {
    constexpr auto first = static_cast<unsigned>(STDERR_FILENO + 1);
    constexpr auto on_exec = 4u;  // CLOSE_RANGE_CLOEXEC, of Linux 5.11
    if (::syscall(SYS_close_range, first, ~0u, on_exec) == 0)
      return;
    constexpr auto most = 65'536;
    for (auto fd = static_cast<int>(first); fd < most; ++fd)
      ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  }

  static void reset_signals() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    for (auto signo = 1; signo <= SIGRTMAX; ++signo)
      ::sigaction(signo, &action, nullptr);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
  }

  std::string path_;
  std::vector<std::string> variables_;
  std::vector<std::string> arguments_;
  std::vector<std::string> script_arguments_;
  std::vector<std::string> groups_;
  std::vector<char*> env_;
  std::vector<char*> argv_;
  std::vector<char*> script_argv_;
  const footing& base_;
  pid_t parent_;
};

/// Starts the program. @returns its number, or what it could not do.
std::variant<pid_t, mishap> start(program& what) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    return mishap{mishap::step::execute, errno, 0};
  unique_fd in{ends[0]};
  unique_fd out{ends[1]};
  auto pid = ::fork();
  if (pid < 0)
    return mishap{mishap::step::execute, errno, 0};
  if (pid == 0)
    what.run(out.value());
  out = unique_fd{};
  mishap wrong;
  auto count = ::read(in.value(), &wrong, sizeof(wrong));
  while (count < 0 && errno == EINTR)
    count = ::read(in.value(), &wrong, sizeof(wrong));
  if (count == 0)
    return pid;
  ::waitpid(pid, nullptr, 0);
  return wrong;
}

failure to_failure(const process_spec& spec, const std::string& path, const footing& base,
                   const mishap& wrong) {
  auto what = "cannot start " + in_quotes(spec.argv.front());
  if (wrong.at == mishap::step::group)
    return make_failure(wrong.code,
                        what + ": control group " + in_quotes(spec.groups[wrong.group]));
  if (wrong.code == ENOENT && file_exists(path, base.directory.value()))
    return failure{wrong.code, what + ": the interpreter that it names does not exist"};
  return make_failure(wrong.code, what);
}

}  // namespace

std::optional<spawn_error> problem_of(const std::vector<std::string>& argv,
                                      const std::map<std::string, std::string>& env) {
  auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (argv.empty())
    return failure{EINVAL, "cannot start: no command given"};
  auto refuse = [&](const std::string& why) {
    return failure{EINVAL, "cannot start " + in_quotes(argv.front()) + ": " + why};
  };
  for (const auto& argument : argv)
    if (has_nul(argument))
      return refuse("an argument contains a NUL byte");
  for (const auto& [name, value] : env)
    if (name.empty() || name.find('=') != std::string::npos || has_nul(name) || has_nul(value))
      return refuse("not an environment variable: " + in_quotes(name));
  return std::nullopt;
}

std::variant<pid_t, spawn_error> spawn(const process_spec& spec) {
  if (auto wrong = problem_of(spec.argv, spec.env))
    return *wrong;
  auto base = prepare(spec);
  if (auto* error = std::get_if<failure>(&base))
    return *error;
  const auto& ground = std::get<footing>(base);
  auto command = find_command(spec.argv.front(), search_path(spec), ground.directory.value());
  if (auto* error = std::get_if<int>(&command))
    return make_failure(*error, "cannot start " + in_quotes(spec.argv.front()));
  const auto& path = std::get<std::string>(command);
  program what{spec, path, ground};
  auto started = start(what);
  if (auto* wrong = std::get_if<mishap>(&started))
    return to_failure(spec, path, ground, *wrong);
  return std::get<pid_t>(started);
}

}  // namespace entente::runtime

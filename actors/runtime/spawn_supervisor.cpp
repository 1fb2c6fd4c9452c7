#include "actors/runtime/spawn_supervisor.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "actors/runtime/command.hpp"
#include "actors/runtime/environment.hpp"
#include "actors/runtime/pidfd.hpp"
#include "actors/runtime/process.hpp"

namespace entente::runtime {

namespace {

constexpr auto supervisor_name = "entente-supervisor";

/// The attributes and file actions of posix_spawn, with their destructors.
class spawn_plan {
public:
  spawn_plan() {
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_init(&actions);
  }

  spawn_plan(const spawn_plan&) = delete;
  spawn_plan& operator=(const spawn_plan&) = delete;

  ~spawn_plan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }

  /// A session of its own, default dispositions, and all signals blocked: what is sent early is
  /// there when the supervisor looks.
  void isolate() {
    sigset_t all;
    // Not sigfillset: it leaves out the C library's own two, which the process would then ignore.
    std::memset(&all, 0xff, sizeof(all));
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &all);
    posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  }

  /// @param lock none: -1
  /// @returns whether all could be noted down.
  bool redirect(int in, int out, int err, int lock) {
    auto has_lock = lock >= 0;
    return posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO) == 0 &&
           (!has_lock || posix_spawn_file_actions_adddup2(&actions, lock, lock_descriptor) == 0) &&
           posix_spawn_file_actions_addclosefrom_np(&actions,
                                                    lock_descriptor + (has_lock ? 1 : 0)) == 0;
  }

  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
};

/// What a supervisor is given, moved out of the way.
struct descriptors {
  unique_fd in;
  unique_fd out;
  unique_fd err;
  unique_fd lock;  ///< of a run; a probe has none

  bool all_there(bool with_lock) const { return in && out && err && (lock || !with_lock); }
};

std::variant<pid_t, failure> execute(const std::filesystem::path& program,
                                     const supervisor_options& options,
                                     const std::map<std::string, std::string>& env,
                                     const descriptors& given) {
  spawn_plan plan;
  plan.isolate();
  if (!given.all_there(!options.probe) ||
      !plan.redirect(given.in.value(), given.out.value(), given.err.value(), given.lock.value()))
    return make_failure(errno, "cannot start a supervisor");
  auto arguments = to_arguments(options);
  arguments.insert(arguments.begin(), supervisor_name);
  auto variables = as_variables(env);
  pid_t pid = 0;
  auto error = ::posix_spawn(&pid, program.c_str(), &plan.actions, &plan.attributes,
                             pointers(arguments).data(), pointers(variables).data());
  if (error != 0)
    return make_failure(error, "cannot start " + in_quotes(options.command.front()) +
                                 " by supervisor " + in_quotes(program));
  return pid;
}

/// Makes a descriptor of the child, or ends it.
std::optional<failure> watch(pid_t pid, unique_fd& process) {
  process = open_pidfd(pid);
  if (process)
    return std::nullopt;
  auto why = make_failure(errno, "cannot watch a supervisor");
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  return why;
}

}  // namespace

std::optional<std::filesystem::path> find_program(const char* name) {
  std::error_code ignored;
  auto folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  auto above = folder.parent_path();
  for (const auto& place : {folder, above / "libexec" / "entente", above / "bin"})
    if (::access((place / name).c_str(), X_OK) == 0)
      return place / name;
  const auto* search_path = std::getenv("PATH");
  auto found = find_command(name, search_path ? search_path : default_search_path, AT_FDCWD);
  if (auto* path = std::get_if<std::string>(&found))
    return *path;
  return std::nullopt;
}

std::optional<std::filesystem::path> find_supervisor() {
  return find_program(supervisor_name);
}

std::variant<started_supervisor, failure>
spawn_supervisor(const std::filesystem::path& program, const supervisor_options& options,
                 const std::map<std::string, std::string>& env, const unique_fd& lock,
                 const unique_fd& lifeline) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
    return make_failure(errno, "cannot make a pipe");
  started_supervisor result;
  result.report = unique_fd{ends[0]};
  unique_fd report{ends[1]};
  unique_fd nowhere{::open("/dev/null", O_RDWR | O_CLOEXEC)};
  auto in = lifeline ? lifeline.value() : nowhere.value();
  auto pid =
    execute(program, options, env,
            {duplicate_above(lock_descriptor, in), duplicate_above(lock_descriptor, report.value()),
             duplicate_above(lock_descriptor, nowhere.value()),
             duplicate_above(lock_descriptor, lock.value())});
  if (auto* why = std::get_if<failure>(&pid))
    return *why;
  if (auto why = watch(std::get<pid_t>(pid), result.process))
    return *why;
  return result;
}

std::variant<started_probe, failure> spawn_probe(const std::filesystem::path& program,
                                                 const std::vector<std::string>& command,
                                                 const std::map<std::string, std::string>& env,
                                                 const std::filesystem::path& sandbox,
                                                 const std::vector<std::filesystem::path>& groups) {
  if (auto wrong = problem_of(command, env))
    return *wrong;
  int in[2];
  if (::pipe2(in, O_CLOEXEC) != 0)
    return make_failure(errno, "cannot make a pipe");
  unique_fd in_end{in[0]};
  started_probe result;
  result.lifeline = unique_fd{in[1]};
  int out[2];
  if (::pipe2(out, O_CLOEXEC) != 0)
    return make_failure(errno, "cannot make a pipe");
  result.output = unique_fd{out[0]};
  unique_fd out_end{out[1]};
  ::fcntl(result.output.value(), F_SETFL, O_NONBLOCK);
  supervisor_options options;
  options.probe = true;
  options.sandbox = sandbox;
  options.groups = groups;
  options.command = command;
  auto pid = execute(program, options, env,
                     {duplicate_above(lock_descriptor, in_end.value()),
                      duplicate_above(lock_descriptor, out_end.value()),
                      duplicate_above(lock_descriptor, out_end.value()),
                      {}});
  if (auto* why = std::get_if<failure>(&pid))
    return *why;
  if (auto why = watch(std::get<pid_t>(pid), result.process))
    return *why;
  return result;
}

}  // namespace entente::runtime

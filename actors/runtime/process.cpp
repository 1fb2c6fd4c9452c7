#include "actors/runtime/process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#include "actors/runtime/command.hpp"
#include "actors/runtime/unique_fd.hpp"

namespace entente::runtime {

namespace {

constexpr auto shell = "/bin/sh";

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

  /// A session of its own, default dispositions, an empty signal mask.
  void isolate() {
    sigset_t all;
    sigset_t none;
    // Not sigfillset: it leaves out the C library's own two, which the process would then ignore.
    std::memset(&all, 0xff, sizeof(all));
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(
      &attributes,
      static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK));
  }

  /// @returns whether all could be noted down.
  bool redirect(int in, int out, int err, int directory) {
    return posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO) == 0 &&
           posix_spawn_file_actions_addfchdir_np(&actions, directory) == 0 &&
           posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1) == 0;
  }

  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t actions;
};

/// Opens a file at a descriptor above stderr, so that moving it to 0, 1 or 2 overwrites none of
/// ours.
unique_fd open_high(const std::filesystem::path& path, int flags) {
  unique_fd file{::open(path.c_str(), flags | O_CLOEXEC, 0644)};
  if (!file || file.value() > STDERR_FILENO)
    return file;
  return unique_fd{::fcntl(file.value(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1)};
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
  constexpr auto output = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND;
  footing result;
  result.directory = open_high(spec.directory, O_PATH | O_DIRECTORY);
  if (!result.directory || ::faccessat(result.directory.value(), ".", X_OK, AT_EACCESS) != 0)
    return refused(spec, "working directory " + in_quotes(spec.directory));
  result.in = open_high("/dev/null", O_RDONLY);
  if (!result.in)
    return refused(spec, "\"/dev/null\"");
  result.out = open_high(spec.out_file, output);
  if (!result.out)
    return refused(spec, "output file " + in_quotes(spec.out_file));
  result.err = open_high(spec.err_file, output);
  if (!result.err)
    return refused(spec, "output file " + in_quotes(spec.err_file));
  return result;
}

/// Finds what the system would silently cut or misread.
std::optional<failure> check(const process_spec& spec) {
  auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (spec.argv.empty())
    return failure{EINVAL, "cannot start: no command given"};
  auto refuse = [&](const std::string& why) {
    return failure{EINVAL, "cannot start " + in_quotes(spec.argv.front()) + ": " + why};
  };
  for (const auto& argument : spec.argv)
    if (has_nul(argument))
      return refuse("an argument contains a NUL byte");
  for (const auto& [name, value] : spec.env)
    if (name.empty() || name.find('=') != std::string::npos || has_nul(name) || has_nul(value))
      return refuse("not an environment variable: " + in_quotes(name));
  return std::nullopt;
}

std::string search_path(const process_spec& spec) {
  if (auto i = spec.env.find("PATH"); i != spec.env.end())
    return i->second;
  auto* own = std::getenv("PATH");
  return own != nullptr ? own : default_search_path;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (auto& string : strings)
    result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment(const process_spec& spec) {
  std::vector<std::string> result;
  result.reserve(spec.env.size());
  for (const auto& [name, value] : spec.env)
    result.push_back(name + '=' + value);
  return result;
}

/// Runs the file at `path`, by the shell if it is a script that names no interpreter.
/// @returns 0, or an errno.
int execute(const process_spec& spec, const std::string& path, const footing& base, pid_t& pid) {
  spawn_plan plan;
  plan.isolate();
  if (!plan.redirect(base.in.value(), base.out.value(), base.err.value(), base.directory.value()))
    return ENOMEM;
  auto variables = environment(spec);
  auto arguments = spec.argv;
  auto run = [&](const char* file) {
    return ::posix_spawn(&pid, file, &plan.actions, &plan.attributes, pointers(arguments).data(),
                         pointers(variables).data());
  };
  auto error = run(path.c_str());
  if (error != ENOEXEC || !looks_like_script(path, base.directory.value()))
    return error;
  arguments.front() = path;
  arguments.insert(arguments.begin(), shell);
  return run(shell);
}

}  // namespace

std::variant<pid_t, spawn_error> spawn(const process_spec& spec) {
  if (auto wrong = check(spec))
    return *wrong;
  auto base = prepare(spec);
  if (auto* error = std::get_if<failure>(&base))
    return *error;
  const auto& ground = std::get<footing>(base);
  auto what = "cannot start " + in_quotes(spec.argv.front());
  auto command = find_command(spec.argv.front(), search_path(spec), ground.directory.value());
  if (auto* error = std::get_if<int>(&command))
    return make_failure(*error, what);
  const auto& path = std::get<std::string>(command);
  pid_t pid = 0;
  auto error = execute(spec, path, ground, pid);
  if (error == 0)
    return pid;
  if (error == ENOENT && file_exists(path, ground.directory.value()))
    return failure{error, what + ": the interpreter that it names does not exist"};
  return make_failure(error, what);
}

}  // namespace entente::runtime

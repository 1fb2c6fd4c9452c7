#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

/// Real programs as a test sees them: command line in, output and exit code out.
///
/// Nothing outlives the test: whatever a `workshop` has started, and whatever that has started in
/// turn, has the workshop's own directory as its TMPDIR, and is killed with the workshop.
namespace entente::test {

using nlohmann::json;
using strings = std::vector<std::string>;

/// Only a bug lasts that long.
constexpr auto limit = std::chrono::seconds{60};

/// A process by its descriptor, so that a number that is used again does no harm.
class watched {
public:
  explicit watched(pid_t pid);
  ~watched();
  watched(watched&& other) noexcept;
  watched(const watched&) = delete;
  watched& operator=(const watched&) = delete;

  /// Whether it has ended, or ends before `longest` is over.
  bool ends(std::chrono::milliseconds longest = limit) const;
  bool signal(int signo) const;
  int descriptor() const noexcept { return descriptor_; }

private:
  int descriptor_;
};

/// How a program has ended.
struct ending {
  int code = 0;  ///< 128 + N after signal N
  std::string out;
  std::string err;

  bool operator==(const ending&) const = default;
};

std::ostream& operator<<(std::ostream& out, const ending& x);

/// A program that runs; it is killed if it still does at the end.
class program {
public:
  program(const strings& argv, const std::map<std::string, std::string>& env);
  ~program();
  program(program&& other) noexcept;
  program(const program&) = delete;
  program& operator=(const program&) = delete;

  /// Waits for its end. Fails the test after `limit`.
  ending wait();

  /// Waits for the first line of its stdout. Fails the test if none comes.
  std::string first_line();

  /// The first line of its stdout as a process.
  watched first_line_as_process();

  void signal(int signo) const { process_->signal(signo); }
  const watched& process() const { return *process_; }
  /// Waits until stderr has the text. Fails the test after `limit`.
  void wait_for_error(std::string_view text);
  const std::string& out() const noexcept { return out_; }
  const std::string& err() const noexcept { return err_; }

private:
  void read_until(const std::function<bool()>& done);

  pid_t pid_ = 0;
  std::unique_ptr<watched> process_;
  int pipes_[2] = {-1, -1};
  std::string out_;
  std::string err_;
};

/// A process that belongs to a workshop.
struct found_process {
  pid_t pid;
  strings argv;  ///< At least one; "" where it had ended before it was read.
};

/// A directory to work in, and programs that end with it.
class workshop {
public:
  workshop();
  ~workshop();
  workshop(const workshop&) = delete;
  workshop& operator=(const workshop&) = delete;

  /// Starts one of our programs.
  program start(const std::string& name, const strings& arguments) const;

  /// Starts `entente` with `arguments`.
  program start(const strings& arguments) const { return start("entente", arguments); }

  /// Runs `entente` with `arguments` to its end.
  ending entente(const strings& arguments) const { return start(arguments).wait(); }

  /// Starts a shell that finds our programs by their names.
  program start_in_shell(const std::string& script) const;

  /// What a shell command prints.
  std::string shell(const std::string& script) const;

  /// Writes a file. @returns its path
  std::string write(const std::string& name, std::string_view text) const;
  std::string read(const std::string& name) const;
  std::string path(const std::string& name) const { return path_ / name; }

  /// All that was started here, directly or not, and still runs.
  std::vector<found_process> processes() const;

  std::map<std::string, std::string> env;
  /// What stands before each program that is started: a command that runs it elsewhere.
  strings launcher;

private:
  std::filesystem::path path_;
};

/// What a test does with a cluster, however it is run; `env` says where its master is.
class cluster_user : public workshop {
public:
  /// Starts `entente run` with a shell script.
  program start_shell(const std::string& script, strings options = {}) const;
  ending run_shell(const std::string& script, strings options = {}) const;

  /// A listing as `--json` shows it.
  json listing(const std::string& what) const;

  /// Asks for a listing until it is as wanted. Fails the test after `limit`.
  json wait_for(const std::string& what, const std::function<bool(const json&)>& wanted) const;

  /// The task of that name, once there is one and it is in `state`.
  json wait_for_task(const std::string& name, const std::string& state) const;

  const std::string& master() const { return env.at("ENTENTE_MASTER"); }

protected:
  /// Takes the address of the master from what a program says at its start.
  void use_master_of(program& server);
};

/// A cluster in one process that runs on a free port.
class cluster : public cluster_user {
public:
  explicit cluster(strings options);
  cluster() : cluster(strings{"--agents", "2", "--cpus", "4", "--mem", "2GB"}) {}

  /// Whether nothing but the cluster itself runs any more, at the latest after `limit`.
  bool becomes_empty() const;

  program& server() { return *server_; }

private:
  std::unique_ptr<program> server_;
};

/// A master and agents that are programs of their own, as on many hosts.
class hosts : public cluster_user {
public:
  explicit hosts(std::size_t agents);
  hosts() : hosts(1) {}

  /// Starts the agent of that number, from 1 on, again or for the first time.
  void start_agent(std::size_t number, strings options = {});
  /// The same, for one that is expected to end at once.
  ending agent_that_ends(std::size_t number, strings options = {}) const;
  /// Ends it as kill -9 does, and waits until it is gone.
  void kill_agent(std::size_t number);

  program& agent(std::size_t number) { return *agents_.at(number); }
  std::string work_dir(std::size_t number) const { return path("agent-" + std::to_string(number)); }

  /// Ends the master as kill -9 does, and waits until it is gone.
  void kill_master();
  /// Starts it again where it was.
  void start_master() { start_master(master()); }

  /// Waits until as many agents are registered.
  void wait_for_agents(std::size_t number) const;

private:
  void start_master(const std::string& listen);
  strings arguments_of(std::size_t number, strings options) const;

  std::string config_;
  std::unique_ptr<program> master_;
  std::map<std::size_t, std::unique_ptr<program>> agents_;
};

/// Asks until it is so. @returns false if it is not after `limit`
bool eventually(const std::function<bool()>& is_so);

/// A port of this machine where nothing listens, and nothing else can either.
class closed_port {
public:
  closed_port();
  ~closed_port();
  closed_port(const closed_port&) = delete;
  closed_port& operator=(const closed_port&) = delete;

  std::string address() const { return address_; }
  /// From now on a program may listen there.
  void open();

private:
  int socket_;
  std::string address_;
};

bool mentions(const std::string& text, std::string_view part);
bool is_one_line(const std::string& text);

}  // namespace entente::test

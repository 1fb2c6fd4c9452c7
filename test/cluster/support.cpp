#include "support.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace entente::test {

namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Between two looks at what tells nobody of its changes.
constexpr int look_pause_ms = 10;

int milliseconds_until(clock::time_point end) {
  auto left = std::chrono::ceil<milliseconds>(end - clock::now());
  return static_cast<int>(std::max(left, milliseconds{0}).count());
}

std::vector<char*> pointers_to(strings& texts) {
  std::vector<char*> result;
  for (auto& text : texts)
    result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// The environment of this process without our own variables, and with `added`.
strings environment_with(const std::map<std::string, std::string>& added) {
  strings result;
  for (auto** entry = environ; *entry; ++entry) {
    std::string pair = *entry;
    if (!pair.starts_with("ENTENTE_") && !added.contains(pair.substr(0, pair.find('='))))
      result.push_back(std::move(pair));
  }
  for (const auto& [name, value] : added)
    result.push_back(name + '=' + value);
  return result;
}

/// In the child: a group of its own, nothing to read, and an end when the test has one.
[[noreturn]] void become(char* const* argv, char* const* env, int out, int err) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execvpe(argv[0], argv, env);
  ::_exit(127);
}

/// Appends what there is to read. @returns false at the end
bool drain(int descriptor, std::string& text) {
  std::array<char, 65536> buffer;
  for (;;) {
    auto count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0)
      text.append(buffer.data(), static_cast<std::size_t>(count));
    else
      return count < 0;
  }
}

std::string whole_file(const std::filesystem::path& path) {
  std::ostringstream result;
  result << std::ifstream{path}.rdbuf();
  return result.str();
}

strings split_at_nul(const std::string& text) {
  strings result;
  std::istringstream in{text};
  for (std::string part; std::getline(in, part, '\0');)
    result.push_back(part);
  return result;
}

/// Never without a first argument: one that has just ended has none, which is as "".
strings command_line_of(pid_t pid) {
  auto result = split_at_nul(whole_file("/proc/" + std::to_string(pid) + "/cmdline"));
  if (result.empty())
    result.emplace_back();
  return result;
}

std::string directory_of_programs() {
  const auto* directory = std::getenv("ENTENTE_BIN_DIR");
  BOOST_REQUIRE_MESSAGE(directory, "ENTENTE_BIN_DIR says where the programs are; ctest sets it");
  return directory;
}

}  // namespace

bool eventually(const std::function<bool()>& holds) {
  for (auto end = clock::now() + limit; clock::now() < end; ::poll(nullptr, 0, look_pause_ms))
    if (holds())
      return true;
  return holds();
}

// -- watched ----------------------------------------------------------------------

// By system call: the C library's header lacks extern "C" before glibc 2.37.
watched::watched(pid_t pid) : descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}

watched::~watched() {
  if (descriptor_ >= 0)
    ::close(descriptor_);
}

watched::watched(watched&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

bool watched::ends(milliseconds longest) const {
  if (descriptor_ < 0)
    return true;  // It had ended before it could be watched.
  pollfd entry{descriptor_, POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(longest.count())) > 0;
}

bool watched::signal(int signo) const {
  return ::syscall(SYS_pidfd_send_signal, descriptor_, signo, nullptr, 0) == 0;
}

// -- program ----------------------------------------------------------------------

std::ostream& operator<<(std::ostream& out, const ending& x) {
  return out << "exit code " << x.code << ", stdout \"" << x.out << "\", stderr \"" << x.err << '"';
}

program::program(const strings& argv, const std::map<std::string, std::string>& env) {
  auto words = argv;
  auto variables = environment_with(env);
  auto argv_pointers = pointers_to(words);
  auto env_pointers = pointers_to(variables);
  int out[2];
  int err[2];
  BOOST_REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
  BOOST_REQUIRE(::pipe2(err, O_CLOEXEC) == 0);
  pid_ = ::fork();
  BOOST_REQUIRE(pid_ >= 0);
  if (pid_ == 0)
    become(argv_pointers.data(), env_pointers.data(), out[1], err[1]);
  ::close(out[1]);
  ::close(err[1]);
  pipes_[0] = out[0];
  pipes_[1] = err[0];
  for (auto pipe : pipes_)
    ::fcntl(pipe, F_SETFL, O_NONBLOCK);
  process_ = std::make_unique<watched>(pid_);
}

program::program(program&& other) noexcept
    : pid_(std::exchange(other.pid_, 0)),
      process_(std::move(other.process_)),
      pipes_{std::exchange(other.pipes_[0], -1), std::exchange(other.pipes_[1], -1)},
      out_(std::move(other.out_)),
      err_(std::move(other.err_)) {}

program::~program() {
  if (pid_ > 0) {
    ::kill(-pid_, SIGKILL);
    ::kill(pid_, SIGKILL);  // Its group may not be there yet.
    ::waitpid(pid_, nullptr, 0);
  }
  for (auto pipe : pipes_)
    if (pipe >= 0)
      ::close(pipe);
}

void program::read_until(const std::function<bool()>& done) {
  pollfd entries[]{
    {pipes_[0], POLLIN, 0}, {pipes_[1], POLLIN, 0}, {process_->descriptor(), POLLIN, 0}};
  for (auto end = clock::now() + limit; !done();) {
    if (::poll(entries, 3, milliseconds_until(end)) == 0) {
      BOOST_FAIL("a program takes too long; stdout so far: " << out_ << ", stderr: " << err_);
    }
    auto ended = entries[2].revents != 0;  // asked first: all output is there by then
    if (!drain(pipes_[0], out_))
      entries[0].fd = -1;
    if (!drain(pipes_[1], err_))
      entries[1].fd = -1;
    if (ended)
      return;
  }
}

ending program::wait() {
  read_until([] { return false; });
  int status = 0;
  ::waitpid(std::exchange(pid_, 0), &status, 0);
  auto code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return {code, out_, err_};
}

std::string program::first_line() {
  read_until([this] { return out_.find('\n') != std::string::npos; });
  auto end = out_.find('\n');
  if (end == std::string::npos)
    BOOST_FAIL("a program has ended before its first line; stderr: " << err_);
  return out_.substr(0, end);
}

void program::wait_for_error(std::string_view text) {
  read_until([&] { return err_.find(text) != std::string::npos; });
}

watched program::first_line_as_process() {
  return watched{static_cast<pid_t>(std::stol(first_line()))};
}

// -- workshop ---------------------------------------------------------------------

workshop::workshop() {
  auto pattern = (std::filesystem::temp_directory_path() / "entente-test-XXXXXX").string();
  BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  path_ = std::filesystem::canonical(pattern);
  env["TMPDIR"] = path_;
  env["ENTENTE_MASTER_WORK_DIR"] = path("master");
}

workshop::~workshop() {
  for (auto left = processes(); !left.empty(); left = processes())
    for (const auto& x : left) {
      watched process{x.pid};
      process.signal(SIGKILL);
      process.ends();
    }
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

program workshop::start(const std::string& name, const strings& arguments) const {
  auto argv = launcher;
  argv.push_back(directory_of_programs() + '/' + name);
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return program{argv, env};
}

program workshop::start_in_shell(const std::string& script) const {
  auto with_path = env;
  with_path["PATH"] = directory_of_programs() + ':' + std::getenv("PATH");
  return program{{"/bin/sh", "-c", script}, with_path};
}

std::string workshop::shell(const std::string& script) const {
  return program{{"/bin/bash", "-c", script}, env}.wait().out;
}

std::string workshop::write(const std::string& name, std::string_view text) const {
  std::ofstream{path(name)} << text;
  return path(name);
}

std::string workshop::read(const std::string& name) const {
  return whole_file(path(name));
}

std::vector<found_process> workshop::processes() const {
  std::vector<found_process> result;
  const auto mark = "TMPDIR=" + path_.string();
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    auto name = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{})
      continue;
    auto variables = split_at_nul(whole_file(entry.path() / "environ"));
    if (std::ranges::find(variables, mark) != variables.end())
      result.push_back({pid, command_line_of(pid)});
  }
  return result;
}

// -- cluster ----------------------------------------------------------------------

cluster::cluster(strings options) {
  options.insert(options.begin(), {"local", "--listen", "127.0.0.1:0"});
  server_ = std::make_unique<program>(start(options));
  use_master_of(*server_);
}

bool cluster::becomes_empty() const {
  return eventually([this] { return processes().size() <= 1; });
}

// -- hosts ------------------------------------------------------------------------

hosts::hosts(std::size_t agents)
    : config_(write("hosts.json", R"({"master": {"agent_timeout": "60s"},
                                      "agent": {"resources": {"cpus": 4, "mem": "2GB"}}})")) {
  start_master("127.0.0.1:0");
  // An agent that is killed cannot remove its control group, and tests kill many.
  env.try_emplace("ENTENTE_AGENT_LIMITS", "off");
  for (std::size_t i = 1; i <= agents; ++i)
    start_agent(i);
  wait_for_agents(agents);
}

void hosts::start_master(const std::string& listen) {
  master_ = std::make_unique<program>(start({"master", "--config", config_, "--listen", listen}));
  use_master_of(*master_);
}

void hosts::kill_master() {
  master_->signal(SIGKILL);
  master_->wait();
}

strings hosts::arguments_of(std::size_t number, strings options) const {
  options.insert(options.begin(), {"agent", "--config", config_, "--work-dir", work_dir(number),
                                   "--master", master()});
  return options;
}

void hosts::start_agent(std::size_t number, strings options) {
  agents_[number] = std::make_unique<program>(start(arguments_of(number, std::move(options))));
  agents_[number]->first_line();
}

ending hosts::agent_that_ends(std::size_t number, strings options) const {
  return start(arguments_of(number, std::move(options))).wait();
}

void hosts::kill_agent(std::size_t number) {
  agents_.at(number)->signal(SIGKILL);
  agents_.at(number)->wait();
}

void hosts::wait_for_agents(std::size_t number) const {
  wait_for("agents", [number](const json& agents) {
    return number == static_cast<std::size_t>(std::ranges::count(
                       agents, json("registered"), [](const json& x) { return x.at("state"); }));
  });
}

// -- using a cluster --------------------------------------------------------------

void cluster_user::use_master_of(program& server) {
  auto line = server.first_line();
  env["ENTENTE_MASTER"] = line.substr(line.rfind(' ') + 1);
}

program cluster_user::start_shell(const std::string& script, strings options) const {
  options.insert(options.begin(), "run");
  options.insert(options.end(), {"--", "sh", "-c", script});
  return start(options);
}

ending cluster_user::run_shell(const std::string& script, strings options) const {
  return start_shell(script, std::move(options)).wait();
}

json cluster_user::listing(const std::string& what) const {
  auto x = entente({what, "--json"});
  BOOST_REQUIRE_MESSAGE(x.code == 0, what << ": " << x);
  return json::parse(x.out);
}

json cluster_user::wait_for(const std::string& what,
                            const std::function<bool(const json&)>& wanted) const {
  json last;
  auto came = eventually([&] { return wanted(last = listing(what)); });
  BOOST_REQUIRE_MESSAGE(came, what << " did not become as wanted: " << last.dump());
  return last;
}

json cluster_user::wait_for_task(const std::string& name, const std::string& state) const {
  json result;
  wait_for("tasks", [&](const json& tasks) {
    for (const auto& x : tasks)
      if (x.at("name") == name && x.at("state") == state)
        result = x;
    return !result.is_null();
  });
  return result;
}

// -- the rest ---------------------------------------------------------------------

namespace {

sockaddr_in loopback() {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return result;
}

}  // namespace

closed_port::closed_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  auto where = loopback();
  BOOST_REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&where), sizeof where) == 0);
  socklen_t size = sizeof where;
  BOOST_REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&where), &size) == 0);
  address_ = "127.0.0.1:" + std::to_string(ntohs(where.sin_port));
}

closed_port::~closed_port() {
  open();
}

void closed_port::open() {
  if (socket_ >= 0)
    ::close(std::exchange(socket_, -1));
}

bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

bool is_one_line(const std::string& text) {
  return text.size() > 1 && std::ranges::count(text, '\n') == 1 && text.back() == '\n';
}

}  // namespace entente::test

// Every file of this folder is a suite; that of this one is about the promise above.
BOOST_AUTO_TEST_SUITE(support)

using namespace entente::test;

BOOST_FIXTURE_TEST_CASE(a_cluster_sees_its_tasks_and_their_children, cluster) {
  auto client = start_shell("setsid sleep 600 & echo up; wait");
  client.first_line();
  // Cluster, client, supervisor, shell, sleep; one that is just starting is not seen.
  BOOST_CHECK(eventually([this] { return processes().size() == 5; }));
}

// It may end between two looks at it; then there was no first argument, and a crash.
BOOST_AUTO_TEST_CASE(a_process_that_has_ended_still_has_a_first_argument) {
  auto ended = ::fork();
  BOOST_REQUIRE(ended >= 0);
  if (ended == 0)
    ::_exit(0);
  watched{ended}.ends();
  BOOST_CHECK_EQUAL(command_line_of(ended).size(), 1);
  ::waitpid(ended, nullptr, 0);
}

BOOST_AUTO_TEST_CASE(what_a_cluster_has_started_ends_with_it) {
  auto left = std::make_unique<cluster>();
  auto client = left->start_shell("trap '' TERM; echo $$; exec setsid sleep 600");
  auto task = client.first_line_as_process();
  left.reset();
  BOOST_CHECK(task.ends());
  BOOST_CHECK(client.process().ends());
}

BOOST_AUTO_TEST_SUITE_END()

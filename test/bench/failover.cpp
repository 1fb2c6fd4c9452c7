// A master is killed and another started: how soon all agents are there again and claims are
// granted.
#include <array>
#include <caf/init_global_meta_objects.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include "agreement_parts.hpp"
#include "messages/types.hpp"

namespace {

using namespace entente;
using namespace bench::agreement;
using bench::errors;
using bench::expect;
using bench::program_path;
using bench::verdict;

constexpr std::size_t processes = 4;
constexpr std::size_t emulated = 5'000;
constexpr int rounds = 3;

// -- programs ---------------------------------------------------------------------------

/// A master and agents with a running task each, below a directory of their own.
class host {
public:
  host() {
    std::filesystem::create_directories(path_);
    ::setenv("ENTENTE_AGENT_LIMITS", "off", 1);
    start_master("127.0.0.1:0");
    for (std::size_t i = 0; i < processes; ++i)
      agents_.push_back(std::make_unique<bench::program>(
        std::vector<std::string>{program_path("entente"), "agent", "--master", where_, "--work-dir",
                                 path_ + "/a" + std::to_string(i), "--cpus", "64", "--mem", "64GB",
                                 "--kill-tasks", "--log-level", "error"}));
    while (!claim("1s", {"--detach", "--", "sleep", "1000"})) {
    }
  }
  ~host() {
    for (auto& x : agents_)
      x->stop(SIGTERM);
    master_->stop(SIGTERM);
    std::filesystem::remove_all(path_);
  }
  host(const host&) = delete;
  host& operator=(const host&) = delete;

  /// @returns the seconds from the kill until a claim of a slot on each agent has run.
  double fail_over() {
    auto start = bench::clock::now();
    master_->stop(SIGKILL);
    start_master(where_);
    while (!claim("5s", {"--", "true"}))
      if (bench::seconds_since(start) > 60)
        throw std::runtime_error{"the agents do not come back"};
    return bench::seconds_since(start);
  }

private:
  void start_master(const std::string& listen) {
    master_ = std::make_unique<bench::program>(
      std::vector<std::string>{program_path("entente"), "master", "--listen", listen, "--work-dir",
                               path_ + "/m", "--log-level", "error"});
    auto line = master_->read_line();
    where_ = line.substr(line.rfind(' ') + 1);
    ::setenv("ENTENTE_MASTER", where_.c_str(), 1);
  }

  static bool claim(const std::string& wait, const std::vector<std::string>& rest) {
    std::vector<std::string> argv{program_path("entente"),
                                  "run",
                                  "-n",
                                  std::to_string(processes),
                                  "--max-per-agent",
                                  "1",
                                  "--cpus",
                                  "0.1",
                                  "--wait",
                                  wait};
    argv.insert(argv.end(), rest.begin(), rest.end());
    std::array<int, 2> quiet{};
    if (::pipe(quiet.data()) != 0)
      throw std::runtime_error{"no pipe"};
    auto pid = bench::spawn(argv, quiet[1]);
    auto code = bench::wait_for(pid);
    ::close(quiet[0]);
    ::close(quiet[1]);
    return code == 0;
  }

  std::string path_ =
    std::filesystem::temp_directory_path() / ("entente-failover-" + std::to_string(::getpid()));
  std::string where_;
  std::unique_ptr<bench::program> master_;
  std::vector<std::unique_ptr<bench::program>> agents_;
};

void measure_programs() {
  std::printf("kill -9 of a master with %zu agents, and another started in its place\n", processes);
  host there;
  for (int i = 0; i < rounds; ++i) {
    auto took = there.fail_over();
    std::printf("  all agents back, and a claim of a slot on each run: %.2f s  aim < 1 s: %s\n",
                took, verdict(took < 1));
  }
}

// -- actors -----------------------------------------------------------------------------

/// Agents that go from one master to the next, in one process.
class world : public cluster_base {
public:
  world() : cluster_base(fan_out_mode::all) {
    for (std::size_t i = 0; i < emulated; ++i) {
      auto options = options_of(i);
      options.outlives_master = true;
      agents_.push_back(spawn_agent(system, master, std::move(options)));
    }
    wait_for_agents(emulated);
  }
  ~world() {
    framework.reset();
    for (const auto& x : agents_)
      caf::anon_send_exit(x, caf::exit_reason::kill);
  }

  /// @returns the seconds until the new master has all agents and has granted a claim.
  double fail_over() {
    framework.reset();
    caf::anon_send_exit(master, caf::exit_reason::kill);
    auto start = bench::clock::now();
    cluster_options options;
    options.id_prefix = "n" + std::to_string(++masters_);
    options.version = "bench";
    options.report_interval = 1h;
    options.agent_timeout = 10h;
    master = spawn_master(system, std::move(options));
    for (const auto& x : agents_)
      caf::anon_send(x, caf::connect_atom_v, caf::actor_cast<master_for_agents>(master));
    wait_for_agents(emulated);
    claim_once(10);
    return bench::seconds_since(start);
  }

private:
  std::vector<local_agent_actor> agents_;
  int masters_ = 0;
};

void measure_actors() {
  std::printf("another master for %zu agents, all at once, in one process\n", emulated);
  world x;
  for (int i = 0; i < rounds; ++i) {
    auto took = x.fail_over();
    std::printf("  all agents back, and a claim granted: %.2f s  aim < 5 s: %s\n", took,
                verdict(took < 5));
  }
}

}  // namespace

int main() {
  caf::core::init_global_meta_objects();
  init_message_types();
  caf::io::middleman::init_global_meta_objects();
  try {
    measure_programs();
    measure_actors();
  } catch (const std::exception& x) {
    expect(false, x.what());
  }
  return errors == 0 ? 0 : 1;
}

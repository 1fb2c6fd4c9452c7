// A master is killed and another started: how soon all agents are there again and claims are
// granted.
#include <array>
#include <caf/init_global_meta_objects.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <vector>

#include "actors/agent/master_finder.hpp"
#include "actors/transport/transport.hpp"
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

/// A master that listens where the one before it did.
class master_program {
public:
  explicit master_program(std::string work_dir) : work_dir_(std::move(work_dir)) {
    start("127.0.0.1:0");
  }
  ~master_program() { program_->stop(SIGTERM); }
  master_program(const master_program&) = delete;
  master_program& operator=(const master_program&) = delete;

  void kill_and_start() {
    program_->stop(SIGKILL);
    start(where_);
  }

  /// As HOST:PORT.
  const std::string& where() const { return where_; }

private:
  void start(const std::string& listen) {
    program_ = std::make_unique<bench::program>(
      std::vector<std::string>{program_path("entente"), "master", "--listen", listen, "--work-dir",
                               work_dir_, "--log-level", "error"});
    auto line = program_->read_line();
    where_ = line.substr(line.rfind(' ') + 1);
  }

  std::string work_dir_;
  std::string where_;
  std::unique_ptr<bench::program> program_;
};

/// A directory that goes with this.
class scratch {
public:
  scratch() { std::filesystem::create_directories(path_); }
  ~scratch() { std::filesystem::remove_all(path_); }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  std::string operator/(const std::string& name) const { return path_ + '/' + name; }

private:
  std::string path_ =
    std::filesystem::temp_directory_path() / ("entente-failover-" + std::to_string(::getpid()));
};

/// A master and agents with a running task each, below a directory of their own.
class host {
public:
  host() {
    ::setenv("ENTENTE_AGENT_LIMITS", "off", 1);
    ::setenv("ENTENTE_MASTER", master_.where().c_str(), 1);
    for (std::size_t i = 0; i < processes; ++i)
      agents_.push_back(std::make_unique<bench::program>(
        std::vector<std::string>{program_path("entente"), "agent", "--master", master_.where(),
                                 "--work-dir", directory_ / ("a" + std::to_string(i)), "--cpus",
                                 "64", "--mem", "64GB", "--kill-tasks", "--log-level", "error"}));
    while (!claim("1s", {"--detach", "--", "sleep", "1000"})) {
    }
  }
  ~host() {
    for (auto& x : agents_)
      x->stop(SIGTERM);
  }
  host(const host&) = delete;
  host& operator=(const host&) = delete;

  /// @returns the seconds from the kill until a claim of a slot on each agent has run.
  double fail_over() {
    auto start = bench::clock::now();
    master_.kill_and_start();
    while (!claim("5s", {"--", "true"}))
      if (bench::seconds_since(start) > 60)
        throw std::runtime_error{"the agents do not come back"};
    return bench::seconds_since(start);
  }

private:
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

  scratch directory_;
  master_program master_{directory_ / "m"};
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

// -- many agents of a master process ------------------------------------------------------

struct networked_config : caf::actor_system_config {
  networked_config() { prepare_for_transport(*this); }
};

/// Agents in this process that look for their master, each for itself, as `entente agent` does.
class remote_world {
public:
  remote_world() {
    auto where = parse_endpoint(master_.where()).value();
    for (std::size_t i = 0; i < emulated; ++i) {
      auto options = options_of(i);
      options.outlives_master = true;
      agents_.push_back(spawn_agent(system_, master_for_agents{}, std::move(options)));
      spawn_master_finder(system_, agents_.back(), {where}, i, [](const std::string&) {});
    }
    wait_until_all_are_there();
  }
  ~remote_world() {
    for (const auto& x : agents_)
      caf::anon_send_exit(x, caf::exit_reason::kill);
  }
  remote_world(const remote_world&) = delete;
  remote_world& operator=(const remote_world&) = delete;

  /// @returns the seconds from the kill until the new master has all agents and has granted a
  /// claim.
  double fail_over() {
    auto start = bench::clock::now();
    master_.kill_and_start();
    wait_until_all_are_there();
    claimer framework{system_, find_master().value()};
    framework.begin(10, 1);
    framework.end();
    return bench::seconds_since(start);
  }

private:
  void wait_until_all_are_there() {
    auto start = bench::clock::now();
    while (agents_there() < emulated)
      if (bench::seconds_since(start) > 120)
        throw std::runtime_error{"the agents do not register"};
  }

  std::size_t agents_there() {
    std::size_t result = 0;
    if (auto master = find_master())
      caf::scoped_actor {
        system_
        } -> request(*master, limit, query{listing::summary})
          .receive([&](const cluster_view& x) { result = x.summary.agents; },
                   [](const caf::error&) {});
    return result;
  }

  std::optional<master_actor> find_master() {
    auto where = parse_endpoint(master_.where()).value();
    std::optional<master_actor> result;
    caf::scoped_actor {
      system_
      } -> request(connector_of(system_), limit, caf::connect_atom_v, where.host, where.port)
        .receive(
          [&](const caf::node_id&, const caf::strong_actor_ptr& found,
              const std::set<std::string>&) { result = caf::actor_cast<master_actor>(found); },
          [](const caf::error&) {});
    return result;
  }

  scratch directory_;
  master_program master_{directory_ / "m"};
  networked_config config_;
  caf::actor_system system_{config_};
  transport network_{system_, {}};
  std::vector<local_agent_actor> agents_;
};

void measure_many() {
  std::printf("kill -9 of a master with %zu agents of another process, and another started\n",
              emulated);
  remote_world there;
  for (int i = 0; i < rounds; ++i) {
    auto took = there.fail_over();
    std::printf("  all agents back, and a claim granted: %.2f s  aim < 5 s: %s\n", took,
                verdict(took < 5));
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
    measure_many();
    measure_actors();
  } catch (const std::exception& x) {
    expect(false, x.what());
  }
  return errors == 0 ? 0 : 1;
}

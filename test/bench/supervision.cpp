// Tasks under supervision, with checkpoints, output files and limits: how many a second one agent
// starts, beside what the machine can do, and how soon a killed agent has its tasks again.
// Exits with 0 unless something is wrong; a figure that misses its aim is only marked.

#include "burst.hpp"

#include "messages/types.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>

namespace {

using namespace entente;
using namespace std::chrono_literals;
using bench::errors;
using bench::expect;
using bench::program_path;
using bench::verdict;

constexpr int tasks_per_round = 300;
constexpr int rounds = 3;
constexpr int spawns = 250;
constexpr int containers = 20;
constexpr int running_tasks = 200;

double rate_of(int count, const std::vector<std::string>& argv) {
  auto start = bench::clock::now();
  for (int i = 0; i < count; ++i)
    expect(bench::run(argv) == 0, argv.front() + " has failed");
  return count / bench::seconds_since(start);
}

/// A master and one agent that is a program of its own.
struct host {
  bench::temporary_directory work_dir;
  bench::temporary_directory master_work_dir;
  bool limits;
  bench::program master;
  endpoint where;
  std::unique_ptr<bench::program> agent;

  explicit host(bool with_limits)
      : limits(with_limits),
        master({program_path("entente"), "master", "--listen", "127.0.0.1:0", "--work-dir",
                master_work_dir.path}) {
    auto line = master.read_line();
    auto parsed = parse_endpoint(line.substr(line.rfind(' ') + 1));
    if (!parsed)
      throw std::runtime_error{"entente master does not start: " + line};
    where = *parsed;
    start_agent();
  }

  void start_agent() {
    ::setenv("ENTENTE_AGENT_LIMITS", limits ? "auto" : "off", 1);
    agent = std::make_unique<bench::program>(
      std::vector<std::string>{program_path("entente"), "agent", "--master", to_string(where),
                               "--work-dir", work_dir.path, "--cpus", "64", "--mem", "64GB"});
    auto said = agent->read_line();
    if (limits)
      std::printf("  %s\n", said.c_str());
  }

  nlohmann::json listing(const std::string& what) const {
    return nlohmann::json::parse(
      bench::output_of({program_path("entente"), what, "--json", "--master", to_string(where)}));
  }

  void stop() {
    agent->stop(SIGTERM);
    expect(master.stop(SIGTERM) == 0, "the master does not exit with 0");
  }
};

/// Of `runc run`, with this machine's own files; nothing where there is no runc.
void measure_containers() {
  if (bench::run({"sh", "-c", "command -v runc"}) != 0) {
    std::printf("  runc    is not installed here\n");
    return;
  }
  bench::temporary_directory bundle;
  bench::run({"sh", "-c", "cd " + bundle.path + " && runc spec"});
  auto spec = nlohmann::json::parse(bench::contents(bundle.path + "/config.json"));
  bench::run({"sh", "-c",
              "cd " + bundle.path +
                " && mkdir -p rootfs/usr && cd rootfs && "
                "ln -s usr/bin bin && ln -s usr/lib lib && ln -s usr/lib64 lib64"});
  spec["process"]["terminal"] = false;
  spec["process"]["args"] = {"/bin/true"};
  // Which hierarchies of control groups can be shown inside depends on the machine; none is needed.
  auto mounts = nlohmann::json::array();
  for (const auto& mount : spec["mounts"])
    if (mount.at("type") != "cgroup")
      mounts.push_back(mount);
  mounts.push_back(
    {{"destination", "/usr"}, {"type", "bind"}, {"source", "/usr"}, {"options", {"rbind", "ro"}}});
  spec["mounts"] = mounts;
  std::ofstream{bundle.path + "/config.json"} << spec.dump();
  int number = 0;
  auto start = bench::clock::now();
  for (; number < containers; ++number)
    expect(bench::run(
             {"runc", "run", "--bundle", bundle.path,
              "entente-bench-" + std::to_string(::getpid()) + '-' + std::to_string(number)}) == 0,
           "runc has failed");
  std::printf("  runc    run /bin/true %.0f/s, one after the other\n",
              containers / bench::seconds_since(start));
}

void measure_launches(caf::actor_system& system, bool limits) {
  std::printf("%d rounds of %d tasks of /bin/true, one agent, limits %s\n", rounds, tasks_per_round,
              limits ? "as far as possible" : "off");
  host there{limits};
  std::vector<double> ratios;
  auto before = rate_of(spawns, {"/bin/true"});
  for (int i = 1; i <= rounds; ++i) {
    auto result = bench::run_burst(system, there.where, {tasks_per_round, {"/bin/true"}});
    expect(result.problem.empty(), result.problem);
    auto after = rate_of(spawns, {"/bin/true"});
    auto rate = tasks_per_round / result.seconds;
    auto floor = 2 / (1 / before + 1 / after);
    before = after;
    ratios.push_back(rate / floor);
    std::printf("  round %d %6.0f tasks/s  posix_spawn+wait %6.0f/s  ratio %.2f\n", i, rate, floor,
                ratios.back());
  }
  auto ratio = bench::quantile(ratios, 0.5);
  std::printf("  median  ratio %.2f  aim >= 0.33: %s\n", ratio, verdict(ratio >= 0.33));
  there.stop();
}

void measure_restart(caf::actor_system& system) {
  std::printf("an agent with %d running tasks is killed and started again\n", running_tasks);
  host there{false};
  auto result = bench::run_burst(system, there.where, {running_tasks, {"sleep", "1000"}, true});
  expect(result.problem.empty(), result.problem);
  there.agent->stop(SIGKILL);
  auto start = bench::clock::now();
  there.start_agent();
  for (bool back = false; !back && bench::seconds_since(start) < 60;)
    back = there.listing("agents").at(0).at("state") == "registered";
  auto seconds = bench::seconds_since(start);
  int running = 0;
  for (const auto& task : there.listing("tasks"))
    running += task.at("state") == "RUNNING" ? 1 : 0;
  expect(running == running_tasks, std::to_string(running) + " tasks are running");
  std::printf("  restart registered with all after %.2f s  aim < 2 s: %s\n", seconds,
              verdict(seconds < 2));
  there.agent->stop(SIGKILL);
  ::setenv("ENTENTE_AGENT_LIMITS", "off", 1);
  bench::program last{{program_path("entente"), "agent", "--master", to_string(there.where),
                       "--work-dir", there.work_dir.path, "--cpus", "64", "--mem", "64GB",
                       "--kill-tasks"}};
  last.read_line();
  while (there.listing("agents").at(0).at("state") != "registered") {
  }
  last.stop(SIGTERM);
  there.master.stop(SIGTERM);
  auto left = bench::processes_with("ENTENTE_SANDBOX=" + there.work_dir.path);
  expect(left == 0, std::to_string(left) + " processes of tasks are left");
}

}  // namespace

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  ::setenv("ENTENTE_LOG_LEVEL", "error", 1);  // Figures only.
  caf::core::init_global_meta_objects();
  init_message_types();
  caf::io::middleman::init_global_meta_objects();
  std::printf("load average before: %s", bench::contents("/proc/loadavg").c_str());
  try {
    bench::framework_config config;
    caf::actor_system system{config};
    std::printf("floors\n  spawn   posix_spawn+wait %.0f/s\n", rate_of(spawns, {"/bin/true"}));
    measure_containers();
    measure_launches(system, false);
    measure_launches(system, true);
    measure_restart(system);
  } catch (const std::exception& x) {
    expect(false, x.what());
  }
  return errors == 0 ? 0 : 1;
}

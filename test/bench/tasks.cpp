// Tasks per second, latency of `entente run` and memory, beside what the machine itself can do.
// Exits with 0 unless something is wrong; a figure that misses its aim is only marked.

#include "burst.hpp"

#include "messages/types.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <future>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace entente;
using namespace std::chrono_literals;
using bench::errors;
using bench::expect;
using bench::program_path;
using bench::verdict;

constexpr int tasks_per_round = 500;
/// The master and the agents remember the newest 2,000 tasks: memory may grow until then.
constexpr int rounds = 6;
constexpr int runs = 50;
constexpr int spawns = 250;

// -- figures -------------------------------------------------------------------

/// Starts and waits for /bin/true, one after the other. @returns how many a second.
double spawn_rate(short flags = 0) {
  auto start = bench::clock::now();
  for (int i = 0; i < spawns; ++i)
    bench::wait_for(bench::spawn({"/bin/true"}, -1, flags));
  return spawns / bench::seconds_since(start);
}

std::vector<double> time_runs(const std::vector<std::string>& argv) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    auto start = bench::clock::now();
    auto code = bench::run(argv);
    times.push_back(bench::seconds_since(start) * 1000);
    expect(code == 0, argv[1] + " exits with " + std::to_string(code));
  }
  return times;
}

/// `entente local` and where it listens.
struct local {
  bench::temporary_directory work_dir;
  bench::program process;
  endpoint master;

  explicit local(const std::string& agents)
      : process{{program_path("entente"), "local", "--agents", agents, "--cpus", "64", "--listen",
                 "127.0.0.1:0", "--work-dir", work_dir.path}} {
    auto line = process.read_line();
    auto where = parse_endpoint(line.substr(line.rfind(' ') + 1));
    if (!where)
      throw std::runtime_error{"entente local does not start: " + line};
    master = *where;
  }

  double rss() const { return bench::memory_mb(process.pid(), "VmRSS"); }
  double anonymous() const { return bench::memory_mb(process.pid(), "RssAnon"); }

  void stop() {
    expect(bench::children_of(process.pid()) == 0, "the cluster has a child left");
    expect(process.stop(SIGINT) == 130, "entente local does not exit with 130");
    auto left = bench::processes_with("ENTENTE_SANDBOX=" + work_dir.path);
    expect(left == 0, std::to_string(left) + " processes of tasks are left");
  }
};

void measure_throughput(const local& cluster) {
  std::printf("%d rounds of %d tasks of /bin/true, --agents 2, a framework over TCP\n", rounds,
              tasks_per_round);
  bench::framework_config config;
  caf::actor_system system{config};
  std::vector<double> rates, floors, ratios, memory{cluster.anonymous()};
  std::printf("  idle    rss %.1f MB, anonymous %.1f MB\n", cluster.rss(), memory.back());
  auto before = spawn_rate();
  std::printf(
    "  floor   posix_spawn+wait %.0f/s, each in a session of its own, as tasks are, %.0f/s\n",
    before, spawn_rate(POSIX_SPAWN_SETSID));
  for (int i = 1; i <= rounds; ++i) {
    auto result = bench::run_burst(system, cluster.master, {tasks_per_round, {"/bin/true"}});
    auto after = spawn_rate();
    expect(result.problem.empty(), result.problem);
    expect(result.ends.size() == tasks_per_round, "tasks are missing");
    for (const auto& [task, count] : result.ends)
      expect(count == 1, task + " ended " + std::to_string(count) + " times");
    rates.push_back(tasks_per_round / result.seconds);
    floors.push_back(2 / (1 / before + 1 / after));  // as before and after the round, together
    ratios.push_back(rates.back() / floors.back());
    before = after;
    memory.push_back(cluster.anonymous());
    std::printf("  round %d %6.0f tasks/s  posix_spawn+wait %6.0f/s  ratio %.2f  rss %.1f MB, "
                "anonymous %.1f MB\n",
                i, rates.back(), floors.back(), ratios.back(), cluster.rss(), memory.back());
  }
  std::printf("  fresh   ratio %.2f  aim >= 0.5: %s\n", ratios.front(),
              verdict(ratios.front() >= 0.5));
  auto ratio = bench::quantile({ratios.begin() + 1, ratios.end()}, 0.5);
  std::printf("  warm    ratio %.2f (median of the later rounds)  aim >= 0.5: %s\n", ratio,
              verdict(ratio >= 0.5));
  auto growth = memory.back() - memory.at(memory.size() - 2);
  std::printf("  memory  %+.2f MB in the first round, %+.2f MB in the last  aim < 0.5: %s\n",
              memory.at(1) - memory.at(0), growth, verdict(growth < 0.5));
}

void check_books(const local& cluster) {
  auto text = bench::output_of(
    {program_path("entente"), "status", "--json", "--master", to_string(cluster.master)});
  auto status = nlohmann::json::parse(text);
  expect(status.at("tasks_finished") == rounds * tasks_per_round, "the master counts otherwise");
  expect(status.at("tasks_failed") == 0, "the master says that a task failed");
  expect(status.at("tasks_active") == 0, "the master says that a task runs");
}

void measure_latency(const local& cluster) {
  auto entente = program_path("entente");
  std::printf("entente run -- true, start to exit, %d times\n", runs);
  auto floor = time_runs({entente, "version"});
  auto times = time_runs({entente, "run", "--master", to_string(cluster.master), "--", "true"});
  std::printf("  floor   entente version: p50 %.1f ms, p99 %.1f ms\n", bench::quantile(floor, 0.5),
              bench::quantile(floor, 0.99));
  auto p50 = bench::quantile(times, 0.5);
  auto p99 = bench::quantile(times, 0.99);
  std::printf("  run     p50 %.1f ms, p99 %.1f ms  aim < 30 ms: %s (p50), %s (p99)\n", p50, p99,
              verdict(p50 < 30), verdict(p99 < 30));
}

void measure_idle_memory() {
  local cluster{"1"};
  auto rss = cluster.rss();
  std::printf("idle master and one agent, in one process\n"
              "  memory  rss %.1f MB, anonymous %.1f MB  aim < 20 MB each: %s\n",
              rss, cluster.anonymous(), verdict(rss < 20));
  cluster.stop();
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
    measure_idle_memory();
    local cluster{"2"};
    measure_throughput(cluster);
    check_books(cluster);
    measure_latency(cluster);
    cluster.stop();
  } catch (const std::exception& x) {
    expect(false, x.what());
  }
  if (errors == 0)
    std::printf("every task finished exactly once, no process is left\n");
  return errors == 0 ? 0 : 1;
}

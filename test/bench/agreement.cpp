// How long agreement takes, beside a bare CAF fan-out of the same messages to as many actors, with
// the agents in this process and in another; and how many claims are granted a second. Exits with 0
// unless something is wrong; a figure that misses its aim is only marked.

#include "agreement_parts.hpp"

#include <caf/init_global_meta_objects.hpp>
#include <caf/io/middleman.hpp>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "messages/types.hpp"
#include "program.hpp"

namespace {

using namespace bench::agreement;

struct row {
  double p50 = 0;
  double p99 = 0;
};

row summary(const std::vector<double>& times) {
  return {bench::quantile(times, 0.5), bench::quantile(times, 0.99)};
}

int rounds_for(std::size_t agents) {
  return agents >= 10'000 ? 30 : agents >= 1'000 ? 200 : 1'000;
}

/// Latency with the agents in this process. @returns p50 in us per agent.
double measure_in_process(std::size_t agents, std::uint32_t slots) {
  auto rounds = rounds_for(agents);
  row floor, real;
  {
    cluster_in_process cluster{agents, fan_out_mode::all};
    // Interleaved, so that both see the same machine.
    std::vector<double> floors, times;
    fan_out bare{cluster.system, agents};
    for (int i = 0; i < rounds; ++i) {
      floors.push_back(bare.run(slots));
      times.push_back(cluster.claim_once(slots));
    }
    floor = summary(floors);
    real = summary(times);
  }
  auto ratio = real.p50 / floor.p50;
  std::printf(
    "  %6zu agents, %6u slots: p50 %9.1f us  p99 %9.1f us  floor p50 %9.1f us  p99 %9.1f us"
    "  ratio %.2f  %.2f us per agent  aim <= 1.5: %s\n",
    agents, slots, real.p50, real.p99, floor.p50, floor.p99, ratio,
    real.p50 / static_cast<double>(agents), bench::verdict(ratio <= 1.5));
  return real.p50 / static_cast<double>(agents);
}

void measure_sizes() {
  std::printf(
    "claim to grant in one process, fan-out \"all\"; the floor is a bare fan_out_request of\n"
    "solicit to as many actors and, to the winners, of confirm\n");
  for (auto all_win : {false, true}) {
    double at_100 = 0;
    for (std::size_t agents : {1, 10, 100, 1'000, 10'000}) {
      auto slots = static_cast<std::uint32_t>(all_win ? agents : std::min<std::size_t>(agents, 10));
      auto per_agent = measure_in_process(agents, slots);
      if (agents == 100)
        at_100 = per_agent;
      if (agents == 10'000)
        std::printf("  per agent, 10,000 to 100: %.2f  aim <= 1.5: %s\n", per_agent / at_100,
                    bench::verdict(per_agent <= 1.5 * at_100));
    }
  }
}

void measure_candidates() {
  std::printf("the same with fan-out \"candidates\", 10 slots\n");
  for (std::size_t agents : {100, 1'000, 10'000}) {
    cluster_in_process cluster{agents, fan_out_mode::candidates};
    std::vector<double> times;
    for (int i = 0; i < rounds_for(agents); ++i)
      times.push_back(cluster.claim_once(10));
    auto real = summary(times);
    std::printf("  %6zu agents: p50 %9.1f us  p99 %9.1f us\n", agents, real.p50, real.p99);
  }
}

void measure_24() {
  cluster_in_process cluster{24, fan_out_mode::all};
  std::vector<double> times;
  for (int i = 0; i < 2'000; ++i)
    times.push_back(cluster.claim_once(24));
  auto real = summary(times);
  std::printf(
    "24 slots on 24 agents, one on each: p50 %.3f ms  p99 %.3f ms  aim < 1 ms: %s, < 5 ms: %s\n",
    real.p50 / 1000, real.p99 / 1000, bench::verdict(real.p50 < 1000),
    bench::verdict(real.p99 < 5000));
}

void measure_throughput() {
  std::printf("claims of 4 slots on 16 agents, granted and given back, a second\n");
  for (std::size_t clients : {1, 8, 64}) {
    cluster_in_process cluster{16, fan_out_mode::all};
    std::printf("  %2zu clients: %8.0f/s\n", clients, cluster.claims_a_second(clients, 4'000));
  }
}

void measure_tcp(const std::string& self) {
  std::printf("claim to grant with the agents in another process, over loopback TCP\n");
  for (std::size_t agents : {1, 10, 100, 1'000}) {
    auto slots = static_cast<std::uint32_t>(std::min<std::size_t>(agents, 10));
    cluster_over_tcp cluster{self, agents};
    std::vector<double> floors, times;
    for (int i = 0; i < rounds_for(agents) / 5; ++i) {
      floors.push_back(cluster.bare->run(slots));
      times.push_back(cluster.claim_once(slots));
    }
    auto floor = summary(floors);
    auto real = summary(times);
    std::printf(
      "  %6zu agents, %3u slots: p50 %9.1f us  p99 %9.1f us  floor p50 %9.1f us  p99 %9.1f us"
      "  ratio %.2f\n",
      agents, slots, real.p50, real.p99, floor.p50, floor.p99, real.p50 / floor.p50);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  caf::core::init_global_meta_objects();
  entente::init_message_types();
  caf::io::middleman::init_global_meta_objects();
  if (argc == 5 && std::strcmp(argv[1], "agents") == 0)
    return serve_agents(std::stoul(argv[2]), static_cast<std::uint16_t>(std::stoul(argv[3])),
                        static_cast<std::uint16_t>(std::stoul(argv[4])));
  std::printf("load average before: %s", bench::contents("/proc/loadavg").c_str());
  try {
    measure_24();
    measure_sizes();
    measure_candidates();
    measure_throughput();
    measure_tcp(std::filesystem::read_symlink("/proc/self/exe").string());
  } catch (const std::exception& x) {
    std::printf("error: %s\n", x.what());
    return 1;
  }
  return 0;
}

// How long it takes to say who is offered what, with many agents and frameworks: nothing but the
// allocator, without actors and messages. Exits with 0 unless something is wrong; a figure that
// misses its aim is only marked.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "actors/allocator/fair_allocator.hpp"
#include "program.hpp"

namespace {

using namespace entente;

constexpr int cycles = 21;
constexpr int single_changes = 501;

struct size {
  std::size_t agents;
  std::size_t frameworks;
};

constexpr size sizes[] = {
  {1'000, 50}, {5'000, 100}, {10'000, 1'000}, {20'000, 2'000}, {50'000, 1'000}};

/// With quota, every framework has a role, every tenth of these half of its part of the cpus for
/// certain, and a role without frameworks is guaranteed 1 % of them: so guarantees are never met.
enum class shape { one_role, role_each, quota };

const char* text_of(shape x) {
  constexpr const char* texts[] = {"all in one role", "a role each", "a role each, with quota"};
  return texts[static_cast<std::size_t>(x)];
}

/// Aims in ms; 0: none.
struct aims {
  double add_frameworks = 0;
  double full = 0;
};

aims aims_of(const size& x, shape how) {
  aims result;
  if (x.frameworks == 1'000 && how == shape::role_each)
    result.add_frameworks = 100;
  if (x.agents == 10'000 && how != shape::quota)
    result.full = 100;
  if (x.agents == 20'000 && how != shape::quota)
    result.full = 300;
  return result;
}

allocator_options options_of(const size& x, shape how) {
  allocator_options result;
  if (how != shape::quota)
    return result;
  auto part = static_cast<std::int64_t>(16'000 * x.agents / x.frameworks);
  for (std::size_t i = 0; i < x.frameworks; i += 10)
    result.roles["role-" + std::to_string(i)].guarantee.set_milli("cpus", part / 2);
  for (std::size_t i = 5; i < x.frameworks; i += 10)
    result.roles["role-" + std::to_string(i)].limit.set_milli("cpus", part);
  result.roles["absent"].guarantee.set_milli("cpus", 160 * static_cast<std::int64_t>(x.agents));
  return result;
}

void print(const char* what, double ms, double aim = 0) {
  std::printf("    %-46s %10.3f ms", what, ms);
  if (aim > 0)
    std::printf("  aim < %.0f ms: %s", aim, bench::verdict(ms < aim));
  std::printf("\n");
}

double ms_of(const std::function<void()>& f) {
  auto start = bench::clock::now();
  f();
  return 1000 * bench::seconds_since(start);
}

class cluster {
public:
  cluster(const size& x, shape how) : size_(x), shape_(how), book_(options_of(x, how)) {}

  void add_agents() {
    for (std::size_t i = 0; i < size_.agents; ++i) {
      agent_info info;
      info.id = agent_id{"agent-" + std::to_string(i)};
      info.total = total_;
      book_.add_agent(info);
    }
  }

  void add_frameworks() {
    for (std::size_t i = 0; i < size_.frameworks; ++i)
      book_.revive(framework_id{"framework-" + std::to_string(i)},
                   {shape_ != shape::one_role ? "role-" + std::to_string(i) : "*"});
  }

  /// Offers all that is free.
  void allocate() { keep(book_.allocate(now_)); }

  /// Ms to give back all of so many agents, far from each other, and to offer it anew.
  double change(std::size_t count) {
    std::vector<offer_plan> back;
    for (std::size_t i = 0; i < count; ++i) {
      next_ = (next_ + 7'919) % size_.agents;
      for (auto& x : std::exchange(offers_[next_], {}))
        back.push_back(std::move(x));
    }
    std::vector<offer_plan> plans;
    auto ms = ms_of([&] {
      for (const auto& x : back)
        book_.give_back(x.to, x.agent, x.available);
      plans = book_.allocate(now_);
    });
    keep(std::move(plans));
    return ms;
  }

  /// The median of several cycles.
  double cycle(std::size_t count, int repeats) {
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i)
      times.push_back(change(count));
    return bench::quantile(std::move(times), 0.5);
  }

  /// Ms for one agent to be offered to every framework, each declining it for a while.
  double decline_all() {
    for (auto& x : std::exchange(offers_[0], {}))
      book_.give_back(x.to, x.agent, x.available);
    return ms_of([&] {
      for (auto plans = book_.allocate(now_); !plans.empty(); plans = book_.allocate(now_))
        for (const auto& x : plans)
          book_.give_back(x.to, x.agent, x.available, now_ + std::chrono::hours{1});
    });
  }

  /// How many agents are not offered to anybody.
  std::size_t left() const {
    return static_cast<std::size_t>(
      std::count_if(offers_.begin(), offers_.end(), [](const auto& x) { return x.empty(); }));
  }

private:
  void keep(std::vector<offer_plan> plans) {
    for (auto& x : plans) {
      auto number = std::stoul(x.agent.str().substr(6));
      offers_[number].push_back(std::move(x));
    }
  }

  size size_;
  shape shape_;
  fair_allocator book_;
  time_point now_{};
  std::vector<std::vector<offer_plan>> offers_{size_.agents};  ///< by the agent's number
  std::size_t next_ = 0;
  resources total_ =
    std::get<resources>(resources::parse("cpus:16;mem:65536;disk:1048576;ports:[31000-32000]"));
};

/// @returns ms of a cycle with 100 changed agents.
double measure(const size& size, shape how) {
  std::printf("  %zu agents, %zu frameworks, %s\n", size.agents, size.frameworks, text_of(how));
  auto aims = aims_of(size, how);
  cluster x{size, how};
  auto before = bench::memory_mb(::getpid(), "VmRSS");
  print("add all agents", ms_of([&] { x.add_agents(); }));
  auto kb = 1024 * (bench::memory_mb(::getpid(), "VmRSS") - before);
  print("add all frameworks", ms_of([&] { x.add_frameworks(); }), aims.add_frameworks);
  print("offer everything to everybody", ms_of([&] { x.allocate(); }), aims.full);
  if (x.left() > (how == shape::quota ? size.agents / 10 : 0))
    throw std::runtime_error{"not all agents were offered"};
  print("1 % of the agents changed", x.cycle(size.agents / 100, cycles));
  auto hundred = x.cycle(100, cycles);
  print("100 agents changed", hundred);
  print("one agent changed", x.cycle(1, single_changes), 1);
  if (how != shape::quota)  // others would be offered instead
    print("one agent declined by all frameworks", x.decline_all());
  std::printf("    %-46s %10.3f KB\n", "memory per agent", kb / static_cast<double>(size.agents));
  return hundred;
}

/// The same in a process of its own, whose memory nobody has used before.
double measure_alone(const size& size, shape how) {
  int ends[2];
  if (::pipe(ends) != 0)
    throw std::system_error{errno, std::generic_category(), "pipe"};
  std::fflush(stdout);
  auto child = ::fork();
  if (child == 0) {
    double ms = -1;
    try {
      ms = measure(size, how);
    } catch (const std::exception& x) {
      std::printf("error: %s\n", x.what());
    }
    std::fflush(stdout);
    ::_exit(ms >= 0 && ::write(ends[1], &ms, sizeof ms) == sizeof ms ? 0 : 1);
  }
  ::close(ends[1]);
  double ms = 0;
  auto got = ::read(ends[0], &ms, sizeof ms);
  ::close(ends[0]);
  if (child < 0 || bench::wait_for(child) != 0 || got != sizeof ms)
    throw std::runtime_error{"a measurement failed"};
  return ms;
}

}  // namespace

int main() {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf("load average before: %s", bench::contents("/proc/loadavg").c_str());
  std::printf("agents of 16 cpus, 64 GB, 1 TB of disk, ports 31000-32000\n");
  try {
    for (auto how : {shape::one_role, shape::role_each, shape::quota}) {
      double small = 0;
      for (const auto& x : sizes) {
        auto ms = measure_alone(x, how);
        if (x.agents == 5'000)
          small = ms;
        if (x.agents == 50'000)
          std::printf("  100 agents changed, of 50,000 to of 5,000: %.2f  aim <= 2: %s\n",
                      ms / small, bench::verdict(ms <= 2 * small));
      }
    }
  } catch (const std::exception& x) {
    std::printf("error: %s\n", x.what());
    return 1;
  }
  return 0;
}

#include "plan.hpp"

#include <algorithm>
#include <sstream>

#include "config/units.hpp"
#include "dice.hpp"
#include "messages/constraints.hpp"

namespace entente::simulation {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

resources parse(const std::string& text) {
  return std::get<resources>(resources::parse(text));
}

milliseconds between(dice& x, milliseconds least, milliseconds most) {
  return least + milliseconds{x.below(static_cast<std::uint64_t>((most - least).count()) + 1)};
}

std::size_t hosts_of(const cluster_shape& x) {
  return 1 + x.agents.size() + x.frameworks.size();
}

cluster_shape make_shape(dice& x) {
  cluster_shape shape;
  for (auto n = 2 + x.below(4); n > 0; --n) {
    auto cpus = 2 + x.below(5);
    auto ports = 2 + x.below(9);
    agent_shape agent;
    agent.total = parse("cpus:" + std::to_string(cpus) + ";mem:" + std::to_string(cpus * 1000) +
                        ";ports:[31000-" + std::to_string(31000 + ports) + "]");
    agent.attributes["rack"] = x.chance(500) ? "r1" : "r2";
    if (x.chance(300))
      agent.attributes["ssd"] = "yes";
    shape.agents.push_back(std::move(agent));
  }
  for (auto n = 1 + x.below(3); n > 0; --n)
    shape.frameworks.push_back({x.chance(500) ? "eng" : "ops", between(x, 5s, 40s), x.chance(400)});
  shape.fan_out = x.chance(500) ? fan_out_mode::all : fan_out_mode::candidates;
  shape.in_order = x.chance(600);
  return shape;
}

/// How often, in seconds between two, things happen; 0: never.
struct climate {
  std::uint64_t claims = 4;
  std::uint64_t calls = 10;  ///< withdrawals and the like
  std::uint64_t crashes = 0;
  std::uint64_t cuts = 0;
  std::uint64_t weather = 0;
  bool master_crashes = false;
};

climate make_climate(dice& x) {
  switch (x.below(6)) {
  case 0:
    return {.claims = 2, .calls = 5};
  case 1:
    return {.claims = 3, .calls = 8, .weather = 15};
  case 2:
    return {.claims = 3, .calls = 8, .crashes = 12, .master_crashes = true};
  case 3:
    return {.claims = 3, .calls = 8, .cuts = 12};
  case 4:
    return {.claims = 4, .calls = 8, .crashes = 20, .weather = 20, .master_crashes = true};
  default:
    return {
      .claims = 2, .calls = 6, .crashes = 15, .cuts = 15, .weather = 15, .master_crashes = true};
  }
}

class planner {
public:
  explicit planner(std::uint64_t seed) : dice_(seed ^ 0x5eed) { plan_.seed = seed; }

  plan make() {
    plan_.shape = make_shape(dice_);
    plan_.faulty = between(dice_, 60s, 120s);
    auto climate = make_climate(dice_);
    for (std::size_t i = 0; i < frameworks(); ++i) {
      every(climate.claims, [&](milliseconds at) {
        add({at, event_kind::claim, i, 0, dice_.below(1'000'000)});
      });
      every(climate.calls, [&](milliseconds at) { add_call(at, i); });
    }
    every(climate.crashes, [&](milliseconds at) { add_crash(at, climate.master_crashes); });
    every(climate.cuts, [&](milliseconds at) { add_cut(at); });
    if (climate.weather > 0)
      add({0ms, event_kind::weather, 0, 0, dice_.below(1'000'000)});
    every(climate.weather, [&](milliseconds at) { add_weather(at); });
    std::stable_sort(plan_.events.begin(), plan_.events.end(),
                     [](const event& a, const event& b) { return a.at < b.at; });
    return std::move(plan_);
  }

private:
  std::size_t agents() const { return plan_.shape.agents.size(); }
  std::size_t frameworks() const { return plan_.shape.frameworks.size(); }
  void add(const event& x) { plan_.events.push_back(x); }

  template <class F>
  void every(std::uint64_t seconds, F f) {
    if (seconds == 0)
      return;
    for (auto at = between(dice_, 0s, 2s * seconds); at < plan_.faulty;
         at += between(dice_, 1ms, 2s * seconds))
      f(at);
  }

  void add_call(milliseconds at, std::size_t who) {
    constexpr event_kind usual[] = {event_kind::withdraw, event_kind::release,
                                    event_kind::release_slot, event_kind::kill};
    auto kind = dice_.chance(30) ? event_kind::leave : usual[dice_.below(4)];
    add({at, kind, who, 0, dice_.below(1000)});
  }

  void add_crash(milliseconds at, bool master_too) {
    // Some are back at once, some before they are missed, some after.
    auto away = dice_.chance(300) ? 0ms : between(dice_, 0s, dice_.chance(500) ? 5s : 40s);
    auto back = at + away;
    if (master_too && dice_.chance(400)) {
      add({at, event_kind::crash_master});
      add({std::min(back, at + 20s), event_kind::restart_master});
    } else if (dice_.chance(600)) {
      auto who = dice_.below(agents());
      add({at, event_kind::crash_agent, who});
      add({back, event_kind::restart_agent, who});
    } else {
      auto who = dice_.below(frameworks());
      add({at, event_kind::crash_framework, who});
      add({back, event_kind::restart_framework, who});
    }
  }

  void add_cut(milliseconds at) {
    auto hosts = hosts_of(plan_.shape);
    auto a = dice_.chance(800) ? 0 : dice_.below(hosts);
    auto b = dice_.below(hosts);
    if (a == b)
      return;
    add({at, dice_.chance(500) ? event_kind::cut : event_kind::sever, a, b});
    add({at + between(dice_, 100ms, dice_.chance(500) ? 5s : 40s), event_kind::heal, a, b});
  }

  void add_weather(milliseconds at) {
    if (dice_.chance(500))
      add({at, event_kind::weather, 0, 0, dice_.below(1'000'000)});
    else
      add({at, event_kind::slow, dice_.below(hosts_of(plan_.shape)), 0,
           dice_.chance(400) ? 0 : dice_.below(1500)});
  }

  dice dice_;
  plan plan_;
};

std::string host_text(std::size_t which, const cluster_shape& shape) {
  if (which == 0)
    return "m";
  if (which <= shape.agents.size())
    return "a" + std::to_string(which);
  return "f" + std::to_string(which - shape.agents.size());
}

std::string text_of(const order& x) {
  std::ostringstream out;
  const auto& claim = x.wanted;
  out << claim.count;
  if (claim.max_count > 0)
    out << " to " << claim.max_count;
  out << " of " << (claim.slot_class.empty() ? claim.limits.to_string() : claim.slot_class);
  if (claim.ports > 0)
    out << ", " << claim.ports << " ports";
  for (const auto& y : claim.constraints)
    out << ", " << to_string(y);
  if (claim.layout != placement::any)
    out << ", " << to_string(claim.layout);
  if (claim.max_per_agent > 0)
    out << ", at most " << claim.max_per_agent << " per agent";
  if (!claim.same_attribute.empty())
    out << ", in one " << claim.same_attribute;
  if (claim.priority != 0)
    out << ", priority " << claim.priority;
  if (claim.wait)
    out << ", waits " << claim.wait->count() << " ms";
  constexpr const char* launches[] = {"runs in all", "runs in some", "runs nothing"};
  constexpr const char* ends[] = {"gives all back", "gives back slot by slot",
                                  "gives nothing back"};
  out << "; " << launches[static_cast<int>(x.use.ranks)] << " after " << x.use.thinks.count()
      << " ms";
  if (x.use.task_time > 0ms)
    out << " for " << x.use.task_time.count() << " ms";
  else
    out << " to the end";
  out << (x.use.stubborn ? ", ignores SIGTERM, " : ", ") << ends[static_cast<int>(x.use.then)];
  return out.str();
}

std::string text_of(const order_to_agent& x) {
  if (x.deactivates)
    return " is deactivated";
  return x.deadline ? " is drained within " + std::to_string(x.deadline->count()) + " ms"
                    : " is drained";
}

std::string text_of(agent_crash x) {
  constexpr const char* texts[] = {" is killed", " is restarted with its machine",
                                   " crashes and loses its disk"};
  return texts[static_cast<int>(x)];
}

std::string text_of(const faults& x) {
  std::ostringstream out;
  out << "of 1000 messages " << x.drop << " lost, " << x.duplicate << " doubled, " << x.delay
      << " delayed by up to " << x.longest.count() << " ms";
  return out.str();
}

/// One in so many clusters has quota; none of those that end with a stream of claims has.
constexpr std::uint64_t quotas_each = 4;

/// Some clusters have weights, a limit, and a guarantee that is taken back for.
std::map<std::string, role_options> roles_of_seed(std::uint64_t seed) {
  std::map<std::string, role_options> result;
  if (seed % quotas_each != 1)
    return result;
  dice x{seed};
  result["eng"].weight = static_cast<double>(1 + x.below(4));
  result["eng"].limit = parse(x.chance(500) ? "cpus:4" : "cpus:3;mem:1500");
  result["ops"].guarantee = parse(x.chance(500) ? "cpus:1" : "cpus:2;mem:500");
  result["ops"].preempts = x.chance(700);
  return result;
}

void sort(plan& x) {
  std::stable_sort(x.events.begin(), x.events.end(),
                   [](const event& a, const event& b) { return a.at < b.at; });
}

/// In some runs links to agents break again and again, mostly for less than the agent time-out:
/// they come back in the life in which they went.
void add_breaks(plan& x) {
  dice chance{x.seed ^ 0xb4ea};
  if (chance.below(3) == 0)
    return;
  for (auto at = between(chance, 1s, 20s); at < x.faulty; at += between(chance, 1s, 20s)) {
    auto agent = 1 + chance.below(x.shape.agents.size());
    auto away = chance.chance(850) ? between(chance, 50ms, 6s) : between(chance, 15s, 40s);
    x.events.push_back({at, event_kind::sever, 0, agent});
    x.events.push_back({at + away, event_kind::heal, 0, agent});
  }
  sort(x);
}

/// In some runs operators take agents out of use.
void add_drains(plan& x) {
  dice chance{x.seed ^ 0xd4a15};
  if (!chance.chance(350))
    return;
  for (auto at = between(chance, 1s, 30s); at < x.faulty; at += between(chance, 1s, 30s)) {
    auto who = chance.below(x.shape.agents.size());
    x.events.push_back({at, event_kind::drain, who, 0, chance.below(1000)});
    x.events.push_back({at + between(chance, 10ms, 20s), event_kind::undrain, who});
  }
  sort(x);
}

void choose_crashes(plan& x) {
  dice chance{x.seed ^ 0xc4a54};
  for (auto& event : x.events)
    if (event.kind == event_kind::crash_agent)
      event.number = chance.below(10);
}

void make_some_aware(plan& x) {
  dice chance{x.seed ^ 0xa3a4e};
  for (auto& framework : x.shape.frameworks)
    framework.partition_aware = chance.chance(400);
}

}  // namespace

plan make_plan(std::uint64_t seed) {
  auto result = planner{seed}.make();
  result.shape.roles = roles_of_seed(seed);
  make_some_aware(result);
  add_breaks(result);
  add_drains(result);
  choose_crashes(result);
  return result;
}

order_to_agent order_to_agent_of(std::uint64_t number) {
  if (number % 4 == 0)
    return {true, {}};
  return {false, number % 4 == 1 ? std::nullopt : std::optional{milliseconds{number * 10}}};
}

agent_crash crash_of(std::uint64_t number) {
  if (number < 6)
    return agent_crash::process;
  return number < 8 ? agent_crash::machine : agent_crash::disk;
}

order order_of(std::uint64_t number) {
  dice x{number};
  order result;
  auto& claim = result.wanted;
  claim.count = static_cast<std::uint32_t>(1 + x.below(x.chance(300) ? 8 : 3));
  if (x.chance(300))
    claim.max_count = claim.count + static_cast<std::uint32_t>(x.below(4));
  constexpr const char* limits[] = {"cpus:0.5;mem:300", "cpus:1", "cpus:1;mem:1000",
                                    "cpus:2;mem:100"};
  if (x.chance(200))
    claim.slot_class = "small";
  else
    claim.limits = parse(limits[x.below(4)]);
  if (x.chance(400))
    claim.ports = static_cast<std::uint32_t>(1 + x.below(2));
  if (x.chance(150))
    claim.constraints.push_back(
      {"rack", x.chance(500) ? constraint_op::equals : constraint_op::not_equals, {"r1"}});
  claim.layout = static_cast<placement>(x.below(placement_count));
  if (x.chance(200))
    claim.max_per_agent = static_cast<std::uint32_t>(1 + x.below(3));
  if (x.chance(150))
    claim.same_attribute = "rack";
  if (x.chance(200))
    claim.preferences.push_back({{"ssd", constraint_op::exists, {}}, 10});
  if (x.chance(600))
    claim.wait = x.chance(300) ? 0ms : between(x, 100ms, 30s);
  if (x.chance(200))
    claim.priority = static_cast<std::int32_t>(x.below(5)) - 2;
  claim.preemptible = number % 3 == 0;

  auto& use = result.use;
  constexpr usage::launch launches[] = {usage::launch::all, usage::launch::all, usage::launch::all,
                                        usage::launch::some, usage::launch::none};
  use.ranks = launches[x.below(5)];
  use.thinks = x.chance(500) ? 0ms : between(x, 1ms, 4s);
  use.task_time = x.chance(150) ? 0ms : between(x, 1ms, 20s);
  use.stubborn = x.chance(200);
  constexpr usage::afterwards ends[] = {usage::afterwards::give_back, usage::afterwards::give_back,
                                        usage::afterwards::give_back_one_by_one,
                                        usage::afterwards::keep};
  use.then = ends[x.below(4)];
  return result;
}

faults weather_of(std::uint64_t number, bool in_order) {
  dice x{number};
  constexpr unsigned drops[] = {0, 0, 10, 50, 200};
  constexpr unsigned duplicates[] = {0, 20, 100, 300};
  constexpr unsigned delays[] = {0, 100, 500, 1000};
  constexpr milliseconds longest[] = {5ms, 50ms, 400ms, 3000ms};
  faults result;
  result.drop = drops[x.below(5)];
  result.duplicate = duplicates[x.below(4)];
  result.delay = delays[x.below(4)];
  result.longest = longest[x.below(4)];
  result.in_order = in_order;
  return result;
}

std::string to_string(const cluster_shape& x) {
  std::ostringstream out;
  for (const auto& agent : x.agents) {
    out << agent.total;
    for (const auto& [name, value] : agent.attributes)
      out << ' ' << name << '=' << value;
    out << "; ";
  }
  for (const auto& framework : x.frameworks)
    out << framework.role << (framework.takes_offers ? " takes offers" : "")
        << (framework.partition_aware ? " is partition aware" : "") << " fails over in "
        << framework.failover_timeout.count() << " ms; ";
  for (const auto& [name, role] : x.roles)
    out << name << " weighs " << role.weight << ", is guaranteed {" << role.guarantee
        << "}, limited to {" << role.limit << '}' << (role.preempts ? ", preempts; " : "; ");
  out << "asks " << (x.fan_out == fan_out_mode::all ? "all" : "candidates") << ", links "
      << (x.in_order ? "in order" : "not in order");
  return out.str();
}

std::string to_string(const event& x, const cluster_shape& shape) {
  auto framework = "f" + std::to_string(x.who + 1);
  auto agent = "a" + std::to_string(x.who + 1);
  auto link = host_text(x.who, shape) + ' ' + host_text(x.other, shape);
  auto which = " number " + std::to_string(x.number);
  auto text = [&]() -> std::string {
    switch (x.kind) {
    case event_kind::claim:
      return framework + " claims " + text_of(order_of(x.number));
    case event_kind::withdraw:
      return framework + " withdraws claim" + which;
    case event_kind::release:
      return framework + " gives back grant" + which;
    case event_kind::release_slot:
      return framework + " gives back a slot of grant" + which;
    case event_kind::kill:
      return framework + " kills task" + which;
    case event_kind::leave:
      return framework + " leaves";
    case event_kind::crash_framework:
      return framework + " crashes";
    case event_kind::restart_framework:
      return framework + " is back";
    case event_kind::crash_agent:
      return agent + text_of(crash_of(x.number));
    case event_kind::restart_agent:
      return agent + " is back";
    case event_kind::drain:
      return agent + text_of(order_to_agent_of(x.number));
    case event_kind::undrain:
      return agent + " is put into use";
    case event_kind::crash_master:
      return "m crashes";
    case event_kind::restart_master:
      return "m is back";
    case event_kind::cut:
      return "cut " + link;
    case event_kind::sever:
      return "sever " + link;
    case event_kind::heal:
      return "heal " + link;
    case event_kind::weather:
      return text_of(weather_of(x.number, shape.in_order));
    case event_kind::slow:
      return host_text(x.who, shape) + " is slow by up to " + std::to_string(x.number) + " ms";
    }
    return {};
  };
  std::ostringstream out;
  out << x.at.count() << " ms: " << text();
  return out.str();
}

}  // namespace entente::simulation

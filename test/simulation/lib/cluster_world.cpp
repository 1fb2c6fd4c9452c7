#include "cluster_world.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>
#include <utility>

#include "actors/agent/agent.hpp"
#include "actors/master/master.hpp"

namespace entente::simulation {

namespace {

using namespace std::chrono_literals;

/// One in so many runs ends with a stream of claims: it takes as long as all the rest.
constexpr std::uint64_t streams_each = 8;
constexpr auto agent_timeout = 20s;
constexpr auto unused_grant_timeout = 15s;
constexpr auto preemption_notice = 3s;
/// One in so many runs has masters that write nothing down.
constexpr std::uint64_t forgetful_each = 4;
/// One in so many has agents that write nothing down.
constexpr std::uint64_t forgetful_agents_each = 5;
/// Of a thousand attempts to write something down while there is room, so many find none.
constexpr unsigned full_disks = 20;
/// How soon those that have lost their master hear of the next one.
constexpr auto detection_interval = 500ms;
/// After the last fault: the longest failover time-out, then what a new master waits for agents,
/// then an unused grant's time, with what it takes to tell.
constexpr auto silence = 40s + agent_timeout + unused_grant_timeout + 10s;
/// A slot that is given back is free after its task's grace, what its end takes, and two reports.
constexpr auto rest = 8s;
/// Every claim that waits may be served in turn, with tasks of 20 s: more means that it never ends.
constexpr int most_rests = 250;
/// In which everything ends that there is at the end of a run.
constexpr auto end_of_work = 150s;

cluster_options master_options(const cluster_shape& shape, std::uint64_t life) {
  cluster_options result;
  result.name = "simulated";
  result.version = "0";
  result.id_prefix = "M" + std::to_string(life);
  result.offer_timeout = 10s;
  result.agent_timeout = agent_timeout;
  result.report_interval = 2s;
  result.roles = shape.roles;
  result.preemption_notice = preemption_notice;
  result.agreement.fan_out = shape.fan_out;
  result.agreement.set_aside_after = set_aside_after;
  result.agreement.unused_grant_timeout = unused_grant_timeout;
  result.slot_classes["small"] = std::get<resources>(resources::parse("cpus:0.5;mem:400"));
  return result;
}

}  // namespace

cluster_world::cluster_world(plan what, std::ostream* out)
    : plan_(std::move(what)), disk_({plan_.seed, full_disks}), world_(plan_.seed) {
  world_.log.write_to(out);
  world_.net.observe([this](const caf::message& x, network::fate y) { count(x, y); });
  world_.net.on_exception([this](const std::string& name) {
    result_.violated("no actor fails", name + " has ended by an exception");
  });
  start_ = world_.run.now();
  world_.net.add_host("m");
  add_agents();
  add_frameworks();
}

// -- the cluster ----------------------------------------------------------------------------

void cluster_world::add_agents() {
  for (const auto& shape : plan_.shape.agents) {
    auto& x = agents_.emplace_back();
    auto name = "a" + std::to_string(agents_.size());
    x.id = agent_id{name};
    x.info = {x.id, name + ".sim", {}, shape.total, shape.attributes};
    x.where = world_.net.add_host(name);
    x.box = std::make_unique<machine>(world_.chance, result_, [this, &x](duration time, auto what) {
      agenda_.add(world_.run.now() + time,
                  [this, where = x.where, what] { world_.run.on(where, what); });
    });
    if (plan_.seed % forgetful_agents_each != 0)
      x.written =
        std::make_unique<notes>(plan_.seed, disk_room{plan_.seed + agents_.size(), full_disks});
  }
}

void cluster_world::add_frameworks() {
  for (const auto& shape : plan_.shape.frameworks) {
    auto& x = frameworks_.emplace_back();
    auto name = "f" + std::to_string(frameworks_.size());
    x.where = world_.net.add_host(name);
    x.app = std::make_unique<application>(name, shape, surroundings_at(x.where));
  }
}

surroundings cluster_world::surroundings_at(host where) {
  return {[this, where](duration time, auto what) { later(where, time, std::move(what)); },
          world_.chance, ledgers_, result_, counts_};
}

void cluster_world::later(host where, duration time, std::function<void()> what) {
  agenda_.add(world_.run.now() + time, [this, where, life = world_.net.life(where), what] {
    if (world_.net.alive(where) && world_.net.life(where) == life)
      world_.run.on(where, what);
  });
}

void cluster_world::start_master() {
  auto options = master_options(plan_.shape, ++masters_);
  master_registry durable;
  if (plan_.seed % forgetful_each != 0)
    durable = {disk_.open(), wall_time{elapsed()}};
  master_ = world_.run.on(
    0, [&] { return spawn_master(world_.system, std::move(options), {}, std::move(durable)); });
}

void cluster_world::start_agent(agent_host& x) {
  agent_options options;
  options.info = x.info;
  options.life = ++x.lives;
  if (x.written)
    options.memory = x.written->open(x.info, world_.run.now());
  options.runner = x.box->runner();
  options.outlives_master = true;
  options.audit = [this, &x](const agent_book& book) {
    x.held = book.accounts().sums().held;
    x.allocated = book.accounts().sums().allocated;
    ledgers_.audit(x.id, book, *x.box);
  };
  x.held = {};
  x.allocated = {};
  x.told = nullptr;
  x.actor = world_.run.on(
    x.where, [&] { return spawn_agent(world_.system, master_for_agents{}, std::move(options)); });
}

void cluster_world::start_framework(framework_host& x) {
  if (x.app->ended())
    return;
  auto master = master_for_frameworks{world_.net.stand_in(x.where, master_, 0)};
  x.told = caf::actor_cast<caf::strong_actor_ptr>(master);
  world_.run.on(x.where, [&] { x.app->start(world_.system, master); });
}

void cluster_world::crash(host x) {
  if (!world_.net.alive(x))
    return;
  world_.net.crash(x);
  for (auto& y : frameworks_)
    if (y.where == x)
      y.app->crash();
}

void cluster_world::crash_agent(agent_host& x, std::uint64_t how) {
  if (!world_.net.alive(x.where))
    return;
  crash(x.where);
  x.actor = nullptr;
  auto what = x.written && !x.written->is_lost() ? crash_of(how) : agent_crash::disk;
  switch (what) {
  case agent_crash::process:
    return x.box->lose_agent();
  case agent_crash::machine:
    x.box->restart();
    return x.written->machine_restarts();
  case agent_crash::disk:
    x.box->crash();
    if (x.written)
      x.written->lose();
  }
}

void cluster_world::detect_masters() {
  auto& net = world_.net;
  // What stands for the master where it was told before: the same, unless that is gone.
  auto is_news = [&](host where, caf::strong_actor_ptr& told) {
    if (!net.alive(0) || !net.alive(where) || !net.connected(0, where))
      return false;
    auto now = net.stand_in(where, caf::actor_cast<caf::strong_actor_ptr>(master_), 0);
    return std::exchange(told, now) != now;
  };
  for (auto& x : agents_)
    if (x.actor && is_news(x.where, x.told))
      world_.run.on(x.where, [&] {
        caf::anon_send(x.actor, caf::connect_atom_v, caf::actor_cast<master_for_agents>(x.told));
      });
  for (auto& x : frameworks_)
    if (x.app->driver() && is_news(x.where, x.told))
      world_.run.on(x.where, [&] {
        caf::anon_send(x.app->driver(), caf::connect_atom_v,
                       caf::actor_cast<master_for_frameworks>(x.told));
      });
  agenda_.add(world_.run.now() + detection_interval, [this] { detect_masters(); });
}

void cluster_world::count(const caf::message& x, network::fate what) {
  ++messages_;
  lost_ += what == network::fate::is_lost;
  doubled_ += what == network::fate::departs_twice;
  solicits_ += x.match_elements<solicit>();
  confirms_ += x.match_elements<confirm>();
}

// -- time -----------------------------------------------------------------------------------

void cluster_world::go_to(network::time_point time) {
  while (!failed()) {
    auto next = std::min(agenda_.next().value_or(time), time);
    while (!failed() && world_.run.step(next)) {
    }
    if (failed())
      return;
    world_.run.run_for(next - world_.run.now());
    if (!agenda_.next() || *agenda_.next() > time)
      return;
    agenda_.take()();
  }
}

// -- the parts of a run -----------------------------------------------------------------------

report cluster_world::run() {
  try {
    run_plan();
    heal_all();
    go_on(silence);
    come_to_rest();
    if (!failed())
      check_books();
    if (!failed())
      wind_down();
    if (!failed() && plan_.seed % streams_each == 0)
      check_fairness();
  } catch (const std::exception& x) {
    result_.violated("P3", x.what());
  }
  counts_["messages"] = messages_;
  counts_["messages lost"] = lost_;
  counts_["messages doubled"] = doubled_;
  counts_["solicits"] = solicits_;
  counts_["confirms"] = confirms_;
  counts_["registry writes that failed"] = disk_.room().failures();
  for (const auto& x : agents_)
    if (x.written) {
      counts_["agents' writes that failed"] += x.written->room().failures();
      counts_["recoveries of agents"] += x.written->recoveries();
    }
  counts_["steps"] = world_.run.steps();
  counts_["simulated seconds"] =
    static_cast<std::uint64_t>((world_.run.now() - start_) / std::chrono::seconds{1});
  return {result_.violation(), std::chrono::duration_cast<duration>(world_.run.now() - start_),
          world_.log.hash(), counts_};
}

void cluster_world::run_plan() {
  start_master();
  for (auto& x : agents_)
    start_agent(x);
  for (auto& x : frameworks_)
    start_framework(x);
  world_.net.set_faults({.in_order = plan_.shape.in_order});
  for (const auto& x : plan_.events)
    agenda_.add(start_ + x.at, [this, &x] { apply(x); });
  detect_masters();
  go_to(start_ + plan_.faulty);
}

void cluster_world::apply(const event& x) {
  world_.log.note("event", to_string(x, plan_.shape));
  auto app = [&]() -> application& { return *frameworks_[x.who].app; };
  auto there = [&](auto f) {
    if (x.who < frameworks_.size() && app().driver())
      world_.run.on(frameworks_[x.who].where, f);
  };
  switch (x.kind) {
  case event_kind::claim:
    return there([&] { app().claim_slots(order_of(x.number)); });
  case event_kind::withdraw:
    return there([&] { app().withdraw(x.number); });
  case event_kind::release:
    return there([&] { app().release(x.number); });
  case event_kind::release_slot:
    return there([&] { app().release_slot(x.number); });
  case event_kind::kill:
    return there([&] { app().kill(x.number); });
  case event_kind::leave:
    return there([&] { app().leave(); });
  case event_kind::drain:
    ++counts_["drains"];
    return drain(agents_[x.who].id, order_to_agent_of(x.number));
  case event_kind::undrain:
    return undrain(agents_[x.who].id);
  default:
    return apply_to_host(x);
  }
}

/// Operators sit where the master is.
void cluster_world::drain(const agent_id& agent, const order_to_agent& how) {
  if (!world_.net.alive(0))
    return;
  world_.run.on(0, [&] {
    if (how.deactivates)
      caf::anon_send(master_, deactivate_agent{agent});
    else
      caf::anon_send(master_, drain_agent{agent, how.deadline});
  });
}

void cluster_world::undrain(const agent_id& agent) {
  if (!world_.net.alive(0))
    return;
  world_.run.on(0, [&] {
    caf::anon_send(master_, undrain_agent{agent});
    caf::anon_send(master_, reactivate_agent{agent});
  });
}

void cluster_world::apply_to_host(const event& x) {
  auto& net = world_.net;
  auto is_back = [&](host where) {
    if (net.alive(where))
      return false;
    net.restart(where);
    return true;
  };
  switch (x.kind) {
  case event_kind::crash_framework:
    ++counts_["crashes of frameworks"];
    return crash(frameworks_[x.who].where);
  case event_kind::crash_agent:
    ++counts_["crashes of agents"];
    return crash_agent(agents_[x.who], x.number);
  case event_kind::crash_master:
    ++counts_["crashes of masters"];
    return crash(0);
  case event_kind::restart_framework:
    if (is_back(frameworks_[x.who].where))
      start_framework(frameworks_[x.who]);
    return;
  case event_kind::restart_agent:
    if (is_back(agents_[x.who].where))
      start_agent(agents_[x.who]);
    return;
  case event_kind::restart_master:
    if (is_back(0))
      start_master();
    return;
  case event_kind::cut:
    ++counts_["cuts"];
    return net.cut(x.who, x.other);
  case event_kind::sever:
    ++counts_["cuts"];
    return net.sever(x.who, x.other);
  case event_kind::heal:
    return net.heal(x.who, x.other);
  case event_kind::weather:
    return net.set_faults(weather_of(x.number, plan_.shape.in_order));
  case event_kind::slow:
    return net.slow_down(x.who, duration{x.number});
  default:
    return;
  }
}

void cluster_world::make_room() {
  disk_.room().make();
  for (auto& x : agents_)
    if (x.written)
      x.written->room().make();
}

void cluster_world::heal_all() {
  world_.log.note("everything heals");
  world_.net.heal_all();
  world_.net.set_faults({.in_order = plan_.shape.in_order});
  make_room();
  for (host x = 0; x <= agents_.size() + frameworks_.size(); ++x)
    world_.net.slow_down(x, 0ms);
  apply_to_host({{}, event_kind::restart_master});
  for (std::size_t i = 0; i < agents_.size(); ++i)
    apply_to_host({{}, event_kind::restart_agent, i});
  for (std::size_t i = 0; i < frameworks_.size(); ++i)
    apply_to_host({{}, event_kind::restart_framework, i});
  // A master whose disk was full refuses that until it has written what waits.
  agenda_.add(world_.run.now() + rest, [this] {
    for (const auto& x : agents_)
      undrain(x.id);
  });
}

void cluster_world::come_to_rest() {
  auto given_back = [this] {
    return counts_["slots given back"] + counts_["grants given back"] +
           counts_["grants ended by the master"];
  };
  for (int i = 0; i < most_rests && !failed(); ++i) {
    auto before = given_back();
    go_on(rest);
    if (given_back() == before)
      return;
  }
  result_.violated("P3", "the cluster never comes to rest");
}

void cluster_world::wind_down() {
  world_.log.note("all work ends");
  for (auto& x : agents_)
    world_.run.on(x.where, [&] { x.box->wind_down(); });
  for (auto& x : frameworks_)
    world_.run.on(x.where, [&] { x.app->wind_down(!plan_.shape.roles.empty()); });
  go_on(end_of_work);
  if (!failed())
    check_nothing_left();
}

}  // namespace entente::simulation

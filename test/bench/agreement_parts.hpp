#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/io/middleman.hpp>
#include <caf/policy/select_all.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "actors/agent/agent.hpp"
#include "actors/master/master.hpp"
#include "program.hpp"
#include "support/idle_runner.hpp"

/// The clusters and the bare fan-out that bench/agreement.cpp measures.
namespace bench::agreement {

using namespace entente;
using namespace std::chrono_literals;

constexpr auto limit = 120s;

inline resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

inline agent_options options_of(std::size_t number) {
  agent_options options;
  options.info.id = agent_id{"a" + std::to_string(number)};
  options.info.hostname = "host" + std::to_string(number);
  options.info.total = parse("cpus:64;mem:65536");
  // What is measured is agreement.
  options.runner = [](task_runner::event_callback) {
    return std::make_unique<test::idle_runner>();
  };
  return options;
}

/// Hands one value from an actor to the thread that waits for it.
template <class T>
class mailbox {
public:
  void put(T value) {
    std::lock_guard guard{mutex_};
    values_.push_back(std::move(value));
    changed_.notify_one();
  }

  T take() {
    std::unique_lock guard{mutex_};
    if (!changed_.wait_for(guard, limit, [this] { return !values_.empty(); }))
      throw std::runtime_error{"nothing happens any more"};
    T value = std::move(values_.front());
    values_.erase(values_.begin());
    return value;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<T> values_;
};

// -- a framework ----------------------------------------------------------------------

/// Claims when it is told to, gives the grant back at once, and says how long the claim took.
struct claimer_state {
  scheduler_actor::pointer self;
  master_actor master;
  std::shared_ptr<mailbox<double>> times;
  framework_id id;
  clock::time_point start;
  std::uint64_t claims = 0;
  std::uint32_t slots = 0;
  std::uint64_t left = 0;

  claimer_state(scheduler_actor::pointer self_ptr, master_actor to,
                std::shared_ptr<mailbox<double>> out)
      : self(self_ptr), master(std::move(to)), times(std::move(out)) {
    framework_info info;
    info.name = "claimer";
    info.wants_offers = false;
    auto me = caf::actor_cast<scheduler_actor>(self->address());
    self->request(master, limit, subscribe{info}, me).then([this](const subscribed& x) {
      id = x.framework;
      times->put(0);
    });
  }

  scheduler_actor::behavior_type make_behavior() {
    return {
      [](const subscribed&) {},
      [](const resource_offers&) {},
      [](const offer_rescinded&) {},
      // To claim: as many slots as the exit code says, as often as the sequence says.
      [this](const status_update& x) {
        slots = static_cast<std::uint32_t>(x.exit_code.value_or(1));
        left = x.sequence;
        claim_next();
      },
      [](const agent_lost&) {},
      [this](const claim_granted& x) { on_granted(x.grant); },
      [this](const claim_refused&) { times->put(-1); },
      [](const grant_ended&) {},
      [](const grant_recalled&) {},
      [](const pool_changed&) {},
      [](const framework_error&) {},
    };
  }

  void claim_next() {
    claim x;
    x.id = claim_id{"c" + std::to_string(++claims)};
    x.count = slots;
    x.layout = placement::spread;
    x.limits.set_milli("cpus", 1000);
    x.limits.set_milli("mem", 1'000'000);
    start = clock::now();
    self->send(master, claim_slots{id, std::move(x), 0});
  }

  void on_granted(const grant& x) {
    auto took = 1e6 * seconds_since(start);
    self->send(master, release_grant{id, x.id, {}, 0});
    if (--left == 0)
      times->put(took);
    else
      claim_next();
  }
};
using claimer_impl = scheduler_actor::stateful_impl<claimer_state>;

class claimer {
public:
  claimer(caf::actor_system& system, const master_actor& master)
      : times_(std::make_shared<mailbox<double>>()),
        actor_(system.spawn<claimer_impl>(master, times_)) {
    times_->take();
  }
  ~claimer() { caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown); }
  claimer(const claimer&) = delete;
  claimer& operator=(const claimer&) = delete;

  void begin(std::uint32_t slots, std::uint64_t claims) {
    status_update order;
    order.exit_code = static_cast<std::int32_t>(slots);
    order.sequence = claims;
    caf::anon_send(actor_, order);
  }

  /// Waits for the last of the claims. @returns what it took, in us.
  double end() {
    auto took = times_->take();
    if (took < 0)
      throw std::runtime_error{"a claim was refused"};
    return took;
  }

private:
  std::shared_ptr<mailbox<double>> times_;
  scheduler_actor actor_;
};

// -- the floor ------------------------------------------------------------------------

/// An agent that always says yes, and keeps no book.
inline agent_actor::behavior_type yes_sayer(agent_actor::pointer, const agent_id& id) {
  return {
    [id](const solicit& x) { return bid{x.round, id, x.wanted, 500, {}, bid_refusal::none}; },
    [id](const confirm& x) {
      return confirmed{x.round, id, bid_refusal::none, 1};
    },
    [](const release&) {},
    [](const launch_tasks&) {},
    [](const kill_task&) {},
    [](const shutdown_framework&) {},
    [](const acknowledge&) {},
    [](const read_output&) { return output_chunk{}; },
  };
}

/// CAF's own fan-out of the messages of a round, to actors that do nothing.
class fan_out {
public:
  fan_out(caf::actor_system& system, std::size_t agents) : self_(system) {
    for (std::size_t i = 0; i < agents; ++i)
      parties_.push_back(system.spawn(yes_sayer, agent_id{"a" + std::to_string(i)}));
  }
  fan_out(caf::actor_system& system, std::vector<agent_actor> parties)
      : parties_(std::move(parties)), self_(system) {}
  ~fan_out() {
    for (const auto& x : parties_)
      self_->send_exit(x, caf::exit_reason::user_shutdown);
  }
  fan_out(const fan_out&) = delete;
  fan_out& operator=(const fan_out&) = delete;

  /// @returns the time in us of a solicit to all, and then a confirm to the winners.
  double run(std::uint32_t winners) {
    auto done = std::make_shared<mailbox<double>>();
    auto count = std::min<std::size_t>(winners, parties_.size());
    self_->system().spawn([this, done, count](caf::event_based_actor* self) {
      solicit question{round_id{"r"}, framework_id{"f"}, parse("cpus:1;mem:1000"), 0, 1, {}, 2s};
      auto start = clock::now();
      self->fan_out_request<caf::policy::select_all>(parties_, limit, question)
        .then(
          [=, this](std::vector<bid>) {
            std::vector<agent_actor> chosen(parties_.begin(),
                                            parties_.begin() + static_cast<long>(count));
            confirm second{round_id{"r"}, framework_id{"f"}, claim_id{"c"}, {}, 1, {}, 60s};
            std::vector<grant_member> members;
            for (const auto& x : chosen)
              members.push_back({agent_id{std::to_string(x.id())}, 1});
            second.members = std::move(members);
            self->fan_out_request<caf::policy::select_all>(chosen, limit, second)
              .then([=](std::vector<confirmed>) { done->put(1e6 * seconds_since(start)); },
                    [=](const caf::error&) { done->put(-1); });
          },
          [=](const caf::error&) { done->put(-1); });
    });
    auto took = done->take();
    if (took < 0)
      throw std::runtime_error{"the fan-out failed"};
    return took;
  }

private:
  std::vector<agent_actor> parties_;
  caf::scoped_actor self_;
};

// -- clusters ---------------------------------------------------------------------------

struct system_config : caf::actor_system_config {
  system_config() {
    load<caf::io::middleman>();
    set("caf.scheduler.policy", "sharing");
    set("caf.scheduler.max-threads", 2);
  }
};

class cluster_base {
public:
  explicit cluster_base(fan_out_mode mode) {
    cluster_options options;
    options.id_prefix = "m";
    options.version = "bench";
    options.agreement.fan_out = mode;
    options.report_interval = 1h;
    options.agent_timeout = 10h;
    options.registration_rate = 0;  // Agents that come are not what is measured.
    master = spawn_master(system, std::move(options));
  }
  ~cluster_base() { caf::anon_send_exit(master, caf::exit_reason::kill); }
  cluster_base(const cluster_base&) = delete;
  cluster_base& operator=(const cluster_base&) = delete;

  void wait_for_agents(std::size_t agents) {
    caf::scoped_actor self{system};
    std::uint64_t there = 0;
    auto start = clock::now();
    while (there < agents) {
      if (seconds_since(start) > 120)
        throw std::runtime_error{"the agents do not register"};
      self->request(master, limit, query{listing::summary})
        .receive([&](const cluster_view& x) { there = x.summary.agents; },
                 [](const caf::error& x) { throw std::runtime_error{caf::to_string(x)}; });
    }
  }

  double claim_once(std::uint32_t slots) {
    if (!framework)
      framework = std::make_unique<claimer>(system, master);
    framework->begin(slots, 1);
    return framework->end();
  }

  system_config config;
  caf::actor_system system{config};
  master_actor master;
  std::unique_ptr<claimer> framework;
};

class cluster_in_process : public cluster_base {
public:
  cluster_in_process(std::size_t agents, fan_out_mode mode) : cluster_base(mode) {
    for (std::size_t i = 0; i < agents; ++i)
      agents_.push_back(spawn_agent(system, master, options_of(i)));
    wait_for_agents(agents);
  }
  ~cluster_in_process() {
    framework.reset();
    for (const auto& x : agents_)
      caf::anon_send_exit(x, caf::exit_reason::kill);
  }

  double claims_a_second(std::size_t clients, std::uint64_t claims) {
    std::vector<std::unique_ptr<claimer>> all;
    for (std::size_t i = 0; i < clients; ++i)
      all.push_back(std::make_unique<claimer>(system, master));
    auto start = clock::now();
    for (auto& x : all)
      x->begin(4, claims / clients);
    for (auto& x : all)
      x->end();
    return static_cast<double>(claims / clients * clients) / seconds_since(start);
  }

private:
  std::vector<local_agent_actor> agents_;
};

/// Collects the yes-sayers of the other process.
inline master_for_agents::behavior_type collector(master_for_agents::pointer,
                                                  std::shared_ptr<mailbox<agent_actor>> out) {
  return {
    [out](const register_agent& x, const agent_actor& y) {
      out->put(y);
      return agent_registered{x.info.id, {}, {}, 1h};
    },
    [](const released&) {},
    [](const unregister_agent&) {},
    [](const status_update&) {},
  };
}

/// In the other process: agents for one port, yes-sayers for the other, until the master is gone.
inline int serve_agents(std::size_t agents, std::uint16_t port, std::uint16_t port_of_collector) {
  system_config config;
  caf::actor_system system{config};
  caf::scoped_actor self{system};
  auto& net = system.middleman();
  auto master = net.remote_actor<master_for_agents>("127.0.0.1", port);
  auto collects = net.remote_actor<master_for_agents>("127.0.0.1", port_of_collector);
  if (!master || !collects)
    return 1;
  std::vector<caf::actor> all;
  for (std::size_t i = 0; i < agents; ++i) {
    all.push_back(caf::actor_cast<caf::actor>(spawn_agent(system, *master, options_of(i))));
    auto says_yes = system.spawn(yes_sayer, options_of(i).info.id);
    self->send(*collects, register_agent{options_of(i).info, 0, 0}, says_yes);
    all.push_back(caf::actor_cast<caf::actor>(says_yes));
  }
  self->monitor(*master);
  self->receive([](const caf::down_msg&) {});
  for (const auto& x : all)
    caf::anon_send_exit(x, caf::exit_reason::kill);
  return 0;
}

/// A master here, its agents and as many yes-sayers in another process.
class cluster_over_tcp : public cluster_base {
public:
  cluster_over_tcp(const std::string& program, std::size_t agents)
      : cluster_base(fan_out_mode::all) {
    auto out = std::make_shared<mailbox<agent_actor>>();
    collects_ = system.spawn(collector, out);
    auto& net = system.middleman();
    auto port = net.publish(master, 0, "127.0.0.1");
    auto port_of_collector = net.publish(collects_, 0, "127.0.0.1");
    if (!port || !port_of_collector)
      throw std::runtime_error{"cannot listen"};
    child_ = spawn({program, "agents", std::to_string(agents), std::to_string(*port),
                    std::to_string(*port_of_collector)});
    std::vector<agent_actor> parties;
    for (std::size_t i = 0; i < agents; ++i)
      parties.push_back(out->take());
    bare = std::make_unique<fan_out>(system, std::move(parties));
    wait_for_agents(agents);
  }
  ~cluster_over_tcp() {
    framework.reset();
    bare.reset();
    caf::anon_send_exit(collects_, caf::exit_reason::kill);
    caf::anon_send_exit(master, caf::exit_reason::kill);
    wait_for(child_);
  }

  std::unique_ptr<fan_out> bare;

private:
  master_for_agents collects_;
  pid_t child_ = 0;
};

}  // namespace bench::agreement

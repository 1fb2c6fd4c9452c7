// The deciders of a whole cluster against each other, without actors: random lives of agents,
// frameworks and tasks, and messages that come late or twice. The rules of the whole are checked
// after every step. One seed is one life; it is printed when a rule is broken.
//
// Links keep their order and lose nothing while both ends live, as TCP does. In every third life
// status updates and acknowledgements are lost, too: agents repeat those. A lost launch, kill,
// shutdown or offer, and an update that the master made itself, are repeated by nobody so far.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "cluster_model_parts.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

class world {
public:
  explicit world(std::uint32_t seed) : dice_(seed), lossy_(seed % 3 == 2) {
    for (auto i = 1; i <= 3; ++i)
      add_machine(agent_id{"a" + std::to_string(i)});
    for (auto i = 0; i < 3; ++i)
      add_scheduler();
  }

  /// Something happens.
  void step() {
    now_ += std::chrono::milliseconds{dice_.below(300)};
    auto what = dice_.below(100);
    if (what < 60)
      deliver();
    else if (what < 75)
      end_a_process();
    else if (what < 85)
      master_.make_offers(now_);
    else if (what < 95)
      pass_time();
    else if (what < 98)
      say_something(dice_.any(schedulers_));
    else if (!lossy_)
      break_something();
    carry_out();
    check();
  }

  /// Nothing new begins, nothing is lost any more; all that was begun comes to its end.
  void become_quiet() {
    quiet_ = true;
    for (auto& x : schedulers_)
      if (!x.connected)
        reconnect(x);
    std::vector<agent_id> removed;
    for (const auto& [id, x] : machines_)
      if (x.removed)
        removed.push_back(id);
    for (const auto& id : removed)
      restart(id);
    for (auto round = 0; round == 0 || (round < 1000 && !is_over()); ++round) {
      now_ += 1s;
      pass_time();
      do {
        carry_out();
        check();
      } while (deliver());
      while (end_a_process())
        carry_out();
    }
    for (const auto& x : schedulers_)
      master_.suppress({x.id});
    now_ += 1h;
    pass_time();
    check_end();
  }

private:
  // -- who there is ---------------------------------------------------------------

  void add_machine(const agent_id& id) {
    agent_info info;
    info.id = id;
    info.total = total_;
    machines_.erase(id);
    auto i = machines_.emplace(id, machine{info, ++lives_}).first;
    master_.report(i->second.book.report(), now_);
  }

  void add_scheduler() {
    schedulers_.emplace_back();
    reconnect(schedulers_.back());
  }

  void reconnect(scheduler& x) {
    framework_info info;
    info.id = x.id;
    info.name = "model";
    info.failover_timeout = 20s;
    auto answer = master_.add_framework(info);
    x.connected = std::holds_alternative<subscribed>(answer);
    if (x.connected)
      x.id = std::get<subscribed>(answer).framework;
  }

  scheduler* find(const framework_id& id) {
    for (auto& x : schedulers_)
      if (x.id == id && x.connected)
        return &x;
    return nullptr;
  }

  // -- the links --------------------------------------------------------------------

  /// Puts a message on its way, sometimes twice: the second comes somewhat later.
  template <class Message>
  void send(std::deque<Message>& link, Message message, bool may_be_lost) {
    if (may_be_lost && lossy_ && !quiet_ && dice_.chance(30))
      return;
    if (dice_.chance(10))
      late_.push_back([this, &link, message] { link.push_back(message); });
    link.push_back(std::move(message));
  }

  void carry_out() {
    for (auto& effect : master_.take_effects())
      std::visit(overloaded{[this](tell_agent& x) { tell(x); },
                            [this](tell_framework& x) { tell(x); }, [](auto&) { /* no claims */ }},
                 effect);
    for (auto& [id, machine] : machines_)
      for (auto next = machine.book.take_effects(); !next.empty();
           next = machine.book.take_effects())
        for (auto& effect : next)
          std::visit([&](auto& x) { carry_out(machine, x); }, effect);
  }

  void tell(tell_agent& x) {
    auto i = machines_.find(x.agent);
    if (i != machines_.end())
      send(i->second.in, x.message, std::holds_alternative<acknowledge>(x.message));
  }

  void tell(tell_framework& x) {
    auto* update = std::get_if<status_update>(&x.message);
    if (auto* to = find(x.framework))
      send(to->in, x.message, update && update->sequence > 0);
  }

  /// Hands over the first message of a link. @returns false if all are empty.
  bool deliver() {
    if (!late_.empty() && dice_.chance(5)) {
      std::swap(dice_.any(late_), late_.back());
      late_.back()();
      late_.pop_back();
    }
    std::vector<std::function<void()>> links;
    for (auto& [id, x] : machines_) {
      if (!x.in.empty())
        links.push_back([this, &x = x] { x.hear(pop(x.in), now_); });
      if (!x.out.empty())
        links.push_back([this, &x = x] { master_.update_task(pop(x.out), now_); });
    }
    for (auto& x : schedulers_) {
      if (!x.in.empty())
        links.push_back([this, &x] { scheduler_hears(x, pop(x.in)); });
      if (!x.out.empty())
        links.push_back([this, &x] { hear(master_, pop(x.out), now_); });
    }
    if (!links.empty())
      dice_.any(links)();
    return !links.empty() || !late_.empty();
  }

  // -- an agent ---------------------------------------------------------------------

  void carry_out(machine& x, const start_process& y) {
    require(x.started.insert(y.key).second, "task " + y.key.task.str() + " was started twice");
    if (dice_.chance(10)) {
      x.book.start_failed(y.key, "cannot start", now_);
    } else {
      x.processes.emplace(y.key, y.task.limits);
      x.book.started(y.key, now_);
    }
  }

  void carry_out(machine& x, const signal_process& y) {
    if (x.processes.contains(y.key) && (y.signo == SIGKILL || dice_.chance(60)))
      x.end(y.key, {.signaled = true, .code = y.signo}, now_);
  }

  void carry_out(machine& x, const send_update& y) { send(x.out, y.update, true); }

  void carry_out(machine&, const recover_process&) { require(false, "nothing was recovered"); }

  bool end_a_process() {
    auto& [id, x] = dice_.any(machines_);
    if (!x.processes.empty())
      x.end(task_key{dice_.any(x.processes).first}, {.code = dice_.chance(80) ? 0 : 1}, now_);
    return std::any_of(machines_.begin(), machines_.end(),
                       [](const auto& y) { return !y.second.processes.empty(); });
  }

  // -- a scheduler ------------------------------------------------------------------

  void scheduler_hears(scheduler& x, const to_framework& message) {
    if (auto* offers = std::get_if<resource_offers>(&message))
      for (const auto& y : offers->offers)
        answer(x, y);
    else if (auto* update = std::get_if<status_update>(&message))
      handle(x, *update);
  }

  void answer(scheduler& x, const offer& y) {
    auto filter = dice_.chance(50) ? 0ms : 5000ms;
    if (quiet_ || dice_.chance(20))
      send(x.out, from_framework{decline_offers{x.id, {y.id}, filter}}, false);
    else if (dice_.chance(95))
      send(x.out, from_framework{accept_offers{x.id, some_offers(y), some_tasks(x), filter}},
           false);
    // Else it thinks about it for too long.
  }

  std::vector<offer_id> some_offers(const offer& y) {
    if (dice_.chance(90))
      return {y.id};
    return {y.id, offer_id{"void"}};
  }

  std::vector<task_info> some_tasks(scheduler& x) {
    std::vector<task_info> result(dice_.below(4));
    for (auto& task : result) {
      task.id = task_id{x.id.str() + "-T" + std::to_string(++tasks_made_)};
      task.argv = {"true"};
      task.limits = parse(dice_.chance(10)   ? "cpus:9"
                          : dice_.chance(50) ? "cpus:1;mem:100"
                                             : "cpus:0.3");
      x.launched.insert(task.id);
    }
    return result;
  }

  void handle(scheduler& x, const status_update& update) {
    x.handle(update);
    if (update.sequence > 0)
      send(x.out, from_framework{acknowledge{x.id, update.agent, update.task, update.sequence}},
           true);
  }

  void say_something(scheduler& x) {
    if (!x.connected)
      return;
    if (!x.launched.empty() && dice_.chance(70))
      send(x.out, from_framework{kill_task{x.id, dice_.any(x.launched), 500ms}}, false);
    else if (dice_.chance(50))
      send(x.out, from_framework{suppress_offers{x.id}}, false);
    else
      send(x.out, from_framework{revive_offers{x.id}}, false);
  }

  // -- what goes wrong --------------------------------------------------------------

  void pass_time() {
    master_.expire(now_);
    for (auto& [id, x] : machines_)
      x.book.expire(now_);
  }

  void break_something() {
    if (dice_.chance(40))
      break_machine();
    else
      break_scheduler();
  }

  /// It is taken for gone and lives on, or it starts anew.
  void break_machine() {
    auto& [id, x] = dice_.any(machines_);
    if (!x.removed && dice_.chance(50)) {
      x.removed = true;
      master_.remove_agent(id, now_);
    } else {
      restart(id);
    }
  }

  void restart(agent_id id) {
    late_.clear();  // A broken connection takes with it what was on its way.
    add_machine(id);
  }

  void break_scheduler() {
    late_.clear();
    auto& x = dice_.any(schedulers_);
    if (x.connected) {
      x.connected = false;
      x.was_lost = true;
      x.in.clear();
      x.out.clear();
      master_.disconnect_framework(x.id, now_);
    } else {
      reconnect(x);
    }
  }

  // -- the rules --------------------------------------------------------------------

  void check() {
    for (const auto& x : master_.view({listing::agents}).agents)
      require(x.info.total.contains(x.offered + x.allocated),
              "agent " + x.info.id.str() + " is overcommitted in the master's book");
    for (const auto& [id, x] : machines_)
      x.check(id, total_);
  }

  bool is_over() {
    return std::all_of(machines_.begin(), machines_.end(),
                       [](const auto& x) { return !x.second.book.next_deadline(); }) &&
           master_.view({listing::summary}).summary.tasks_active == 0;
  }

  void check_end() {
    require(is_over(), "tasks are left, or updates that nobody acknowledges");
    for (const auto& x : schedulers_)
      x.check_ends();
    auto summary = master_.view({listing::summary}).summary;
    require(summary.offered.empty() && summary.allocated.empty(), "resources are in use");
    check_all_is_free();
  }

  /// What a newcomer is offered is everything.
  void check_all_is_free() {
    framework_info info;
    info.name = "probe";
    master_.add_framework(info);
    master_.make_offers(now_);
    for (const auto& x : master_.view({listing::agents}).agents)
      require(x.offered == total_, "agent " + x.info.id.str() + " has free " +
                                     x.offered.to_string() + " of " + total_.to_string());
  }

  dice dice_;
  bool lossy_;
  bool quiet_ = false;
  time_point now_{};
  const resources total_ = parse("cpus:4;mem:1000");
  int tasks_made_ = 0;
  std::uint64_t lives_ = 0;
  // Its agents report once: none is to be taken for lost because it is silent.
  cluster master_{{.version = "1", .id_prefix = "m", .agent_timeout = 1000h}};
  std::map<agent_id, machine> machines_;
  std::deque<scheduler> schedulers_;
  std::vector<std::function<void()>> late_;
};

/// @returns the rule that was broken, and when; empty if none was.
std::string live(std::uint32_t seed) {
  auto step = 0;
  try {
    world x{seed};
    for (; step < 300; ++step)
      x.step();
    x.become_quiet();
    return {};
  } catch (const broken_rule& x) {
    return "seed " + std::to_string(seed) + ", step " + std::to_string(step) + ": " + x.what;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cluster_model)

BOOST_AUTO_TEST_CASE(the_rules_hold_in_thousands_of_lives) {
  for (std::uint32_t seed = 0; seed < 3000; ++seed) {
    auto broken = live(seed);
    BOOST_REQUIRE_MESSAGE(broken.empty(), broken);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

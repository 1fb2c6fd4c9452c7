// Agents that are killed at any moment and go on from what they had written down: random lives,
// compared after every step with a book that was not killed.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <set>

#include "actors/agent/agent_book.hpp"
#include "messages/overloaded.hpp"
#include "recovery_parts.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t agents = 1'000;
constexpr int steps = 150;

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

agent_info info() {
  return {agent_id{"a1"}, "", "", parse("cpus:8;mem:4000;ports:[1-20]"), {}, {}};
}

class world {
public:
  explicit world(std::uint64_t seed) : random_(seed) {}

  void step() {
    now_ += std::chrono::milliseconds{random_.below(3) * random_.below(2'000)};
    switch (random_.below(8)) {
    case 0:
      return die();
    case 1:
    case 2:
      return sync();
    default:
      call();
      take();
    }
  }

  /// Nobody dies any more, and all ends in order.
  void finish() {
    sync();
    for (int i = 0; i < 200 && !is_at_rest(); ++i) {
      for (const auto& key : machine_.running())
        end_process(key, {});
      for (int n = 0; n < 10; ++n)
        acknowledge();
      now_ += 1min;
      book_.expire(now_);
      take();
      sync();
    }
    BOOST_CHECK(is_at_rest());
    for (const auto& key : promised_)
      BOOST_CHECK_MESSAGE(scheduler_.knows_end_of(key) || abandoned_.contains(key),
                          key.task << " has no end");
    BOOST_CHECK_EQUAL(book_.accounts().sums().allocated, resources{});
  }

private:
  // -- what happens to the agent ------------------------------------------------------

  void call() {
    switch (random_.below(12)) {
    case 0:
    case 1:
      return grant();
    case 2:
      return book_.give_back({any_round(), some_slots()}, now_);
    case 3:
    case 4:
    case 5:
      return launch();
    case 6:
      return book_.kill({framework(), any_task(), grace()}, now_);
    case 7:
      return master_speaks();
    case 8:
      return book_.expire(now_);
    case 9:
      return end_any_process();
    default:
      return acknowledge();
    }
  }

  void grant() {
    solicit asked;
    asked.round = random_.below(4) ? round_id{"r" + std::to_string(++rounds_)} : any_round();
    asked.framework = framework();
    asked.limits = parse("cpus:1;mem:100");
    asked.ports = static_cast<std::uint32_t>(random_.below(3));
    asked.wanted = 1 + static_cast<std::uint32_t>(random_.below(3));
    auto held = book_.answer(asked, 0, now_).slots;
    if (random_.below(4) == 0)
      return;
    confirm told;
    told.round = asked.round;
    told.framework = asked.framework;
    told.slots = held;
    told.unused_timeout = 10s;
    book_.answer(told, now_);
  }

  void launch() {
    launch_tasks call;
    call.framework = framework();
    call.tasks.resize(random_.below(3) ? 1 : 1 + random_.below(3));
    auto group = random_.below(3) ? std::string{} : "g" + std::to_string(random_.below(6));
    for (auto& task : call.tasks) {
      task.id = random_.below(4) ? task_id{"t" + std::to_string(++tasks_)} : any_task();
      task.limits = parse(random_.flip() ? "cpus:0.5" : "cpus:0.2;mem:50");
      task.kill_grace = 1s;
      task.group = group;
    }
    if (random_.flip()) {
      call.grant = any_round();
      call.slots.assign(call.tasks.size(), static_cast<std::uint32_t>(random_.below(3)));
    }
    auto fresh = unknown_of(call);
    book_.launch(call, now_);
    if (!group.empty())
      check_all_or_none(fresh);
  }

  /// Those of the call's tasks that are not here.
  std::set<task_key> unknown_of(const launch_tasks& call) const {
    std::set<task_key> result;
    for (const auto& task : call.tasks)
      if (task_key key{call.framework, task.id};
          book_.tasks().find(key) == task_book::whereabouts::unknown)
        result.insert(key);
    return result;
  }

  /// Tasks of a group that were launched just now.
  void check_all_or_none(const std::set<task_key>& group) const {
    std::size_t dropped = 0;
    for (const auto& entry : book_.report().tasks)
      if (group.contains({entry.framework, entry.id}))
        dropped += entry.last.state == task_state::dropped;
    BOOST_CHECK(dropped == 0 || dropped == group.size());
  }

  void master_speaks() {
    agent_registered x;
    if (random_.below(3) == 0)
      x.release.push_back({any_round(), {}});
    if (random_.below(3) == 0) {
      x.abandon.push_back({framework(), any_task(), {}});
      abandoned_.insert({x.abandon[0].framework, x.abandon[0].task});
    }
    book_.registered(x, now_);
    if (random_.below(8) == 0)
      book_.shutdown(framework(), now_);
  }

  void end_any_process() {
    auto running = machine_.running();
    if (running.empty())
      return;
    auto key = running[random_.below(running.size())];
    if (random_.below(6) > 0)
      return end_process(key, {false, static_cast<int>(random_.below(2)), false});
    machine_.end(key, std::nullopt);
    book_.lost(key, "its supervisor is gone", now_);
  }

  void end_process(const task_key& key, runtime::exit_status status) {
    machine_.end(key, status);
    book_.exited(key, status, now_);
  }

  void acknowledge() {
    if (auto x = scheduler_.take(random_))
      book_.acknowledge({x->framework, x->agent, x->task, x->sequence}, now_);
  }

  // -- what it writes and does ----------------------------------------------------------

  static checkpoint_state fold(std::vector<checkpoint> xs, checkpoint_state result = {}) {
    for (auto& x : xs)
      result.apply(std::move(x));
    return result;
  }

  /// After every decision.
  void take() {
    for (auto& x : book_.take_changes())
      changes_.push_back(std::move(x));
    for (auto& x : book_.take_effects())
      effects_.push_back(std::move(x));
    book_.take_released();
    BOOST_CHECK_NO_THROW(book_.accounts().check());
    BOOST_CHECK(fold(changes_, disk_) == fold(book_.checkpoints()));
    BOOST_CHECK_GE(fold(changes_, disk_).revision, book_.accounts().revision());
  }

  void sync() {
    take();
    disk_ = fold(std::exchange(changes_, {}), std::move(disk_));
    unharmed_ = book_;
    for (const auto& entry : book_.report().tasks)
      if (entry.last.state != task_state::dropped)
        promised_.insert({entry.framework, entry.id});
    told_ = book_.accounts().revision();
    for (auto& effect : std::exchange(effects_, {}))
      carry_out(effect);
    take();
  }

  void carry_out(const agent_effect& effect) {
    std::visit(overloaded{[&](const start_process& x) { start(x.key); },
                          [&](const signal_process& x) { signal(x.key, x.signo); },
                          [&](const send_update& x) { hear(x.update); },
                          [&](const recover_process& x) { recover(x.key); }},
               effect);
  }

  /// Of no number is that a task which is launched once more is not there.
  void hear(const status_update& x) {
    task_key key{x.framework, x.task};
    if (x.sequence > 0)
      return scheduler_.hear(x);
    BOOST_CHECK(!machine_.runs(key));
    BOOST_CHECK(scheduler_.knows_end_of(key) || abandoned_.contains(key));
  }

  void start(const task_key& key) {
    if (random_.below(10) == 0)
      return book_.start_failed(key, "no such command", now_);
    machine_.start(key);
    book_.started(key, now_);
  }

  void signal(const task_key& key, int signo) {
    if (machine_.runs(key) && (signo == SIGKILL || random_.flip()))
      end_process(key, {true, signo, false});
  }

  void recover(const task_key& key) {
    if (!machine_.was_started(key))
      return book_.never_started(key, now_);
    if (machine_.runs(key))
      return book_.recovered_running(key, now_);
    if (auto status = machine_.status(key))
      return book_.exited(key, *status, now_);
    book_.lost(key, "its supervisor is gone", now_);
  }

  // -- its end ----------------------------------------------------------------------------

  /// What was not synced is lost, and what was not done is not done.
  void die() {
    changes_.clear();
    effects_.clear();
    if (disk_.is_new())
      return start_anew();
    while_it_is_away();
    auto made = agent_book::recover({info(), ++life_, ""}, disk_, now_);
    auto* problem = std::get_if<std::string>(&made);
    BOOST_REQUIRE_MESSAGE(!problem, (problem ? *problem : ""));
    book_ = std::move(std::get<agent_book>(made));
    compare();
    take();
  }

  void start_anew() {
    book_ = agent_book{info(), ++life_, ""};
    unharmed_ = book_;
  }

  void while_it_is_away() {
    if (random_.below(10) == 0)
      machine_.restart();
    for (const auto& key : machine_.running())
      if (random_.below(5) == 0)
        machine_.end(key, runtime::exit_status{false, static_cast<int>(random_.below(2)), false});
  }

  /// With the book as it was when it was written down last.
  void compare() {
    auto before = unharmed_.report();
    auto after = book_.report();
    BOOST_CHECK(after.tasks == before.tasks);
    BOOST_CHECK(after.parts == before.parts);
    BOOST_CHECK(after.recovered);
    BOOST_CHECK_GT(after.revision, told_);
    BOOST_CHECK(book_.accounts().sums().held.empty());
    BOOST_CHECK_EQUAL(book_.accounts().sums().allocated, unharmed_.accounts().sums().allocated);
    BOOST_CHECK_NO_THROW(book_.accounts().check());
    auto kept = fold(book_.checkpoints());
    auto expected = fold(unharmed_.checkpoints());
    kept.agent = expected.agent;
    BOOST_CHECK(kept == expected);
  }

  bool is_at_rest() const {
    auto report = book_.report();
    return report.tasks.empty() && report.parts.empty() && machine_.running().empty();
  }

  // -- made up --------------------------------------------------------------------------

  framework_id framework() { return framework_id{random_.below(4) ? "f1" : "f2"}; }
  task_id any_task() { return task_id{"t" + std::to_string(newest(tasks_))}; }
  round_id any_round() { return round_id{"r" + std::to_string(newest(rounds_))}; }
  std::uint64_t newest(std::uint64_t last) { return last - std::min(last, random_.below(5)); }
  std::optional<std::chrono::milliseconds> grace() {
    if (random_.flip())
      return std::nullopt;
    return std::chrono::milliseconds{random_.below(2'000)};
  }
  std::vector<std::uint32_t> some_slots() {
    if (random_.flip())
      return {};
    return {static_cast<std::uint32_t>(random_.below(3))};
  }

  generator random_;
  time_point now_;
  std::uint64_t rounds_ = 0;
  std::uint64_t tasks_ = 0;
  std::uint64_t life_ = 1;
  agent_book book_{info(), 1, ""};
  agent_book unharmed_{info(), 1, ""};
  checkpoint_state disk_;
  std::vector<checkpoint> changes_;
  std::vector<agent_effect> effects_;
  std::uint64_t told_ = 0;  ///< the highest revision
  std::set<task_key> promised_;
  std::set<task_key> abandoned_;
  machine machine_;
  scheduler scheduler_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(recovery_model)

BOOST_AUTO_TEST_CASE(an_agent_that_is_killed_goes_on_as_if_it_had_not_been) {
  for (std::uint64_t seed = 0; seed < agents; ++seed) {
    world one{seed};
    for (int step = 0; step < steps; ++step) {
      BOOST_TEST_CONTEXT("seed " << seed << ", step " << step) {
        one.step();
      }
    }
    BOOST_TEST_CONTEXT("seed " << seed << ", at the end") {
      one.finish();
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

// Executors, agents and what can become of both, at random.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <map>
#include <set>
#include <string>

#include "actors/agent/executor_book.hpp"
#include "messages/overloaded.hpp"
#include "support/generate.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t worlds = 300;
constexpr int steps = 300;
const framework_id f1{"f1"};

task_info info_of(const std::string& task, const std::string& executor) {
  task_info result;
  result.id = task_id{task};
  result.limits.set_milli("cpus", 1000);
  result.executor.emplace();
  result.executor->id = executor_id{executor};
  result.executor->argv = {"executor"};
  return result;
}

/// A process of an executor. What it has said and nobody has answered, it says again.
struct process {
  std::string token;
  bool is_connected = false;
  std::set<task_id> tasks;                     ///< whose ends are not taken
  std::map<task_id, task_state> unanswered;    ///< of each task the newest
  std::map<task_id, std::uint64_t> numbers{};  ///< of its newest update
  std::set<task_id> seen{};
};

/// All that an agent knows for good, and all that goes on when it ends.
class world {
public:
  explicit world(std::uint64_t seed) : random_(seed) {}

  void step() {
    switch (random_.below(12)) {
    case 0:
    case 1:
      return launch();
    case 2:
      return signal();
    case 3:
      return advance(std::chrono::milliseconds{random_.below(20'000)});
    case 4:
      return die();
    case 5:
      return disconnect();
    case 6:
      return restart_agent();
    case 7:
      return make_safe(random_.below(unsafe_.size() + 1));
    default:
      return live();
    }
  }

  /// Nothing new happens, everybody does what is expected: all comes to an end.
  void finish() {
    for (auto i = 0; i < 200 && !is_over(); ++i) {
      for (auto& [key, x] : processes_)
        say_ends(key, x);
      carry_out();
      make_safe(unsafe_.size());
      live();
      advance(10s);
    }
    BOOST_CHECK(is_over());
    BOOST_CHECK(!book_.next_deadline());
    for (const auto& [id, task] : tasks_)
      BOOST_CHECK_MESSAGE(task.is_safe, id << " has no end");
  }

private:
  struct task {
    task_info info;
    bool has_end = false;  ///< in this life of the agent
    bool is_safe = false;
    std::string ran_in{};  ///< the token of the process
  };

  bool is_over() const { return book_.size() == 0 && processes_.empty() && unsafe_.empty(); }

  executor_key key_of(const task& x) const { return {f1, x.info.executor->id}; }

  // -- what happens -------------------------------------------------------------------

  void launch() {
    auto id = "t" + std::to_string(tasks_.size());
    auto info = info_of(id, random_.flip() ? "e1" : "e2");
    tasks_[task_id{id}].info = info;
    book_.launch(f1, info, now_);
    carry_out();
  }

  void signal() {
    if (tasks_.empty())
      return;
    auto i = std::next(tasks_.begin(), static_cast<long>(random_.below(tasks_.size())));
    book_.signal({f1, i->first}, random_.flip() ? SIGTERM : SIGKILL, now_);
    carry_out();
  }

  void advance(std::chrono::milliseconds time) {
    now_ += time;
    book_.expire(now_);
    carry_out();
  }

  void die() {
    if (processes_.empty())
      return;
    end_process(std::prev(processes_.end())->first);
    carry_out();
  }

  void end_process(executor_key key) {
    if (processes_.erase(key) > 0)
      book_.process_ended(key, "killed", now_);
  }

  void disconnect() {
    for (auto& [key, x] : processes_)
      if (std::exchange(x.is_connected, false))
        book_.connection_lost(key, now_);
    carry_out();
  }

  /// The processes register, or say something.
  void live() {
    for (auto& [key, x] : processes_)
      if (!x.is_connected || random_.below(4) == 0)
        join(key, x);
      else if (!x.seen.empty())
        say(key, x);
    carry_out();
  }

  void join(const executor_key& key, process& x) {
    register_executor call{f1, key.executor, x.token, {x.tasks.begin(), x.tasks.end()}};
    x.is_connected = !book_.registered(call, now_);
    for (const auto& [id, state] : x.unanswered)
      send(key, x, id);
  }

  void say(const executor_key& key, process& x) {
    auto i = std::next(x.seen.begin(), static_cast<long>(random_.below(x.seen.size())));
    if (!x.tasks.contains(*i) || x.unanswered.contains(*i))
      return;
    x.unanswered[*i] = random_.flip() ? task_state::running : task_state::finished;
    ++x.numbers[*i];
    send(key, x, *i);
  }

  void say_ends(const executor_key& key, process& x) {
    for (const auto& id : x.tasks)
      if (!x.unanswered.contains(id)) {
        x.unanswered[id] = task_state::finished;
        ++x.numbers[id];
        if (x.is_connected)
          send(key, x, id);
      }
  }

  void send(const executor_key& key, process& x, const task_id& id) {
    executor_update update{f1, key.executor, x.token, id, x.numbers[id], x.unanswered[id],
                           {}, {},           {}};
    auto answer = book_.update(update);
    if (auto* taken = std::get_if<executor_book::answer>(&answer);
        taken && *taken == executor_book::answer::now)
      answered(x, id);
  }

  static void answered(process& x, const task_id& id) {
    auto i = x.unanswered.find(id);
    if (i == x.unanswered.end())
      return;
    if (is_terminal(i->second))
      x.tasks.erase(id);
    x.unanswered.erase(i);
  }

  // -- the agent ------------------------------------------------------------------------

  /// What came first is safe first.
  static std::vector<std::pair<task_key, task_state>>
  take(std::vector<std::pair<task_key, task_state>>& from, std::size_t count) {
    std::vector<std::pair<task_key, task_state>> result{from.begin(),
                                                        from.begin() + static_cast<long>(count)};
    from.erase(from.begin(), from.begin() + static_cast<long>(count));
    return result;
  }

  void make_safe(std::size_t count) {
    for (const auto& [key, state] : take(unsafe_, count)) {
      if (!is_terminal(state)) {
        book_.taken(key);
        continue;
      }
      tasks_.at(key.task).is_safe = true;
      book_.forget(key, now_);
    }
    carry_out();
  }

  void restart_agent() {
    unsafe_.clear();
    for (auto& [key, x] : processes_)
      x.is_connected = false;
    book_ = make_book();
    for (const auto& [key, token] : files_)
      book_.recover(key, *info_of("t", key.executor.str()).executor, token, {},
                    processes_.contains(key));
    for (auto& [id, x] : tasks_)
      if (!x.is_safe)
        find(id, x);
    book_.recovered(now_);
    for (auto& [id, x] : tasks_)
      if (!x.is_safe && !files_.contains(key_of(x)))
        book_.launch(f1, x.info, now_);
    carry_out();
  }

  void find(const task_id& id, task& x) {
    x.has_end = false;
    auto goes_on = processes_.contains(key_of(x));
    if (!files_.contains(key_of(x))) {
      BOOST_CHECK_MESSAGE(x.ran_in.empty(), id << " would run twice");
      return;
    }
    book_.recover(f1, x.info, goes_on, now_);
    if (!goes_on)
      report({f1, id}, task_state::failed);
  }

  void report(const task_key& key, task_state state) {
    if (is_terminal(state)) {
      auto is_first = !std::exchange(tasks_.at(key.task).has_end, true);
      BOOST_CHECK_MESSAGE(is_first, key.task << " ends twice");
    }
    unsafe_.emplace_back(key, state);
  }

  void carry_out() {
    for (auto next = book_.take_effects(); !next.empty(); next = book_.take_effects())
      for (const auto& x : next)
        std::visit([this](const auto& y) { do_it(y); }, x);
  }

  void do_it(const start_executor& x) {
    files_[x.key] = x.token;
    if (random_.below(10) == 0)
      return book_.process_ended(x.key, "cannot start", now_, task_reason::container_launch_failed);
    process started;
    started.token = x.token;
    BOOST_CHECK_MESSAGE(processes_.emplace(x.key, started).second, "two processes");
  }

  void do_it(const limit_executor&) {}
  void do_it(const kill_executor& x) { end_process(x.key); }

  void do_it(const forget_executor& x) {
    BOOST_CHECK(!processes_.contains(x.key));
    files_.erase(x.key);
  }

  void do_it(const send_to_executor& x) {
    auto i = processes_.find(x.key);
    if (i == processes_.end() || random_.below(8) == 0)
      return;  // Lost with the connection, which is noticed at the next report.
    std::visit(overloaded{[&](const run_task& y) { run(i->second, y.task.id); },
                          [&](const kill_task& y) { end_task(i, y.task); },
                          [&](const shutdown_executor&) { shut_down(x.key); }},
               x.message);
  }

  void run(process& x, const task_id& id) {
    auto& ran_in = tasks_.at(id).ran_in;
    BOOST_CHECK_MESSAGE(ran_in.empty() || ran_in == x.token, id << " runs in two processes");
    ran_in = x.token;
    if (x.seen.insert(id).second)
      x.tasks.insert(id);
  }

  void end_task(std::map<executor_key, process>::iterator i, const task_id& id) {
    auto& x = i->second;
    if (random_.below(3) == 0 || !x.tasks.contains(id) || x.unanswered.contains(id))
      return;
    x.unanswered[id] = task_state::killed;
    ++x.numbers[id];
    send(i->first, x, id);
  }

  void shut_down(const executor_key& key) {
    if (random_.flip())
      end_process(key);
  }

  void do_it(const report_task& x) { report(x.key, x.what.state); }

  void do_it(const answer_updates& x) {
    for (auto& [key, one] : processes_)
      answered(one, x.key.task);
  }

  executor_book make_book() {
    return executor_book{{}, [this] { return "token" + std::to_string(++tokens_); }};
  }

  generator random_;
  time_point now_{};
  int tokens_ = 0;
  executor_book book_ = make_book();
  std::map<task_id, task> tasks_;
  std::map<executor_key, process> processes_;
  std::map<executor_key, std::string> files_;  ///< tokens
  std::vector<std::pair<task_key, task_state>> unsafe_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(executor_model)

BOOST_AUTO_TEST_CASE(whatever_dies_every_task_of_an_executor_runs_and_ends_at_most_once) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
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

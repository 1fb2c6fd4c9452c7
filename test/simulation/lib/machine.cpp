#include "machine.hpp"

#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace entente::simulation {

namespace {

using namespace std::chrono_literals;

constexpr auto time_name = "MILLISECONDS";
constexpr auto stubborn_name = "IGNORES_SIGTERM";

machine::duration time_of(const task_info& x) {
  auto i = x.env.find(time_name);
  return i == x.env.end() ? 0ms : machine::duration{std::stoll(i->second)};
}

}  // namespace

class machine::runner_here : public task_runner {
public:
  runner_here(machine& where, event_callback on_event)
      : machine_(where), on_event_(std::move(on_event)) {}

  std::optional<std::string> start(const task_key& key, const task_info& task) override {
    return machine_.start(key, task, on_event_);
  }
  found_task find(const task_key& key, const task_info&) override {
    return machine_.find(key, on_event_);
  }
  std::optional<task_usage> usage(const task_key&) const override { return std::nullopt; }
  void keep_only(const std::set<task_key>& tasks) override { machine_.keep_only(tasks); }
  void forget(const task_key& key) override { machine_.forget(key); }
  void signal(const task_key& key, int signo) override { machine_.signal(key, signo); }
  std::variant<output_chunk, std::string> read(const read_output&) override { return "no output"; }
  std::uint32_t load() override {
    return static_cast<std::uint32_t>(machine_.processes_.size() * 100);
  }

private:
  machine& machine_;
  event_callback on_event_;
};

task_runner_factory machine::runner() {
  return [this](task_runner::event_callback on_event) -> std::unique_ptr<task_runner> {
    return std::make_unique<runner_here>(*this, std::move(on_event));
  };
}

// -- what happens to the machine ------------------------------------------------------------

void machine::lose_agent() {
  std::vector<task_key> killed;
  for (auto& [key, x] : processes_) {
    x.on_event = nullptr;
    if (dice_.chance(30))
      killed.push_back(key);
  }
  for (const auto& key : killed)
    end_now(key, task_lost{"its supervisor was killed"});
}

void machine::restart() {
  processes_.clear();
  std::erase_if(ended_, [this](const auto&) { return dice_.chance(500); });
}

void machine::crash() {
  processes_.clear();
  ended_.clear();
}

// -- what the agent wants ---------------------------------------------------------------------

std::optional<std::string> machine::start(const task_key& key, const task_info& task,
                                          const task_runner::event_callback& on_event) {
  if (dice_.chance(20))
    return "the simulation does not want it";
  if (!known_.insert(key).second)
    result_.violated("nothing is started twice", "task " + key.task.str());
  processes_[key] = {task, ++started_, on_event};
  on_event(key, task_begun{});
  auto time = time_of(task);
  if (time > 0ms)
    end_in(time, key, {false, dice_.chance(200) ? 1 : 0, false});
  else if (winding_down_)
    end_in(1s, key, {});
  return std::nullopt;
}

found_task machine::find(const task_key& key, const task_runner::event_callback& on_event) {
  if (auto i = processes_.find(key); i != processes_.end()) {
    i->second.on_event = on_event;
    return task_goes_on{};
  }
  if (auto i = ended_.find(key); i != ended_.end())
    return std::visit([](const auto& x) -> found_task { return x; }, i->second);
  return task_never_ran{};
}

void machine::keep_only(const std::set<task_key>& tasks) {
  for (const auto& [key, x] : processes_)
    if (!tasks.contains(key))
      result_.violated("nothing runs that is not written down", "task " + key.task.str());
  std::erase_if(ended_, [&](const auto& x) { return !tasks.contains(x.first); });
}

void machine::forget(const task_key& key) {
  if (processes_.contains(key))
    result_.violated("what runs is not forgotten", "task " + key.task.str());
  ended_.erase(key);
}

void machine::signal(const task_key& key, int signo) {
  auto i = processes_.find(key);
  if (i == processes_.end())
    return;
  if (signo == SIGTERM && i->second.task.env.contains(stubborn_name))
    return;
  end_in(duration{dice_.below(300)}, key, {true, signo, false});
}

void machine::wind_down() {
  winding_down_ = true;
  for (const auto& [key, x] : processes_)
    if (time_of(x.task) == 0ms)
      end_in(duration{dice_.below(2000)}, key, {});
}

void machine::end_in(duration time, const task_key& key, runtime::exit_status how) {
  later_(time, [this, key, how, number = processes_.at(key).number] {
    auto i = processes_.find(key);
    if (i != processes_.end() && i->second.number == number)
      end_now(key, how);
  });
}

void machine::end_now(const task_key& key, end how) {
  auto ended = std::move(processes_.extract(key).mapped());
  ended_[key] = how;
  if (ended.on_event)
    std::visit([&](const auto& x) { ended.on_event(key, x); }, how);
}

std::map<std::string, std::string> environment_of(machine::duration time, bool ignores_sigterm) {
  std::map<std::string, std::string> result;
  if (time > 0ms)
    result[time_name] = std::to_string(time.count());
  if (ignores_sigterm)
    result[stubborn_name] = "yes";
  return result;
}

}  // namespace entente::simulation

#include "apps/wordcount/job.hpp"

#include "apps/wordcount/map_task.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace entente::wordcount {

namespace {

/// How long the rest of an offer is of no use, unless a task of ours on that agent ends earlier.
constexpr std::chrono::milliseconds filter{1000};

/// True if nothing more will come of a task, or nobody knows whether it will.
bool is_over(task_state x) {
  return is_terminal(x) || x == task_state::unreachable || x == task_state::unknown;
}

std::string describe_end(const status_update& x) {
  auto result = std::string{to_string(x.state)};
  if (x.reason != task_reason::none)
    result += ", " + std::string{to_string(x.reason)};
  if (!x.message.empty())
    result += ": " + x.message;
  return result;
}

}  // namespace

const resources& map_task_limits() {
  static const auto result = [] {
    resources limits;
    limits.set_milli("cpus", 500);
    limits.set_milli("mem", 64'000);
    return limits;
  }();
  return result;
}

job::job(std::vector<chunk> chunks, std::string program) : program_{std::move(program)} {
  for (auto& work : chunks) {
    waiting_.push_back(parts_.size());
    parts_.emplace_back().work = std::move(work);
  }
}

// -- offers -----------------------------------------------------------------------

step job::on_offers(const std::vector<offer>& offers) {
  std::vector<accept_offers> accepts(offers.size());
  if (!ended())
    deal_tasks(offers, accepts);
  step result;
  decline_offers unused;
  unused.filter = filter;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    filtered_.insert(offers[i].agent);
    if (accepts[i].tasks.empty()) {
      unused.offers.push_back(offers[i].id);
    } else {
      accepts[i].offers = {offers[i].id};
      accepts[i].filter = filter;
      result.accepts.push_back(std::move(accepts[i]));
    }
  }
  if (!unused.offers.empty())
    result.decline = std::move(unused);
  result.suppress = waiting_.empty() && !suppressed_;
  suppressed_ = waiting_.empty();
  return result;
}

/// Deals tasks to the offers like cards, so that the agents share the work evenly.
void job::deal_tasks(const std::vector<offer>& offers, std::vector<accept_offers>& accepts) {
  std::vector<std::int64_t> room;
  room.reserve(offers.size());
  for (const auto& x : offers)
    room.push_back(x.available.slots(map_task_limits()));
  for (auto dealt = true; dealt;) {
    dealt = false;
    for (std::size_t i = 0; i < offers.size() && !waiting_.empty(); ++i) {
      if (room[i] == 0)
        continue;
      accepts[i].tasks.push_back(next_task(offers[i]));
      --room[i];
      dealt = true;
    }
  }
}

task_info job::next_task(const offer& where) {
  auto index = waiting_.front();
  waiting_.pop_front();
  auto& x = parts_[index];
  ++x.attempts;
  auto name = "map-" + std::to_string(index + 1);
  x.task = task_id{name + "-" + std::to_string(x.attempts)};
  x.agent = where.agent;
  x.hostname = where.hostname;
  current_.emplace(x.task, index);
  return {
    .id = x.task,
    .name = name,
    .argv = map_command(program_, x.work),
    .env = {},
    .limits = map_task_limits(),
  };
}

// -- tasks ------------------------------------------------------------------------

step job::on_update(const status_update& update) {
  auto* x = find(update.task);
  if (!x || x->reading || !is_over(update.state))
    return {};
  if (update.state != task_state::finished)
    return run_again(*x, describe_end(update));
  x->reading = true;
  auto result = read(*x);
  result.revive = needs_revival(x->agent);
  return result;
}

step job::on_output(const task_id& task, const output_chunk& page) {
  auto* x = find(task);
  if (!x)
    return {};
  if (page.skipped > 0)
    return run_again(*x, "its output was too large to be kept");
  x->output += page.bytes;
  if (x->output.size() < page.file_size)
    return page.bytes.empty() ? run_again(*x, "its output ends too early") : read(*x);
  if (!counts_.add_lines(x->output))
    return run_again(*x, "its output is damaged");
  count(*x);
  return {};
}

step job::on_unreadable(const task_id& task, const std::string& why) {
  auto* x = find(task);
  return x ? run_again(*x, "its output cannot be read: " + why) : step{};
}

void job::count(part& x) {
  auto& share = shares_[x.agent];
  share.agent = x.agent;
  share.hostname = x.hostname;
  ++share.tasks;
  ++counted_;
  current_.erase(x.task);
  x = {};
}

step job::run_again(part& x, const std::string& why) {
  if (x.attempts < max_attempts) {
    waiting_.push_back(current_.at(x.task));
    ++reruns_;
  } else {
    fail(x, why);
  }
  current_.erase(x.task);
  x.task = {};
  x.output.clear();
  x.reading = false;
  step result;
  result.revive = needs_revival(x.agent);
  return result;
}

void job::fail(const part& x, const std::string& why) {
  const auto& first = x.work.front();
  failure_ = "a map task did not finish in " + std::to_string(max_attempts) + " attempts (" +
             first.file + " from byte " + std::to_string(first.offset) + "): " + why;
}

bool job::needs_revival(const agent_id& freed) {
  auto held_back = suppressed_ || filtered_.contains(freed);
  if (ended() || waiting_.empty() || !held_back)
    return false;
  filtered_.clear();
  suppressed_ = false;
  return true;
}

job::part* job::find(const task_id& task) {
  auto found = current_.find(task);
  return found == current_.end() ? nullptr : &parts_[found->second];
}

step job::read(const part& x) const {
  read_output page;
  page.task = x.task;
  page.offset = x.output.size();
  page.max_bytes = page_size;
  step result;
  result.reads.push_back(std::move(page));
  return result;
}

// -- results ----------------------------------------------------------------------

progress job::how_far() const noexcept {
  return {parts_.size(), current_.size(), counted_, reruns_};
}

std::vector<agent_share> job::shares() const {
  std::vector<agent_share> result;
  for (const auto& [id, share] : shares_)
    result.push_back(share);
  std::ranges::sort(result, {}, [](const agent_share& x) { return std::tie(x.hostname, x.agent); });
  return result;
}

}  // namespace entente::wordcount

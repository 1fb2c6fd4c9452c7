#include "apps/entente/gang.hpp"

#include <algorithm>

#include "apps/entente/run_outcome.hpp"

namespace entente {

std::string hosts_of(const grant& x) {
  std::string text;
  for (const auto& slot : x.slots) {
    text += text.empty() ? "" : ",";
    text +=
      slot.ports.empty() ? slot.hostname : to_string(endpoint{slot.hostname, slot.ports.front()});
  }
  return text;
}

gang::gang(const grant& slots, const task_info& task, const std::optional<wanted_health>& health)
    : grant_(slots.id) {
  for (std::size_t rank = 0; rank < slots.slots.size(); ++rank) {
    auto mine = task;
    if (slots.slots.size() > 1) {
      mine.id = task_id{task.id.str() + '-' + std::to_string(rank)};
      mine.name += '-' + std::to_string(rank);
    }
    mine.env["ENTENTE_RANK"] = std::to_string(rank);
    mine.env["ENTENTE_SIZE"] = std::to_string(slots.slots.size());
    mine.env["ENTENTE_HOSTS"] = hosts_of(slots);
    if (health)
      mine.health = health_in(slots.slots[rank], *health);
    auto id = mine.id;
    ranks_.push_back({std::move(mine), std::move(id), std::nullopt});
  }
}

launch_on_grant gang::launch() const {
  launch_on_grant call{{}, grant_, {}};
  for (std::uint32_t rank = 0; rank < ranks_.size(); ++rank)
    call.tasks.push_back({rank, ranks_[rank].task});
  return call;
}

launch_on_grant gang::launch_again(std::size_t rank, std::uint32_t number) {
  auto& x = ranks_[rank];
  x.last.reset();
  x.task.id = task_id{x.first_id.str() + ".r" + std::to_string(number)};
  x.task.env["ENTENTE_RESTART"] = std::to_string(number);
  return {{}, grant_, {{static_cast<std::uint32_t>(rank), x.task}}};
}

std::vector<task_id> gang::ids() const {
  std::vector<task_id> result;
  for (const auto& rank : ranks_)
    result.push_back(rank.task.id);
  return result;
}

std::optional<std::size_t> gang::update(const status_update& x) {
  auto i = std::find_if(ranks_.begin(), ranks_.end(),
                        [&](const rank_state& rank) { return rank.task.id == x.task; });
  if (i == ranks_.end())
    return std::nullopt;
  auto rank = static_cast<std::size_t>(i - ranks_.begin());
  if (!ended(rank))
    i->last = x;
  return rank;
}

bool gang::ended(std::size_t rank) const {
  const auto& last = ranks_[rank].last;
  return last && is_terminal(last->state);
}

bool gang::all_ended() const {
  for (std::size_t rank = 0; rank < ranks_.size(); ++rank)
    if (!ended(rank))
      return false;
  return true;
}

bool gang::all_run() const {
  return std::all_of(ranks_.begin(), ranks_.end(), [](const rank_state& rank) {
    return rank.last && (rank.last->state == task_state::running || is_terminal(rank.last->state));
  });
}

bool gang::broken() const {
  return std::any_of(ranks_.begin(), ranks_.end(),
                     [](const rank_state& rank) { return rank.last && is_lost(*rank.last); });
}

bool gang::is_lost(const status_update& x) {
  return is_terminal(x.state) && !x.exit_code && !x.signal;
}

run_result gang::outcome(bool interrupted) const {
  auto lost = broken();
  for (const auto& rank : ranks_) {
    auto result = outcome_of(*rank.last, interrupted);
    if (lost && !is_lost(*rank.last) && rank.last->state == task_state::killed)
      continue;
    if (result.code != 0)
      return result;
  }
  return outcome_of(*ranks_.front().last, interrupted);
}

}  // namespace entente

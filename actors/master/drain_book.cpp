#include "actors/master/drain_book.hpp"

#include <algorithm>

namespace entente {

void drain_book::start(const drain_agent& call, time_point now) {
  stop(call.agent);
  auto& deadline = drains_[call.agent];
  if (call.deadline) {
    deadline = now + *call.deadline;
    times_.set(call.agent, *deadline);
  }
  if (call.mark_gone)
    to_be_gone_.insert(call.agent);
}

bool drain_book::stop(const agent_id& agent) {
  times_.clear(agent);
  to_be_gone_.erase(agent);
  return drains_.erase(agent) > 0;
}

std::optional<std::chrono::milliseconds> drain_book::left(const agent_id& agent,
                                                          time_point now) const {
  auto i = drains_.find(agent);
  if (i == drains_.end() || !i->second)
    return std::nullopt;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*i->second - now);
  return std::max(left, std::chrono::milliseconds{0});
}

}  // namespace entente

#include "actors/master/offer_log.hpp"

#include <algorithm>

namespace entente {

namespace {

std::chrono::milliseconds between(time_point from, time_point to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::max(from, to) - from);
}

void count(offer_counts& counts, offer_outcome how) {
  switch (how) {
  case offer_outcome::open:
    break;
  case offer_outcome::accepted:
    ++counts.accepted;
    break;
  case offer_outcome::declined:
    ++counts.declined;
    break;
  case offer_outcome::timed_out:
    ++counts.timed_out;
    break;
  case offer_outcome::rescinded:
    ++counts.rescinded;
    break;
  }
}

}  // namespace

void offer_log::sent(const offer& x, time_point now) {
  now_ = now;
  auto& history = frameworks_[x.framework];
  ++history.counts.sent;
  history.newest.push_front(
    {{x.id, x.framework, x.role, x.agent, x.available, offer_outcome::open, {}, {}}, now});
  if (history.newest.size() > kept)
    history.newest.pop_back();
}

void offer_log::ended(const framework_id& framework, const offer_id& x, offer_outcome how) {
  auto i = frameworks_.find(framework);
  if (i == frameworks_.end())
    return;
  auto& history = i->second;
  count(history.counts, how);
  auto known = std::find_if(history.newest.begin(), history.newest.end(),
                            [&](const entry& y) { return y.record.id == x; });
  if (known == history.newest.end())
    return;
  known->record.outcome = how;
  known->record.took = between(known->sent_at, now_);
}

void offer_log::is_gone(const framework_id& framework) {
  if (!frameworks_.contains(framework))
    return;
  gone_.push_back(framework);
  if (gone_.size() > gone_kept) {
    frameworks_.erase(gone_.front());
    gone_.pop_front();
  }
}

offer_counts offer_log::counts(const framework_id& framework) const {
  auto i = frameworks_.find(framework);
  return i == frameworks_.end() ? offer_counts{} : i->second.counts;
}

std::vector<offer_record> offer_log::entries() const {
  std::vector<offer_record> result;
  for (const auto& [id, history] : frameworks_)
    for (const auto& x : history.newest) {
      result.push_back(x.record);
      result.back().age = between(x.sent_at, now_);
    }
  return result;
}

}  // namespace entente

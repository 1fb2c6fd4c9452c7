#pragma once

#include <cstddef>
#include <deque>
#include <unordered_set>

#include "messages/ids.hpp"

namespace entente {

/// Remembers the newest rounds that are over on an agent, so that what comes late of them is known
/// for what it is. Not thread-safe; a plain value.
///
/// A bounded number suffices. A round lasts a few seconds, and so it is with what comes late of it:
/// 4,096 ended rounds are the last four seconds of an agent that a thousand rounds a second ask,
/// and many minutes of a usual one. To have forgotten one costs little: a late solicit makes a hold
/// that ends with its short lease, a late confirm alone finds no hold, and should both come, the
/// master learns of the part when the agent registers again, and releases it.
class ended_rounds {
public:
  explicit ended_rounds(std::size_t kept) : kept_(kept) {}

  void insert(const round_id& x) {
    if (!ids_.insert(x).second)
      return;
    order_.push_back(x);
    if (order_.size() > kept_) {
      ids_.erase(order_.front());
      order_.pop_front();
    }
  }

  bool contains(const round_id& x) const { return ids_.contains(x); }

private:
  std::size_t kept_;
  std::unordered_set<round_id> ids_;
  std::deque<round_id> order_;  ///< oldest first
};

}  // namespace entente

#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "messages/time.hpp"

namespace entente {

/// At most one deadline for each of many things; the nearest is found at once. No clock, no actor.
template <class Key>
class deadlines {
public:
  /// Sets or moves the thing's deadline.
  void set(const Key& key, time_point at) {
    clear(key);
    by_key_.emplace(key, at);
    by_time_.emplace(at, key);
  }

  void clear(const Key& key) {
    auto i = by_key_.find(key);
    if (i == by_key_.end())
      return;
    by_time_.erase({i->second, key});
    by_key_.erase(i);
  }

  /// The nearest deadline of all.
  std::optional<time_point> next() const {
    if (by_time_.empty())
      return std::nullopt;
    return by_time_.begin()->first;
  }

  /// Takes out all whose deadline has passed, nearest first.
  std::vector<Key> take_due(time_point now) {
    std::vector<Key> due;
    while (!by_time_.empty() && by_time_.begin()->first <= now) {
      due.push_back(by_time_.begin()->second);
      by_key_.erase(due.back());
      by_time_.erase(by_time_.begin());
    }
    return due;
  }

private:
  std::map<Key, time_point> by_key_;
  std::set<std::pair<time_point, Key>> by_time_;
};

}  // namespace entente

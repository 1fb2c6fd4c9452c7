#pragma once

#include <deque>
#include <map>
#include <vector>

#include "messages/queries.hpp"
#include "messages/time.hpp"

namespace entente {

/// What has become of each framework's newest offers, and how many there were. No actor, no clock.
/// Not thread-safe.
class offer_log {
public:
  /// How many offers are kept of each framework.
  static constexpr std::size_t kept = 32;
  /// How many frameworks are remembered that are gone.
  static constexpr std::size_t gone_kept = 100;

  /// What ends from now on, ends at this time.
  void is_now(time_point now) { now_ = now; }

  void sent(const offer& x, time_point now);
  void ended(const framework_id& framework, const offer_id& x, offer_outcome how);
  /// The framework is gone; its history is kept until as many others have gone after it.
  void is_gone(const framework_id& framework);

  offer_counts counts(const framework_id& framework) const;
  /// The newest first, framework by framework.
  std::vector<offer_record> entries() const;

private:
  struct entry {
    offer_record record;
    time_point sent_at;
  };
  struct history {
    offer_counts counts;
    std::deque<entry> newest;  ///< in front
  };

  std::map<framework_id, history> frameworks_;
  std::deque<framework_id> gone_;  ///< who went first in front
  time_point now_;
};

}  // namespace entente

#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "messages/ids.hpp"
#include "messages/time.hpp"

namespace entente {

/// Agents begin to be held back, or nobody is any more.
struct admission_change {
  bool begins = true;
  // How it was, at its end:
  std::uint64_t held_back = 0;  ///< agents that were given a time to come again
  std::uint64_t not_come = 0;   ///< of these, those that did not
  std::chrono::milliseconds longest_wait{0};
  std::chrono::milliseconds lasted{0};
  friend bool operator==(const admission_change&, const admission_change&) = default;
};

/// Who may register now: so many agents a second, and after a quiet second as many at once.
///
/// A token bucket that hands out its next free times (the generic cell rate algorithm of ITU-T
/// I.371, with places): an agent that is turned away has a place of its own, in the order in which
/// they have asked, and is let in when it comes at that time or a little later. So those who are
/// turned away come back at the rate that is borne, each once, and do not overtake each other.
/// When too many wait, or the next place is too far away, others are told to ask then.
///
/// No actor and no clock: time comes in, and never goes back. Not thread-safe. Memory: one entry
/// for each agent with a place, at most `most_places`.
class admission {
public:
  using duration = std::chrono::milliseconds;

  /// How long a place is kept for an agent that does not come.
  static constexpr duration place_kept{5'000};
  static constexpr duration longest_wait{30'000};
  static constexpr std::size_t most_places = 100'000;

  /// @param rate agents a second, up to max_rate; 0: no limit
  explicit admission(std::uint64_t rate);

  /// An agent wants to register.
  /// @returns nothing if it may, or else when it is to ask again; at least 1 ms
  std::optional<duration> ask(const agent_id& agent, time_point now);

  /// One that cannot be held back registers: it takes what is free, if something is.
  void pass(time_point now);

  /// Gives up the places of those that have not come.
  void expire(time_point now);
  /// When expire() has something to do.
  std::optional<time_point> next_deadline() const;

  /// What has changed since the last call, oldest first.
  std::vector<admission_change> take_changes() { return std::exchange(changes_, {}); }

private:
  /// When the next agent that asks could be let in; in the past if it can now.
  time_point next_free() const { return full_ - burst_; }
  void take_one(time_point now);
  duration give_place(const agent_id& agent, time_point now);
  void end_if_nobody_waits(time_point now);

  time_point::duration interval_{0};  ///< from one agent to the next; 0: no limit
  time_point::duration burst_{0};     ///< so far ahead of the rate they may be
  time_point full_{};                 ///< all that was let in, one after the other, ends then
  std::unordered_map<agent_id, time_point> places_;
  std::deque<std::pair<time_point, agent_id>> in_order_;  ///< with some that have come
  std::optional<time_point> began_at_;
  admission_change so_far_;
  std::vector<admission_change> changes_;
};

}  // namespace entente

#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "messages/task.hpp"
#include "messages/time.hpp"

namespace entente {

/// One task's status updates on their way to the scheduler: in order, one at a time, each repeated
/// with growing pauses until it is acknowledged. No clock, no actor.
class update_stream {
public:
  update_stream() = default;
  /// What was left of a stream: `last` is the newest update, `waiting` what is not acknowledged.
  update_stream(std::vector<status_update> waiting, const status_update& last);

  static constexpr std::chrono::seconds first_pause{5};
  static constexpr std::chrono::seconds longest_pause{60};

  /// Numbers the update and takes it in.
  /// @returns it if it may be sent now, nothing if an earlier one is still on its way.
  std::optional<status_update> push(status_update update, time_point now);

  /// @returns the next update to send. An acknowledgement of anything but what is on its way is
  /// old, and changes nothing.
  std::optional<status_update> acknowledge(std::uint64_t sequence, time_point now);

  /// @returns what must be sent again.
  std::optional<status_update> repeat(time_point now);

  /// @returns what is on its way, to be sent again at once and with short pauses.
  std::optional<status_update> resend(time_point now);

  /// When repeat() has something, unless it is acknowledged before.
  std::optional<time_point> next_deadline() const;

  /// What was pushed last, with its number. There must have been one that is not acknowledged.
  const status_update& newest() const { return waiting_.back(); }

  /// What is not acknowledged, in order.
  const std::deque<status_update>& waiting() const noexcept { return waiting_; }

  /// True when the terminal update was acknowledged.
  bool done() const noexcept { return ended_ && waiting_.empty(); }

private:
  std::deque<status_update> waiting_;  ///< the first is on its way
  std::uint64_t last_sequence_ = 0;
  bool ended_ = false;
  std::chrono::seconds pause_ = first_pause;
  time_point repeat_at_{};
};

}  // namespace entente

#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "messages/time.hpp"

namespace entente {

/// Growing pauses between attempts, until patience is at its end. No clock: `now` is given.
class backoff {
public:
  using duration = std::chrono::milliseconds;

  static constexpr duration first_pause{100};
  static constexpr duration longest_pause{5'000};

  explicit backoff(duration patience) : patience_(patience) {}

  /// Called after a failed attempt.
  /// @returns how long to wait before the next, nothing if `patience` has passed since the first.
  std::optional<duration> next(time_point now) {
    if (!since_)
      since_ = now;
    if (now - *since_ >= patience_)
      return std::nullopt;
    auto pause = pause_;
    pause_ = std::min(2 * pause_, longest_pause);
    return pause;
  }

  /// Called after an attempt that went well.
  void reset() {
    since_.reset();
    pause_ = first_pause;
  }

private:
  duration patience_;
  duration pause_ = first_pause;
  std::optional<time_point> since_;
};

}  // namespace entente

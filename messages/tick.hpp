#pragma once

#include <optional>

#include "messages/time.hpp"

namespace entente {

/// Keeps an actor awake for its next deadline: which tick messages to send itself, and which of
/// those that arrive still count. No clock, no actor.
class tick {
public:
  /// @returns when to send a tick for `deadline`, nothing if one as early is on its way.
  std::optional<time_point> plan(std::optional<time_point> deadline) {
    if (!deadline || (at_ && *at_ <= *deadline))
      return std::nullopt;
    return at_ = deadline;
  }

  /// Called for each tick that arrives.
  /// @returns false for one that a nearer deadline has overtaken: that has a tick of its own.
  bool take(time_point now) {
    if (!at_ || now < *at_)
      return false;
    at_.reset();
    return true;
  }

private:
  std::optional<time_point> at_;
};

}  // namespace entente

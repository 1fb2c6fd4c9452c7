#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "messages/time.hpp"

namespace entente {

/// Counts the bytes of a stream that were not kept until they were read, so that the user hears of
/// the first at once, of what follows now and then, and of all in the end. No clock: `now` is
/// given.
class skipped_output {
public:
  /// How long nothing is said of what follows; a task that writes too much loses some all the time.
  static constexpr std::chrono::milliseconds silence{10'000};

  /// @returns how many bytes to tell of now, those that nobody was told of before; 0 for nothing
  std::uint64_t add(std::uint64_t bytes, time_point now) {
    untold_ += bytes;
    if (untold_ == 0 || now < silent_until_)
      return 0;
    silent_until_ = now + silence;
    return rest();
  }

  /// @returns how many bytes nobody was told of; from now on somebody was
  std::uint64_t rest() { return std::exchange(untold_, 0); }

private:
  std::uint64_t untold_ = 0;
  time_point silent_until_ = time_point::min();
};

}  // namespace entente

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <variant>

#include "apps/common/exit_codes.hpp"
#include "messages/task.hpp"
#include "messages/time.hpp"

namespace entente {

/// When a rank of `entente run` that has ended is run again, as `--restart` says.
struct restart_rule {
  enum class when { never, on_failure, always };
  when condition = when::never;
  std::uint32_t most = 0;  ///< how often each rank is run again; 0: as often as it takes
  friend bool operator==(const restart_rule&, const restart_rule&) = default;
};

/// Reads `never`, `on-failure`, `always`, the last two also with `:N`, N times at most.
std::variant<restart_rule, usage_error> parse_restart(std::string_view text);

/// How often the ranks were run again, and after which pauses they are: from one second doubled up
/// to half a minute, the more often they have ended soon. (An unused grant lives longer by
/// default.) No clock: `now` is given.
class restart_policy {
public:
  static constexpr std::chrono::milliseconds first_pause{1'000};
  static constexpr std::chrono::milliseconds longest_pause{30'000};
  /// Who has run so long has done well: its next pause is the first again.
  static constexpr std::chrono::milliseconds good_time{60'000};

  explicit restart_policy(restart_rule rule) : rule_(rule) {}

  /// The rank was launched.
  void started(std::size_t rank, time_point now) { ranks_[rank].started_at = now; }

  /// The rank has ended like this. One that was killed, but for its health, is lost, or never ran
  /// stays ended.
  /// @returns after what pause it is to be run again; nothing if it is not
  std::optional<std::chrono::milliseconds> ended(std::size_t rank, const status_update& last,
                                                 time_point now);

  /// How often the rank was to be run again so far.
  std::uint32_t count(std::size_t rank) const;

private:
  struct rank_state {
    std::uint32_t count = 0;
    std::uint32_t short_lives = 0;  ///< one after the other, up to now
    time_point started_at{};
  };

  restart_rule rule_;
  std::map<std::size_t, rank_state> ranks_;
};

}  // namespace entente

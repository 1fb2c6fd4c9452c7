#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "apps/common/exit_codes.hpp"
#include "messages/claim.hpp"
#include "messages/health.hpp"

/// The flags of `entente run` that say how is found out whether its tasks are well.
namespace entente {

/// As the flags have them.
struct health_options {
  std::optional<std::string> command{};  ///< for sh
  std::optional<std::string>
    tcp{};  ///< `8080`, or `PORT0` for the first port of the task's own slot
  std::optional<std::string> http{};  ///< `8080/up` or `PORT0/up`; without a path it is `/`
  std::optional<std::string> grace{};
  std::optional<std::string> interval{};
  std::optional<std::string> timeout{};
  std::optional<std::string> failures{};
};

void add_health_options(CLI::App& command, health_options& options);

/// The health check of each task of a run.
struct wanted_health {
  health_check check;
  /// Which port of its own slot is probed, from 0 on; none: that of the check.
  std::optional<std::uint32_t> slot_port{};
};

/// @param ports how many ports each slot has
/// @returns nothing if no flag was given
std::variant<std::optional<wanted_health>, usage_error> parse_health(const health_options& options,
                                                                     std::uint32_t ports);

/// The check of the task in that slot. Its port is 0, which is refused, if the slot has no such
/// port.
health_check health_in(const granted_slot& slot, const wanted_health& wanted);

}  // namespace entente

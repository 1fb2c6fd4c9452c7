#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace entente {

/// Reads a moment as RFC 3339 writes it in UTC: "2026-11-24T10:00:00Z", or without the seconds.
/// @returns nothing for any other text, and for days and times that do not exist
std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text);

}  // namespace entente

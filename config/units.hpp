#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The text forms of quantities, as users write them in configuration and on the command line.
/// Every parser takes the whole text or refuses it (nullopt); none accepts surrounding space, a
/// sign or an exponent, and none overflows. Every formatter's output is parsed back to the same
/// value.
namespace entente {

/// Parses a decimal with at most three fraction digits into thousandths: "0.5" -> 500.
/// At most 15 integer digits; there is a digit on both sides of a decimal point.
std::optional<std::int64_t> parse_milli(std::string_view text);

/// The shortest form of a number of thousandths: 500 -> "0.5", 4000 -> "4".
std::string format_milli(std::int64_t milli);

/// Parses "250ms", "5s", "1.5s", "2m", "1h". The unit is required; less than a millisecond and more
/// than ten years are refused, but "0s" is fine.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The largest unit that divides the duration: 90000 ms -> "90s", 120000 ms -> "2m", 0 -> "0s".
std::string format_duration(std::chrono::milliseconds duration);

/// Parses a size into thousandths of a megabyte: "512MB" -> 512000, "2GB" -> 2048000. Units are KB,
/// MB, GB and TB in steps of 1024; a plain number is megabytes. Kilobytes round to the nearest.
std::optional<std::int64_t> parse_size_milli_mb(std::string_view text);

/// Every number from `begin` to `end`, both included.
struct number_range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  friend bool operator==(const number_range&, const number_range&) = default;
};

/// Parses "31000-32000,5000-5001" or "[31000-32000, 5000]"; "[]" is no range at all.
/// @returns the ranges in ascending order, with overlapping and adjacent ones merged.
std::optional<std::vector<number_range>> parse_ranges(std::string_view text);

/// "[5000-5001,31000-32000]"; a range of one number is that number: "[5000]".
std::string format_ranges(const std::vector<number_range>& ranges);

/// Where a part listens or is reached.
struct endpoint {
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(const endpoint&, const endpoint&) = default;
};

/// Parses "host:port"; an IPv6 address is in brackets: "[::1]:5060". Port 0 means any free port.
std::optional<endpoint> parse_endpoint(std::string_view text);

/// "host:port", with brackets around an IPv6 address.
std::string to_string(const endpoint& where);

/// The one of `known` with the smallest edit distance to `name` (the first of equals); empty if
/// none is within max(2, length of `name` / 3) edits, or if nothing of the name would be left by
/// them.
std::string closest(std::string_view name, const std::vector<std::string>& known);

}  // namespace entente

#include "config/units.hpp"

#include "config/names.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

namespace entente {

namespace {

constexpr std::size_t max_integer_digits = 15;
constexpr std::int64_t max_milli = 999'999'999'999'999'999;
constexpr std::int64_t max_duration_ms = std::int64_t{10} * 365 * 24 * 60 * 60 * 1000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_digits(std::string_view text, std::size_t max_size) {
  return !text.empty() && text.size() <= max_size && std::ranges::all_of(text, is_digit);
}

/// The whole of `text` as a number of type T.
template <class T>
std::optional<T> parse_unsigned(std::string_view text) {
  T result{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return result;
}

/// Splits "1.5GB" before the first character that is not part of a number.
std::pair<std::string_view, std::string_view> split_unit(std::string_view text) {
  auto at = std::min(text.find_first_not_of("0123456789."), text.size());
  return {text.substr(0, at), text.substr(at)};
}

struct time_unit {
  std::string_view name;
  std::int64_t milliseconds;
};

/// The largest first.
constexpr std::array time_units = {time_unit{"h", 3'600'000}, time_unit{"m", 60'000},
                                   time_unit{"s", 1'000}, time_unit{"ms", 1}};

/// Megabytes per unit; 0 if there is no such unit of at least one megabyte.
std::int64_t megabytes_of(std::string_view unit) {
  if (unit.empty() || unit == "MB")
    return 1;
  if (unit == "GB")
    return 1024;
  return unit == "TB" ? 1024 * 1024 : 0;
}

std::optional<number_range> parse_range(std::string_view text) {
  auto dash = text.find('-');
  auto begin = parse_unsigned<std::uint64_t>(text.substr(0, dash));
  auto end = dash == text.npos ? begin : parse_unsigned<std::uint64_t>(text.substr(dash + 1));
  if (!begin || !end || *begin > *end)
    return std::nullopt;
  return number_range{*begin, *end};
}

std::vector<number_range> merged(std::vector<number_range> ranges) {
  std::ranges::sort(ranges, {}, &number_range::begin);
  std::vector<number_range> result;
  for (auto next : ranges) {
    auto joins =
      !result.empty() && (next.begin <= result.back().end || next.begin - 1 == result.back().end);
    if (joins)
      result.back().end = std::max(result.back().end, next.end);
    else
      result.push_back(next);
  }
  return result;
}

bool is_ipv6(std::string_view text) {
  auto allowed = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  };
  return text.size() >= 2 && text.size() <= 45 && text.find(':') != text.npos &&
         std::ranges::all_of(text, allowed);
}

/// Levenshtein's distance, one row of the table at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::int64_t> parse_milli(std::string_view text) {
  auto dot = text.find('.');
  auto whole = text.substr(0, dot);
  auto fraction = dot == text.npos ? std::string_view{"0"} : text.substr(dot + 1);
  if (!all_digits(whole, max_integer_digits) || !all_digits(fraction, 3))
    return std::nullopt;
  std::int64_t result = 0;
  for (auto digit : whole)
    result = result * 10 + (digit - '0');
  for (std::size_t i = 0; i < 3; ++i)
    result = result * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return result;
}

std::string format_milli(std::int64_t milli) {
  auto fraction = std::to_string(1000 + (milli < 0 ? -(milli % 1000) : milli % 1000));
  auto result =
    (milli < 0 ? "-" : "") + std::to_string(milli / 1000).substr(milli <= -1000 ? 1 : 0);
  if (fraction == "1000")
    return result;
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return result + "." + fraction.substr(1);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  auto [number, name] = split_unit(text);
  auto milli = parse_milli(number);
  const auto* unit = std::ranges::find(time_units, name, &time_unit::name);
  if (!milli || unit == time_units.end() || *milli > max_duration_ms * 1000 / unit->milliseconds)
    return std::nullopt;
  auto product = *milli * unit->milliseconds;
  if (product % 1000 != 0)
    return std::nullopt;
  return std::chrono::milliseconds{product / 1000};
}

std::string format_duration(std::chrono::milliseconds duration) {
  auto count = std::int64_t{duration.count()};
  if (count == 0)
    return "0s";
  for (const auto& unit : time_units)
    if (count % unit.milliseconds == 0)
      return std::to_string(count / unit.milliseconds) + std::string{unit.name};
  return {};  // not reached: the last unit divides everything
}

std::optional<std::int64_t> parse_size_milli_mb(std::string_view text) {
  auto [number, unit] = split_unit(text);
  auto milli = parse_milli(number);
  if (!milli)
    return std::nullopt;
  if (unit == "KB")
    return (*milli + 512) / 1024;
  auto factor = megabytes_of(unit);
  if (factor == 0 || *milli > max_milli / factor)
    return std::nullopt;
  return *milli * factor;
}

std::optional<std::vector<number_range>> parse_ranges(std::string_view text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']'))
      return std::nullopt;
    text = text.substr(1, text.size() - 2);
    if (text.empty())
      return std::vector<number_range>{};
  }
  std::vector<number_range> result;
  for (;;) {
    auto comma = text.find(',');
    auto range = parse_range(text.substr(0, comma));
    if (!range)
      return std::nullopt;
    result.push_back(*range);
    if (comma == text.npos)
      return merged(std::move(result));
    text.remove_prefix(comma + 1);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
}

std::string format_ranges(const std::vector<number_range>& ranges) {
  std::string result = "[";
  for (const auto& x : ranges) {
    if (result.size() > 1)
      result += ',';
    result += std::to_string(x.begin);
    if (x.end != x.begin)
      result += "-" + std::to_string(x.end);
  }
  return result + "]";
}

std::optional<endpoint> parse_endpoint(std::string_view text) {
  auto colon = text.rfind(':');
  if (colon == text.npos)
    return std::nullopt;
  auto port = parse_unsigned<std::uint16_t>(text.substr(colon + 1));
  auto host = text.substr(0, colon);
  auto bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  if (!port || !(bracketed ? is_ipv6(host) : is_host_name(host)))
    return std::nullopt;
  return endpoint{std::string{host}, *port};
}

std::string to_string(const endpoint& where) {
  auto ipv6 = where.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + where.host + "]" : where.host) + ":" + std::to_string(where.port);
}

std::string closest(std::string_view name, const std::vector<std::string>& known) {
  auto best = std::max<std::size_t>(2, name.size() / 3) + 1;
  std::string result;
  for (const auto& candidate : known) {
    auto longer = std::max(name.size(), candidate.size());
    auto shorter = std::min(name.size(), candidate.size());
    if (longer - shorter >= best)
      continue;
    auto distance = edit_distance(name, candidate);
    if (distance < std::min(best, longer)) {
      best = distance;
      result = candidate;
    }
  }
  return result;
}

}  // namespace entente

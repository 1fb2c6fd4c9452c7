#include "apps/entente/utc_time.hpp"

#include <string>

namespace entente {

namespace {

/// Takes so many digits off the front, and what must follow them.
std::optional<unsigned> take(std::string_view& text, std::size_t digits, std::string_view then) {
  if (text.size() < digits + then.size() || text.substr(digits, then.size()) != then)
    return std::nullopt;
  unsigned value = 0;
  for (auto c : text.substr(0, digits)) {
    if (c < '0' || c > '9')
      return std::nullopt;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  text.remove_prefix(digits + then.size());
  return value;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_utc(std::string_view text) {
  using namespace std::chrono;
  auto year_number = take(text, 4, "-");
  auto month_number = take(text, 2, "-");
  auto day_number = take(text, 2, "T");
  auto hour = take(text, 2, ":");
  auto has_seconds = text.size() > 2 && text[2] == ':';
  auto minute = take(text, 2, has_seconds ? ":" : "Z");
  auto second = has_seconds ? take(text, 2, "Z") : std::optional{0u};
  if (!year_number || !month_number || !day_number || !hour || !minute || !second || !text.empty())
    return std::nullopt;
  year_month_day date{year{static_cast<int>(*year_number)}, month{*month_number}, day{*day_number}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59)
    return std::nullopt;
  return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second};
}

}  // namespace entente

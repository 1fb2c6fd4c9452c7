#include "config/quantities.hpp"

#include "config/names.hpp"
#include "config/units.hpp"

#include <cmath>

namespace entente {

namespace {

constexpr std::int64_t max_weight_milli = 1'000'000'000;

bool is_size(std::string_view resource) {
  return resource == "mem" || resource == "disk";
}

bool is_count(std::string_view resource) {
  return resource == "cpus" || resource == "gpus";
}

/// "{a,b}" with at least one item.
bool is_set(std::string_view text) {
  if (text.size() < 3 || text.front() != '{' || text.back() != '}')
    return false;
  text = text.substr(1, text.size() - 2);
  for (;;) {
    auto comma = text.find(',');
    if (!is_resource_name(text.substr(0, comma)))
      return false;
    if (comma == text.npos)
      return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::optional<std::int64_t> parse_quantity(std::string_view resource, std::string_view text) {
  if (resource == "ports")
    return std::nullopt;
  return is_size(resource) ? parse_size_milli_mb(text) : parse_milli(text);
}

std::string format_quantity(std::string_view resource, std::int64_t milli) {
  return format_milli(milli) + (is_size(resource) ? "MB" : "");
}

std::string_view expected_quantity(std::string_view resource) {
  if (resource == "ports")
    return "no ports here: only scalar resources";
  return is_size(resource) ? R"(a size such as "512MB" or "2GB")"
                           : "a number such as 4 or 0.5, not negative, with at most three decimals";
}

std::optional<double> parse_weight(std::string_view text) {
  auto milli = parse_milli(text);
  if (!milli || *milli <= 0 || *milli > max_weight_milli)
    return std::nullopt;
  return static_cast<double>(*milli) / 1000;
}

std::string format_weight(double weight) {
  return format_milli(std::llround(weight * 1000));
}

std::string_view expected_weight() {
  return "a number above zero such as 2 or 0.5, at most 1000000, with at most three decimals";
}

bool is_capacity(std::string_view resource, std::string_view text) {
  if (is_count(resource) || is_size(resource))
    return text == "auto" || parse_quantity(resource, text);
  if (resource == "ports")
    return parse_ranges(text).has_value();
  return parse_quantity(resource, text) || parse_ranges(text) || is_set(text);
}

std::string_view expected_capacity(std::string_view resource) {
  if (is_count(resource))
    return R"("auto" or a number such as 4 or 0.5, not negative, with at most three decimals)";
  if (is_size(resource))
    return R"("auto" or a size such as "512MB" or "100GB")";
  return resource == "ports"
           ? R"(ranges such as "31000-32000" or "[5000,31000-32000]")"
           : R"(a number such as 4, ranges such as "1-8" or a set such as "{a,b}")";
}

}  // namespace entente

#include "apps/entente/amounts.hpp"

#include <algorithm>

#include "config/names.hpp"
#include "config/quantities.hpp"

namespace entente {

namespace {

usage_error expected(std::string_view source, std::string_view what, std::string_view found) {
  return {std::string{source} + ": expected " + std::string{what} + ", found \"" +
          std::string{found} + '"'};
}

/// Adds `cpus=4`. @returns what is wrong with it, in an empty text nothing
std::string add_amount(std::string_view source, std::string_view pair, resources& sum) {
  auto equals = std::min(pair.find('='), pair.size());
  auto name = std::string{pair.substr(0, equals)};
  if (equals == pair.size() || !is_resource_name(name))
    return expected(source, "NAME=AMOUNT, with commas between, such as cpus=4,mem=8GB", pair)
      .message;
  auto text = pair.substr(equals + 1);
  auto where = std::string{source} + ": " + name;
  auto milli = parse_amount(where, name, text);
  if (auto* wrong = std::get_if<usage_error>(&milli))
    return wrong->message;
  if (std::get<std::int64_t>(milli) == 0)
    return expected(where, "more than zero", text).message;
  if (sum.milli(name) > 0)
    return where + " is given twice";
  sum.set_milli(name, std::get<std::int64_t>(milli));
  return {};
}

}  // namespace

std::variant<std::int64_t, usage_error>
parse_amount(std::string_view source, std::string_view resource, std::string_view text) {
  auto milli = parse_quantity(resource, text);
  if (!milli || *milli > resources::max_milli)
    return expected(source, expected_quantity(resource), text);
  return *milli;
}

std::variant<resources, usage_error> parse_amounts(std::string_view source, std::string_view text) {
  resources result;
  for (;;) {
    auto comma = text.find(',');
    if (auto wrong = add_amount(source, text.substr(0, comma), result); !wrong.empty())
      return usage_error{std::move(wrong)};
    if (comma == text.npos)
      return result;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace entente

#include "messages/resources.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace entente {

namespace {

using range_list = std::vector<number_range>;

std::int64_t add_saturated(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

/// Sorts, and merges what overlaps or touches.
range_list normalized(range_list xs) {
  std::sort(xs.begin(), xs.end(), [](const auto& a, const auto& b) { return a.begin < b.begin; });
  range_list result;
  for (const auto& x : xs) {
    if (!result.empty() && (x.begin <= result.back().end || x.begin - result.back().end == 1))
      result.back().end = std::max(result.back().end, x.end);
    else
      result.push_back(x);
  }
  return result;
}

range_list without(const range_list& xs, const range_list& holes) {
  range_list result;
  auto hole = holes.begin();
  for (auto x : xs) {
    hole = std::find_if(hole, holes.end(), [&](const auto& h) { return h.end >= x.begin; });
    bool used_up = false;
    for (; hole != holes.end() && hole->begin <= x.end; ++hole) {
      if (hole->begin > x.begin)
        result.push_back({x.begin, hole->begin - 1});
      used_up = hole->end >= x.end;
      if (used_up)
        break;  // it may reach into the next range, too
      x.begin = hole->end + 1;
    }
    if (!used_up)
      result.push_back(x);
  }
  return result;
}

bool covers(const range_list& xs, const range_list& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& w) {
    auto x =
      std::partition_point(xs.begin(), xs.end(), [&](const auto& r) { return r.end < w.begin; });
    return x != xs.end() && x->begin <= w.begin && w.end <= x->end;
  });
}

/// True if `have` has every name of `wanted`, and enough of it as `fits` judges.
template <class Map, class Fits>
bool all_in(const Map& have, const Map& wanted, Fits fits) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& w) {
    auto i = have.find(w.first);
    return i != have.end() && fits(i->second, w.second);
  });
}

std::string_view trimmed(std::string_view text) {
  const auto* blank = " \t\r\n";
  auto from = text.find_first_not_of(blank);
  if (from == std::string_view::npos)
    return {};
  return text.substr(from, text.find_last_not_of(blank) - from + 1);
}

resources_error bad(std::string_view name, std::string_view expected, std::string_view found) {
  return {std::string{name} + ": expected " + std::string{expected} + ", found \"" +
          std::string{found} + '"'};
}

std::optional<std::set<std::string>> parse_items(std::string_view text) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}')
    return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::set<std::string> items;
  while (!text.empty()) {
    auto comma = text.find(',');
    auto item = trimmed(text.substr(0, comma));
    if (!is_resource_name(item))
      return std::nullopt;
    items.emplace(item);
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return items;
}

/// JSON as it is quoted in messages, also if its texts are not Unicode.
std::string quoted(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

constexpr std::string_view name_expected =
  "a name of letters, digits, '_', '-' and '.', a letter or '_' first";
constexpr std::string_view item_expected =
  "items of letters, digits, '_', '-' and '.', a letter or '_' first";
constexpr std::string_view scalar_expected = "a number of at most 10^12 with up to three decimals";

std::optional<resources_error> put_value(resources& to, std::string_view name,
                                         std::string_view value) {
  if (!is_resource_name(name))
    return bad("resource", name_expected, name);
  if (value.starts_with('[')) {
    auto ranges = parse_ranges(value);
    if (!ranges)
      return bad(name, "ranges such as [31000-32000]", value);
    to.set_ranges(std::string{name}, std::move(*ranges));
  } else if (value.starts_with('{')) {
    auto items = parse_items(value);
    if (!items)
      return bad(name, "a set such as {sda,sdb}", value);
    to.set_items(std::string{name}, std::move(*items));
  } else {
    auto milli = parse_milli(value);
    if (!milli || *milli > resources::max_milli)
      return bad(name, scalar_expected, value);
    to.set_milli(std::string{name}, *milli);
  }
  return std::nullopt;
}

std::optional<std::int64_t> milli_of(double x) {
  auto thousandths = x * 1000.0;
  if (!(x >= 0) || thousandths > static_cast<double>(resources::max_milli))
    return std::nullopt;
  auto rounded = std::llround(thousandths);
  // The double nearest to a number of three decimals is this quotient; others had more decimals.
  if (static_cast<double>(rounded) / 1000.0 != x)
    return std::nullopt;
  return rounded;
}

std::optional<resources_error> put_json(resources& to, const std::string& name,
                                        const nlohmann::json& value) {
  if (value.is_string())
    return put_value(to, name, value.get<std::string>());
  if (!is_resource_name(name))
    return bad("resource", name_expected, name);
  if (value.is_number()) {
    auto milli = milli_of(value.get<double>());
    if (!milli)
      return bad(name, scalar_expected, quoted(value));
    to.set_milli(name, *milli);
    return std::nullopt;
  }
  if (!value.is_array())
    return bad(name, "a number, a text of ranges or an array of items", quoted(value));
  std::set<std::string> items;
  for (const auto& item : value) {
    if (!item.is_string() || !is_resource_name(item.get<std::string>()))
      return bad(name, item_expected, quoted(item));
    items.insert(item.get<std::string>());
  }
  to.set_items(name, std::move(items));
  return std::nullopt;
}

}  // namespace

std::variant<resources, resources_error> resources::parse(std::string_view text) {
  resources result;
  std::set<std::string_view> names;
  while (!text.empty()) {
    auto end = text.find(';');
    auto part = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (part.empty())
      continue;
    auto colon = part.find(':');
    if (colon == std::string_view::npos)
      return bad("resources", "name:value pairs such as cpus:4;mem:8192", part);
    auto name = trimmed(part.substr(0, colon));
    if (!names.insert(name).second)
      return resources_error{std::string{name} + ": given twice"};
    if (auto err = put_value(result, name, trimmed(part.substr(colon + 1))))
      return *err;
  }
  return result;
}

std::variant<resources, resources_error> resources::from_json(const nlohmann::json& json) {
  if (!json.is_object())
    return bad("resources", "an object such as {\"cpus\": 4}", quoted(json));
  resources result;
  for (const auto& [name, value] : json.items())
    if (auto err = put_json(result, name, value))
      return *err;
  return result;
}

std::int64_t resources::milli(std::string_view name) const {
  auto i = scalars_.find(name);
  return i == scalars_.end() ? 0 : i->second;
}

void resources::set_milli(std::string name, std::int64_t milli) {
  if (milli <= 0)
    scalars_.erase(name);
  else
    scalars_[std::move(name)] = milli;
}

void resources::set_ranges(std::string name, range_list ranges) {
  if (ranges.empty())
    ranges_.erase(name);
  else
    ranges_[std::move(name)] = normalized(std::move(ranges));
}

void resources::set_items(std::string name, std::set<std::string> items) {
  if (items.empty())
    sets_.erase(name);
  else
    sets_[std::move(name)] = std::move(items);
}

bool resources::contains(const resources& other) const {
  return all_in(scalars_, other.scalars_, [](auto have, auto want) { return have >= want; }) &&
         all_in(ranges_, other.ranges_, covers) &&
         all_in(sets_, other.sets_, [](const auto& have, const auto& want) {
           return std::includes(have.begin(), have.end(), want.begin(), want.end());
         });
}

resources& resources::operator+=(const resources& other) {
  for (const auto& [name, milli] : other.scalars_) {
    auto& mine = scalars_[name];
    mine = add_saturated(mine, milli);
  }
  for (const auto& [name, ranges] : other.ranges_) {
    auto& mine = ranges_[name];
    auto both = mine;
    both.insert(both.end(), ranges.begin(), ranges.end());
    mine = normalized(std::move(both));
  }
  for (const auto& [name, items] : other.sets_)
    sets_[name].insert(items.begin(), items.end());
  return *this;
}

resources& resources::operator-=(const resources& other) {
  if (this == &other)
    return *this = resources{};
  for (const auto& [name, milli] : other.scalars_)
    if (auto i = scalars_.find(name); i != scalars_.end() && (i->second -= milli) <= 0)
      scalars_.erase(i);
  for (const auto& [name, holes] : other.ranges_)
    if (auto i = ranges_.find(name); i != ranges_.end())
      set_ranges(name, without(i->second, holes));
  for (const auto& [name, items] : other.sets_) {
    auto i = sets_.find(name);
    if (i == sets_.end())
      continue;
    for (const auto& item : items)
      i->second.erase(item);
    if (i->second.empty())
      sets_.erase(i);
  }
  return *this;
}

std::int64_t resources::slots(const resources& slot) const {
  if (slot.empty() || !contains(slot))
    return 0;
  auto fits = std::numeric_limits<std::int64_t>::max();
  if (!slot.ranges_.empty() || !slot.sets_.empty())
    fits = 1;
  for (const auto& [name, limit] : slot.scalars_)
    fits = std::min(fits, milli(name) / limit);
  return fits;
}

resources resources::times(std::int64_t count) const {
  resources result = *this;
  for (auto& [name, milli] : result.scalars_)
    if (__builtin_mul_overflow(milli, count, &milli))
      milli = std::numeric_limits<std::int64_t>::max();
  if (count <= 0)
    result.scalars_.clear();
  return result;
}

std::string resources::to_string() const {
  std::string text;
  auto add = [&text](const std::string& name, const std::string& value) {
    if (!text.empty())
      text += ';';
    text += name + ':' + value;
  };
  for (const auto& [name, milli] : scalars_)
    add(name, format_milli(milli));
  for (const auto& [name, ranges] : ranges_)
    add(name, format_ranges(ranges));
  for (const auto& [name, items] : sets_) {
    std::string list;
    for (const auto& item : items)
      list += (list.empty() ? "" : ",") + item;
    add(name, '{' + list + '}');
  }
  return text;
}

nlohmann::json resources::to_json() const {
  auto json = nlohmann::json::object();
  for (const auto& [name, milli] : scalars_) {
    if (milli % 1000 == 0)
      json[name] = milli / 1000;
    else
      json[name] = static_cast<double>(milli) / 1000.0;
  }
  for (const auto& [name, ranges] : ranges_)
    json[name] = format_ranges(ranges);
  for (const auto& [name, items] : sets_)
    json[name] = items;
  return json;
}

}  // namespace entente

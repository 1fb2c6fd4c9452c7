#include "config/kinds.hpp"

#include "config/names.hpp"
#include "config/quantities.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace entente {

namespace {

using nlohmann::json;

template <class Enum>
struct named_value {
  constexpr named_value(Enum v, std::string_view n) : value(v), name(n) {}

  Enum value;
  std::string_view name;
};

template <class Enum>
constexpr int names_of = 0;

template <>
constexpr std::array names_of<limits_mode> = {named_value{limits_mode::automatic, "auto"},
                                              named_value{limits_mode::off, "off"}};

template <>
constexpr std::array names_of<tls_verify> = {named_value{tls_verify::host, "host"},
                                             named_value{tls_verify::ca, "ca"}};

template <>
constexpr std::array names_of<fan_out_mode> = {named_value{fan_out_mode::all, "all"},
                                               named_value{fan_out_mode::candidates, "candidates"}};

template <>
constexpr std::array names_of<log_level> = {
  named_value{log_level::trace, "trace"}, named_value{log_level::debug, "debug"},
  named_value{log_level::info, "info"}, named_value{log_level::warn, "warn"},
  named_value{log_level::error, "error"}};

template <>
constexpr std::array names_of<log_format> = {named_value{log_format::text, "text"},
                                             named_value{log_format::json, "json"}};

template <>
constexpr std::array names_of<part> = {named_value{part::master, "master"},
                                       named_value{part::agent, "agent"}};

template <class Enum>
std::string_view name_of(Enum value) {
  auto found = std::ranges::find(names_of<Enum>, value, &named_value<Enum>::value);
  return found == std::end(names_of<Enum>) ? std::string_view{} : found->name;
}

/// @returns whether it was one.
template <class Enum>
bool read_choice(const place& at, const json& value, Enum& out) {
  std::vector<std::string> known;
  std::string listed;
  for (const auto& candidate : names_of<Enum>) {
    if (value == candidate.name) {
      out = candidate.value;
      return true;
    }
    known.emplace_back(candidate.name);
    listed += (listed.empty() ? "" : ", ") + in_quotes(candidate.name);
  }
  auto near = value.is_string() ? hint(value.get_ref<const std::string&>(), known) : "";
  at.expected("one of " + listed, value, near);
  return false;
}

/// Whether the text is valid UTF-8 without control characters, and not empty.
bool is_line(const std::string& text) {
  auto control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  if (text.empty() || std::ranges::any_of(text, control))
    return false;
  try {
    json(text).dump();  // throws if the text is not UTF-8
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

/// The text of a JSON string; empty if the value is anything else.
std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string{};
}

/// A quantity's text: a JSON string as it is, a number in its shortest form.
std::string quantity_text(const json& value) {
  if (!value.is_number())
    return text_of(value);
  auto milli = parse_milli(value.dump());
  return milli ? format_milli(*milli) : std::string{};
}

/// Of a number without a fraction, or of its text.
std::optional<std::uint64_t> whole_number(const json& value) {
  auto text = quantity_text(value);
  std::uint64_t number = 0;
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

/// An attribute's text: a JSON string as it is, a number or truth value as JSON writes it.
std::string attribute_text(const json& value) {
  return value.is_number() || value.is_boolean() ? value.dump() : text_of(value);
}

/// Calls `read_entry(place, name, value)` for every name of an object that may be a resource's.
template <class ReadEntry>
void for_each_name(const place& at, const json& value, ReadEntry read_entry) {
  if (!value.is_object())
    return at.expected("an object", value);
  for (const auto& [name, child] : value.items())
    if (is_resource_name(name))
      read_entry(at.at(name), name, child);
    else
      at.at(name).report("expected a name of letters, digits, '_', '-' and '.' that starts with a "
                         "letter or '_'");
}

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> result;
  for (;;) {
    auto comma = text.find(',');
    result.emplace_back(text.substr(0, comma));
    if (comma == text.npos)
      return result;
    text.remove_prefix(comma + 1);
  }
}

json show_texts(const std::map<std::string, std::string>& value) {
  return value.empty() ? json{} : json(value);
}

}  // namespace

std::string_view to_string(fan_out_mode value) {
  return name_of(value);
}

std::string_view to_string(tls_verify value) {
  return name_of(value);
}

std::string_view to_string(limits_mode value) {
  return name_of(value);
}

std::string_view to_string(log_level value) {
  return name_of(value);
}

std::string_view to_string(log_format value) {
  return name_of(value);
}

std::string_view to_string(part value) {
  return name_of(value);
}

void line_kind::read(const place& at, const json& value, std::string& out) {
  auto text = text_of(value);
  if (!is_line(text))
    return at.expected("a text of one line that is not empty", value);
  out = std::move(text);
}

json line_kind::show(const std::string& value) {
  return value.empty() ? json{} : json(value);
}

void attribute_name_kind::read(const place& at, const json& value, std::string& out) {
  auto text = text_of(value);
  if (!is_resource_name(text))
    return at.expected("the name of an attribute such as \"rack\"", value);
  out = std::move(text);
}

void host_kind::read(const place& at, const json& value, std::string& out) {
  auto text = text_of(value);
  if (!text.empty() && !is_host_or_address(text))
    return at.expected(R"(a host or an address, without a port, such as "node2" or "10.0.0.2")",
                       value);
  out = std::move(text);
}

void address_kind::read(const place& at, const json& value, endpoint& out) {
  auto parsed = parse_endpoint(text_of(value));
  if (!parsed)
    return at.expected(R"(HOST:PORT such as "127.0.0.1:5060", with a port of 0 to 65535)", value);
  out = std::move(*parsed);
}

json address_kind::show(const endpoint& value) {
  return to_string(value);
}

void addresses_kind::read(const place& at, const json& value, std::vector<endpoint>& out) {
  auto list =
    value.is_string() ? json(split_at_commas(value.get_ref<const std::string&>())) : value;
  if (!list.is_array() || list.empty())
    return at.expected(R"(a list such as ["10.0.0.1:5060"] with at least one item)", value);
  if (list.size() > max_masters)
    return at.report("expected at most " + std::to_string(max_masters) + " addresses, found " +
                     std::to_string(list.size()));
  std::vector<endpoint> result;
  for (std::size_t i = 0; i < list.size(); ++i) {
    auto parsed = parse_endpoint(text_of(list[i]));
    auto where = value.is_array() ? at.at(i) : at;
    if (parsed && parsed->port != 0)
      result.push_back(std::move(*parsed));
    else
      where.expected(R"(HOST:PORT such as "10.0.0.1:5060", with a port of 1 to 65535)", list[i]);
  }
  if (result.size() == list.size())
    out = std::move(result);
}

json addresses_kind::show(const std::vector<endpoint>& value) {
  auto result = json::array();
  for (const auto& x : value)
    result.push_back(to_string(x));
  return result;
}

void duration_kind::read(const place& at, const json& value, value_type& out) {
  auto parsed = parse_duration(text_of(value));
  if (!parsed || *parsed == value_type::zero())
    return at.expected(R"(a duration above zero such as "250ms" or "5s")", value);
  out = *parsed;
}

json duration_kind::show(value_type value) {
  return format_duration(value);
}

template <class Enum>
void choice_kind<Enum>::read(const place& at, const json& value, Enum& out) {
  read_choice(at, value, out);
}

template <class Enum>
json choice_kind<Enum>::show(Enum value) {
  return name_of(value);
}

template <class Enum>
json choice_kind<Enum>::schema() {
  json names;
  for (const auto& x : names_of<Enum>)
    names.push_back(x.name);
  return {{"enum", names}};
}

json levels_kind::schema() {
  auto result = schema_of_entries(choice_kind<log_level>::schema());
  result["propertyNames"] = {{"enum", log_parts}};
  return result;
}

json parts_kind::schema() {
  return {{"type", "array"}, {"items", choice_kind<part>::schema()}, {"uniqueItems", true}};
}

template struct choice_kind<fan_out_mode>;
template struct choice_kind<limits_mode>;
template struct choice_kind<tls_verify>;
template struct choice_kind<log_level>;
template struct choice_kind<log_format>;

json tls_verify_kind::show(tls_verify value) {
  return value == tls_verify::host ? json{} : choice_kind::show(value);
}

void count_kind::read(const place& at, const json& value, std::uint64_t& out) {
  auto number = whole_number(value);
  if (!number || *number == 0)
    return at.expected("a whole number above zero", value);
  out = *number;
}

json count_kind::show(std::uint64_t value) {
  return value;
}

void rate_kind::read(const place& at, const json& value, std::uint64_t& out) {
  auto number = whole_number(value);
  if (!number || *number > max_rate)
    return at.expected(
      "a whole number a second, up to " + std::to_string(max_rate) + ", or 0 for no limit", value);
  out = *number;
}

json rate_kind::show(std::uint64_t value) {
  return value;
}

void size_kind::read(const place& at, const json& value, std::string& out) {
  auto text = text_of(value);
  if (parse_quantity("disk", text).value_or(0) <= 0)
    return at.expected(R"(a size above zero such as "100MB" or "2GB")", value);
  out = std::move(text);
}

json size_kind::show(const std::string& value) {
  return value;
}

void truth_kind::read(const place& at, const json& value, bool& out) {
  if (!value.is_boolean())
    return at.expected("true or false", value);
  out = value.get<bool>();
}

json truth_kind::show(bool value) {
  return value;
}

void weight_kind::read(const place& at, const json& value, double& out) {
  auto weight = parse_weight(quantity_text(value));
  if (!weight)
    return at.expected(expected_weight(), value);
  out = *weight;
}

json weight_kind::show(double value) {
  return json::parse(format_weight(value));
}

void share_kind::read(const place& at, const json& value, double& out) {
  auto milli = parse_milli(quantity_text(value)).value_or(0);
  if (milli <= 0 || milli > 1000)
    return at.expected("a share above 0, at most 1, such as 0.9", value);
  out = static_cast<double>(milli) / 1000;
}

json share_kind::show(double value) {
  return json::parse(format_milli(std::llround(value * 1000)));
}

void capacities_kind::read(const place& at, const json& value, resource_texts& out) {
  for_each_name(at, value, [&out](const place& here, const std::string& name, const json& x) {
    if (auto text = quantity_text(x); is_capacity(name, text))
      out[name] = std::move(text);
    else
      here.expected(expected_capacity(name), x);
  });
}

json capacities_kind::show(const resource_texts& value) {
  return show_texts(value);
}

void quantities_kind::read(const place& at, const json& value, resource_texts& out) {
  for_each_name(at, value, [&out](const place& here, const std::string& name, const json& x) {
    if (auto text = quantity_text(x); parse_quantity(name, text))
      out[name] = std::move(text);
    else
      here.expected(expected_quantity(name), x);
  });
}

json quantities_kind::show(const resource_texts& value) {
  return show_texts(value);
}

void attributes_kind::read(const place& at, const json& value, value_type& out) {
  for_each_name(at, value, [&out](const place& here, const std::string& name, const json& x) {
    if (auto text = attribute_text(x); is_line(text))
      out[name] = std::move(text);
    else
      here.expected("a text of one line that is not empty", x);
  });
}

json attributes_kind::show(const value_type& value) {
  return show_texts(value);
}

void levels_kind::read(const place& at, const json& value, value_type& out) {
  if (!value.is_object())
    return at.expected("an object", value);
  for (const auto& [name, child] : value.items())
    if (std::ranges::find(log_parts, name) == log_parts.end())
      at.unknown(name, {log_parts.begin(), log_parts.end()});
    else if (auto level = log_level::info; read_choice(at.at(name), child, level))
      out[name] = level;
}

json levels_kind::show(const value_type& value) {
  json result;
  for (const auto& [name, level] : value)
    result[name] = name_of(level);
  return result;
}

void parts_kind::read(const place& at, const json& value, std::set<part>& out) {
  if (!value.is_array())
    return at.expected(R"(a list such as ["master", "agent"])", value);
  for (std::size_t i = 0; i < value.size(); ++i) {
    auto parsed = part::master;
    read_choice(at.at(i), value[i], parsed);
    out.insert(parsed);
  }
}

json parts_kind::show(const std::set<part>& value) {
  auto result = json::array();
  for (auto x : value)
    result.push_back(name_of(x));
  return result;
}

}  // namespace entente

#include "messages/constraints.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <utility>

#include "config/names.hpp"
#include "config/units.hpp"

namespace entente {

namespace {

using std::string_view;
using problem = std::optional<std::string>;

// -- patterns -------------------------------------------------------------------

/// What a compiled pattern may take, in bytes: one that needs more is refused.
constexpr std::int64_t pattern_memory = 262'144;
/// How many compiled patterns a thread keeps: those of one claim.
constexpr std::size_t kept_patterns = max_constraints;

RE2::Options pattern_options() {
  RE2::Options result;
  result.set_max_mem(pattern_memory);
  result.set_log_errors(false);
  return result;
}

/// Compiles the pattern, unless it is one of the last. Valid until the thread's next call.
const RE2& compiled(const std::string& pattern) {
  thread_local std::map<std::string, RE2> kept;
  auto found = kept.find(pattern);
  if (found != kept.end())
    return found->second;
  if (kept.size() == kept_patterns)
    kept.clear();
  return kept.try_emplace(pattern, pattern, pattern_options()).first->second;
}

bool matches(const std::string& value, const std::string& pattern) {
  if (pattern.size() > max_claim_text)
    return false;
  const auto& expression = compiled(pattern);
  return expression.ok() && RE2::FullMatch(value, expression);
}

// -- reading and writing --------------------------------------------------------

/// The operators in the order of the wire; no text of one is the beginning of another's.
constexpr std::array all_operators = {
  constraint_op::equals,  constraint_op::not_equals, constraint_op::in,     constraint_op::exists,
  constraint_op::matches, constraint_op::less,       constraint_op::greater};
static_assert(all_operators.size() == constraint_op_count);

bool is_word(constraint_op x) {
  return x == constraint_op::in || x == constraint_op::exists;
}

string_view trimmed(string_view text) {
  auto from = text.find_first_not_of(" \t");
  if (from == text.npos)
    return {};
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

/// The operator that the text begins with; a word ends with a blank or with the text.
std::optional<constraint_op> leading_operator(string_view text) {
  for (auto x : all_operators) {
    auto name = to_string(x);
    if (!text.starts_with(name))
      continue;
    auto rest = text.substr(name.size());
    if (!is_word(x) || rest.empty() || rest.front() == ' ' || rest.front() == '\t')
      return x;
  }
  return std::nullopt;
}

std::vector<std::string> values_of(constraint_op op, string_view text) {
  if (op == constraint_op::exists && text.empty())
    return {};
  if (op != constraint_op::in)
    return {std::string{text}};
  std::vector<std::string> result;
  for (;;) {
    auto comma = text.find(',');
    result.emplace_back(trimmed(text.substr(0, comma)));
    if (comma == text.npos)
      return result;
    text.remove_prefix(comma + 1);
  }
}

// -- what is wrong --------------------------------------------------------------

/// What was found, as it stands in a message: not too long, in one line.
std::string quoted(string_view text) {
  constexpr std::size_t longest = 64;
  auto result = std::string{text.substr(0, longest)};
  std::ranges::replace_if(
    result, [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  return '"' + result + (text.size() > longest ? "\"..." : "\"");
}

std::string expected(string_view what, string_view found) {
  return "expected " + std::string{what} + ", found " + std::string{found};
}

template <class Number>
problem outside(Number x, Number low, Number high) {
  if (low <= x && x <= high)
    return std::nullopt;
  return expected("a number from " + std::to_string(low) + " to " + std::to_string(high),
                  std::to_string(x));
}

/// Up to max_claim_text bytes in one line, without blanks around them.
bool is_text(string_view text) {
  return !text.empty() && text.size() <= max_claim_text && trimmed(text).size() == text.size() &&
         std::ranges::none_of(text, [](unsigned char c) { return c < ' ' || c == 0x7f; });
}

problem problem_of_text(string_view text) {
  if (is_text(text))
    return std::nullopt;
  return expected("a text of 1 to " + std::to_string(max_claim_text) +
                    " bytes in one line, without blanks around it",
                  quoted(text));
}

constexpr string_view name_expected =
  "a name of letters, digits, '_', '-' and '.', a letter or '_' first";

problem problem_of_number_of(const constraint& x) {
  auto count = x.values.size();
  auto found = [&] { return std::to_string(count) + (count == 1 ? " value" : " values"); };
  if (x.op == constraint_op::exists)
    return count == 0 ? problem{} : expected("no value after exists", found());
  if (x.op != constraint_op::in)
    return count == 1 ? problem{} : expected("one value", found());
  if (count >= 1 && count <= max_constraint_values)
    return std::nullopt;
  return expected("1 to " + std::to_string(max_constraint_values) + " values", found());
}

problem problem_of_value(constraint_op op, const std::string& value) {
  if (auto wrong = problem_of_text(value))
    return wrong;
  if (op == constraint_op::in && value.find(',') != value.npos)
    return expected("values without commas", quoted(value));
  if ((op == constraint_op::less || op == constraint_op::greater) && !parse_milli(value))
    return expected("a number such as 3 or 0.5", quoted(value));
  if (op != constraint_op::matches)
    return std::nullopt;
  const auto& expression = compiled(value);
  if (expression.ok())
    return std::nullopt;
  return expected("a regular expression", quoted(value) + " (" + expression.error() + ')');
}

problem problem_of(const constraint& x) {
  if (!is_resource_name(x.attribute))
    return expected(name_expected, quoted(x.attribute));
  auto where = x.attribute + ": ";
  if (static_cast<std::uint16_t>(x.op) >= constraint_op_count)
    return where + expected("a known operator", std::to_string(static_cast<std::uint16_t>(x.op)));
  if (auto wrong = problem_of_number_of(x))
    return where + *wrong;
  for (const auto& value : x.values)
    if (auto wrong = problem_of_value(x.op, value))
      return where + *wrong;
  return std::nullopt;
}

problem problem_of(const preference& x) {
  if (auto wrong = problem_of(x.when))
    return wrong;
  if (auto wrong = outside(x.weight, 1U, max_weight))
    return "weight: " + *wrong;
  return std::nullopt;
}

/// Of lists of constraints and of
/// preferences.
template <class T>
problem problem_of(const std::vector<T>& xs) {
  if (xs.size() > max_constraints)
    return expected("at most " + std::to_string(max_constraints), std::to_string(xs.size()));
  for (const auto& x : xs)
    if (auto wrong = problem_of(x))
      return wrong;
  return std::nullopt;
}

problem problem_of_id(const claim& x) {
  return problem_of_text(x.id.str());
}

problem problem_of_count(const claim& x) {
  return outside(x.count, 1U, max_claim_slots);
}

problem problem_of_max_count(const claim& x) {
  return x.max_count == 0 ? problem{} : outside(x.max_count, x.count, max_claim_slots);
}

problem problem_of_class(const claim& x) {
  auto good = x.slot_class.empty() || is_resource_name(x.slot_class);
  return good ? problem{} : expected(name_expected, quoted(x.slot_class));
}

problem problem_of_limits(const claim& x) {
  if (!x.limits.ranges().empty() || !x.limits.sets().empty())
    return expected("quantities only (ports are claimed by "
                    "their number)",
                    quoted(x.limits.to_string()));
  if (x.limits.empty() && x.slot_class.empty())
    return expected("a slot class or limits "
                    "such as cpus:1;mem:512",
                    "neither");
  return std::nullopt;
}

problem problem_of_ports(const claim& x) {
  return outside(x.ports, 0U, max_slot_ports);
}

problem problem_of_layout(const claim& x) {
  auto number = static_cast<std::uint16_t>(x.layout);
  return number < placement_count ? problem{}
                                  : expected("a known placement", std::to_string(number));
}

problem problem_of_same_attribute(const claim& x) {
  auto good = x.same_attribute.empty() || is_resource_name(x.same_attribute);
  return good ? problem{} : expected(name_expected, quoted(x.same_attribute));
}

problem problem_of_wait(const claim& x) {
  constexpr std::chrono::hours longest{24 * 365};
  if (!x.wait || (x.wait->count() >= 0 && *x.wait <= longest))
    return std::nullopt;
  return expected("0s to 8760h", std::to_string(x.wait->count()) + "ms");
}

problem problem_of_priority(const claim& x) {
  return outside(x.priority, -max_priority, max_priority);
}

problem problem_of_role(const claim& x) {
  auto good = x.role.empty() || is_role_name(x.role);
  return good ? problem{} : expected(expected_role_name(), quoted(x.role));
}

/// A field of a claim, as messages call it,
/// and what is wrong with it.
struct rule {
  string_view field;
  problem (*problem_in)(const claim&);
};

constexpr std::array rules = {
  rule{"id", problem_of_id},
  rule{"count", problem_of_count},
  rule{"max_count", problem_of_max_count},
  rule{"slot_class", problem_of_class},
  rule{"limits", problem_of_limits},
  rule{"ports", problem_of_ports},
  rule{"constraints", [](const claim& x) { return problem_of(x.constraints); }},
  rule{"layout", problem_of_layout},
  rule{"same_attribute", problem_of_same_attribute},
  rule{"preferences", [](const claim& x) { return problem_of(x.preferences); }},
  rule{"wait", problem_of_wait},
  rule{"priority", problem_of_priority},
  rule{"role", problem_of_role},
};

// -- comparing
// ------------------------------------------------------------------

/// Compares numbers; false if one of them is
/// none.
template <class Compare>
bool compare(const std::string& value, const std::string& demanded, Compare holds) {
  auto a = parse_milli(value);
  auto b = parse_milli(demanded);
  return a && b && holds(*a, *b);
}

bool holds(constraint_op op, const std::string& value, const std::string& demanded) {
  switch (op) {
  case constraint_op::equals:
  case constraint_op::in:
    return value == demanded;
  case constraint_op::matches:
    return matches(value, demanded);
  case constraint_op::less:
    return compare(value, demanded, std::less{});
  case constraint_op::greater:
    return compare(value, demanded, std::greater{});
  default:
    return false;
  }
}

}  // namespace

bool satisfies(const attribute_map& attributes, const constraint& demand) {
  auto found = attributes.find(demand.attribute);
  auto there = found != attributes.end();
  if (demand.op == constraint_op::exists)
    return there;
  if (demand.op == constraint_op::not_equals)
    return !there || std::ranges::find(demand.values, found->second) == demand.values.end();
  return there && std::ranges::any_of(demand.values, [&](const auto& x) {
           return holds(demand.op, found->second, x);
         });
}

const constraint* first_violated(const attribute_map& attributes,
                                 const std::vector<constraint>& demands) {
  auto found =
    std::ranges::find_if(demands, [&](const auto& x) { return !satisfies(attributes, x); });
  return found == demands.end() ? nullptr : &*found;
}

std::string to_string(const constraint& x) {
  auto op = std::string{to_string(x.op)};
  auto result = x.attribute + (is_word(x.op) ? ' ' + op : op);
  const auto* before = x.op == constraint_op::in ? " " : "";
  for (const auto& value : x.values)
    result += std::exchange(before, ",") + value;
  return result;
}

std::variant<constraint, std::string> parse_constraint(string_view text) {
  auto rest = trimmed(text);
  auto name = rest.substr(0, rest.find_first_of(" \t=!<>"));
  rest = trimmed(rest.substr(name.size()));
  auto op = leading_operator(rest);
  if (!op)
    return expected("a constraint such as rack==r1, "
                    "rack!=r1, rack in r1,r2, ssd exists, "
                    "host=~gpu.*, gen<3 or gen>3",
                    quoted(text));
  rest = trimmed(rest.substr(to_string(*op).size()));
  constraint result{std::string{name}, *op, values_of(*op, rest)};
  if (auto wrong = problem_of(result))
    return *wrong;
  return result;
}

std::optional<std::string> problem_of(const claim& x) {
  for (const auto& rule : rules)
    if (auto wrong = rule.problem_in(x))
      return std::string{rule.field} + ": " + *wrong;
  return std::nullopt;
}

}  // namespace entente

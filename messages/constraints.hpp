#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "messages/claim.hpp"
#include "messages/cluster.hpp"

/// What claims demand of agents' attributes, and what a claim may be. Claims come from peers that
/// are not trusted: everything has a limit, and patterns are matched in linear time (by RE2).
namespace entente {

/// The most constraints of a claim, and the most preferences.
inline constexpr std::size_t max_constraints = 64;
/// The most values that one constraint may name.
inline constexpr std::size_t max_constraint_values = 256;
/// The longest value or pattern of a constraint, and the longest id of a claim, in bytes.
inline constexpr std::size_t max_claim_text = 256;
/// The largest weight of a preference.
inline constexpr std::uint32_t max_weight = 100;
/// The highest priority of a claim; the lowest is its negative.
inline constexpr std::int32_t max_priority = 1000;

/// True if an agent with these attributes satisfies the constraint. Numbers are as parse_milli()
/// reads them: not negative, at most three decimals. A pattern that is not a regular expression,
/// and a text that is not a number, satisfy nothing.
///
/// Thread-safe. Each thread keeps the last patterns compiled, so that one claim can be asked of
/// many agents.
bool satisfies(const attribute_map& attributes, const constraint& demand);

/// The first of the claim's constraints that the attributes do not satisfy; null if there is none.
const constraint* first_violated(const attribute_map& attributes,
                                 const std::vector<constraint>& demands);

/// `rack==r1`, `rack!=r1`, `rack in r1,r2`, `ssd exists`, `host=~gpu.*`, `gen<3`, `gen>3`; as read
/// by parse_constraint().
std::string to_string(const constraint& x);

/// Reads the above; there may be blanks around operators and values. A value reaches to the end of
/// the text, those of `in` to the next comma.
/// @returns what is wrong otherwise; what it returns as a constraint has no problem in a claim.
std::variant<constraint, std::string> parse_constraint(std::string_view text);

/// What is wrong with a claim, whatever agents there are; nothing if it can be tried. The text
/// names the field, what was expected and what was found. Limits must be there unless it names a
/// class.
std::optional<std::string> problem_of(const claim& x);

}  // namespace entente

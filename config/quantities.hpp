#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What a quantity of a resource may look like; that depends on the resource's name.
namespace entente {

/// Parses a scalar into thousandths: "mem" and "disk" are sizes ("2GB", in megabytes), all others
/// plain decimals.
/// @returns nullopt if malformed, or if the resource is no scalar ("ports").
std::optional<std::int64_t> parse_quantity(std::string_view resource, std::string_view text);

/// The shortest form of a scalar of thousandths, sizes in megabytes: "8", "2048MB".
std::string format_quantity(std::string_view resource, std::int64_t milli);

/// What parse_quantity() takes, to end a sentence that begins "expected ".
std::string_view expected_quantity(std::string_view resource);

/// Parses a role's weight: 0.001 to 1,000,000, with at most three decimals.
std::optional<double> parse_weight(std::string_view text);

/// The shortest form of a weight: 2 -> "2".
std::string format_weight(double weight);

/// What parse_weight() takes, to end a sentence that begins "expected ".
std::string_view expected_weight();

/// Whether an agent may be given this much: a scalar, ranges, a set such as "{a,b}", or "auto" for
/// what an agent can find out by itself (cpus, mem, disk, gpus).
bool is_capacity(std::string_view resource, std::string_view text);

/// What is_capacity() takes, to end a sentence that begins "expected ".
std::string_view expected_capacity(std::string_view resource);

}  // namespace entente

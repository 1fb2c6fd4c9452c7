#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "messages/resources.hpp"

namespace entente {

/// How many ports of its own choice an agent can give out of these resources: the numbers 1 to
/// 65535 in the range `ports`. Port 0 stands for "any" and is none.
std::size_t count_ports(const resources& x);

/// The smallest `count` of them, ascending; fewer if there are no more.
std::vector<std::uint16_t> smallest_ports(const resources& x, std::size_t count);

/// The ports as the range `ports`.
resources ports_of(std::span<const std::uint16_t> ports);

}  // namespace entente

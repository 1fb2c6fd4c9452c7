#pragma once

#include <cstdint>

#include "messages/resources.hpp"

namespace entente {

/// The largest of the shares that `allocated` is of `total`, over all scalars, in millionths
/// (Ghodsi et al., Dominant Resource Fairness, NSDI 2011). Scalars that `total` has not count as 0.
std::uint64_t dominant_share(const resources& allocated, const resources& total);

}  // namespace entente

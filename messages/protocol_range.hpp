#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace entente {

/// The versions of the protocol that a peer speaks. Two peers understand each other if there is one
/// that both speak. Fields of messages that a peer does not know are passed over, so a version that
/// adds fields or messages raises `newest` only; one that needs them of its peers raises `oldest`.
struct protocol_range {
  std::uint32_t oldest = 1;
  std::uint32_t newest = 1;  ///< those who do not say speak the first
  friend bool operator==(const protocol_range&, const protocol_range&) = default;
};

/// What this build speaks. 2: health, groups, artifacts, executors, maintenance, admission.
inline constexpr protocol_range spoken_protocol{1, 2};

/// Why these two do not understand each other, with what to do; nothing if they do.
std::optional<std::string> protocol_mismatch(const protocol_range& mine,
                                             const protocol_range& theirs);

}  // namespace entente

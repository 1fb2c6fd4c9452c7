#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/ids.hpp"
#include "messages/resources.hpp"

/// What a framework claims, and what it is granted.
namespace entente {

/// How an attribute is compared. On the wire: only ever add at the end.
enum class constraint_op : std::uint16_t {
  equals,      ///< it has the value
  not_equals,  ///< it has another value, or none
  in,          ///< it has one of the values
  exists,      ///< it has any value
  matches,     ///< its whole value matches a regular expression (RE2)
  less,        ///< its value is a number below the given one
  greater,     ///< its value is a number above the given one
};
inline constexpr std::uint16_t constraint_op_count = 7;
/// `==`, `!=`, `in`, `exists`, `=~`, `<`, `>`.
std::string_view to_string(constraint_op x);

/// A demand on an agent's attributes.
struct constraint {
  std::string attribute;
  constraint_op op = constraint_op::equals;
  std::vector<std::string> values;  ///< none for `exists`, any number for `in`, else one

  friend bool operator==(const constraint&, const constraint&) = default;
};

/// A wish: agents that satisfy `when` score higher, in proportion to the weight (1 to 100).
struct preference {
  constraint when;
  std::uint32_t weight = 1;

  friend bool operator==(const preference&, const preference&) = default;
};

/// How a claim's slots are laid out over agents. On the wire: only ever add at the end.
enum class placement : std::uint16_t {
  any,     ///< wherever they score best
  pack,    ///< on as few agents as possible
  spread,  ///< on as many agents as possible
};
inline constexpr std::uint16_t placement_count = 3;
std::string_view to_string(placement x);

/// The most slots that one claim may ask for.
inline constexpr std::uint32_t max_claim_slots = 100'000;
/// The most ports that one slot may ask for.
inline constexpr std::uint32_t max_slot_ports = 64;

/// A framework's request for slots, all or nothing.
struct claim {
  claim_id id;                  ///< given by the framework; unique within it
  std::uint32_t count = 1;      ///< how many slots; fewer are refused
  std::uint32_t max_count = 0;  ///< up to how many are taken if there are; 0: not more than `count`
  std::string slot_class;       ///< a class of the master's configuration; empty: `limits` count
  resources limits;             ///< of each slot
  std::uint32_t ports = 0;      ///< of each slot, chosen by the agent from its range `ports`
  std::vector<constraint> constraints;  ///< all must hold
  placement layout = placement::any;
  std::uint32_t max_per_agent = 0;  ///< 0: any number
  std::string same_attribute;       ///< all slots in one value of this attribute; empty: anywhere
  std::vector<preference> preferences;
  /// How long it waits for room; 0: now or never. Nothing: as long as it takes, but it is refused
  /// at once if all agents together could not serve it when they were empty.
  std::optional<std::chrono::milliseconds> wait;
  std::int32_t priority = 0;  ///< the higher is served before others of its role
  std::string role{};         ///< one of its framework's; empty: the first of them
  /// A role that is under its guarantee may take the grant back, after a notice.
  bool preemptible = false;

  friend bool operator==(const claim&, const claim&) = default;
};

/// Up to how many slots the claim takes.
inline std::uint32_t most_slots(const claim& x) {
  return x.max_count > x.count ? x.max_count : x.count;
}

/// One slot of a grant.
struct granted_slot {
  agent_id agent;
  std::string hostname;
  std::uint32_t index = 0;  ///< of the grant's slots on this agent, from 0
  std::vector<std::uint16_t> ports;

  friend bool operator==(const granted_slot&, const granted_slot&) = default;
};

/// A claim fulfilled. A slot's rank is its place in `slots`.
struct grant {
  grant_id id;
  claim_id claim;
  std::string slot_class;
  resources limits;  ///< of each slot
  std::vector<granted_slot> slots;

  friend bool operator==(const grant&, const grant&) = default;
};

}  // namespace entente

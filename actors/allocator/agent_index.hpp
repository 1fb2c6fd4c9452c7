#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "messages/ids.hpp"
#include "messages/resources.hpp"

namespace entente {

/// Finds the agents that have at least so much of every scalar free, without looking at the others.
///
/// For every scalar, agents are in buckets by the power of two of what they have: a change moves an
/// agent only when it passes one. A search goes through the buckets of the scalar that the fewest
/// agents have enough of. No actor, no clock. Not thread-safe.
class agent_index {
public:
  void update(const agent_id& agent, const resources& free);
  void remove(const agent_id& agent);

  /// In the order of their ids; nothing if it may be more than half of all: those are found quicker
  /// by looking at every agent.
  std::optional<std::vector<agent_id>> with_at_least(const resources& limits) const;

private:
  static constexpr std::size_t bucket_count = 64;

  struct entry {
    agent_id id;
    std::vector<std::int64_t> free;   ///< in thousandths, by the scalar's number
    std::vector<std::size_t> places;  ///< in its bucket, by the scalar's number
  };
  using bucket = std::vector<entry*>;

  static std::size_t bucket_of(std::int64_t milli);
  std::size_t number_of(const std::string& scalar);
  void move(entry& x, std::size_t scalar, std::int64_t milli);
  void take_out(entry& x, std::size_t scalar);

  std::map<std::string, std::size_t, std::less<>> numbers_;  ///< of scalars
  std::vector<std::array<bucket, bucket_count>> buckets_;    ///< by the scalar's number
  std::unordered_map<agent_id, entry> agents_;
};

}  // namespace entente

#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "actors/allocator/quantities.hpp"

namespace entente {

/// True if `role` is `above` or below it: `eng/ads` is within `eng`.
bool is_within(std::string_view role, std::string_view above);

/// What of one agent is kept for which roles. A role may use what is kept for it and for the roles
/// above it. What its frameworks have on the agent counts as taken from the nearest reservation
/// first, then from those above, then from what is not reserved: so no piece needs a label, and
/// what comes back fills the reservations again.
///
/// No actor, no clock. Not thread-safe; a plain value.
class reservations {
public:
  struct entry {
    quantities fixed;    ///< by the agent's configuration
    quantities dynamic;  ///< by calls
    quantities unused;   ///< as of the last count()

    quantities all() const { return fixed + dynamic; }
  };

  /// Those below before those above them.
  using entry_map = std::map<std::string, entry, std::greater<>>;

  bool empty() const noexcept { return entries_.empty(); }
  const entry_map& entries() const noexcept { return entries_; }

  void set_fixed(const std::string& role, const quantities& amount);
  void add(const std::string& role, const quantities& amount);
  /// @pre no more than add() has put there
  void remove(const std::string& role, const quantities& amount);

  /// Finds out what is unused. `used` is what the agent has given, by role.
  /// @returns by role, what of this is another than before, and by how much.
  std::map<std::string, quantities> count(const std::map<std::string, quantities>& used);

  /// What is unused of the reservations that the role may use.
  quantities usable_by(std::string_view role) const;
  /// What is unused of all reservations.
  quantities unused() const;

private:
  void drop_if_empty(const std::string& role);
  void add_to_nearest(std::string_view role, const quantities& amount,
                      std::map<std::string, quantities>& takes) const;

  entry_map entries_;
};

}  // namespace entente

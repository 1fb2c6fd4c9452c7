#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "messages/calls.hpp"
#include "messages/ids.hpp"
#include "messages/resources.hpp"

namespace entente {

/// The pool cut into slots: for every slot class, how many there are in all and how many are free.
/// An agent's slots of a class are the smallest floor(have / limit) over the class's resources;
/// classes overlap, so the counts are not to be added. Kept up agent by agent. Not thread-safe.
class pool {
public:
  explicit pool(std::map<std::string, resources> classes);

  /// Counts the agent anew. `free` is what no allocation has, offered or asked for by a round or
  /// not.
  void update_agent(const agent_id& agent, const resources& total, const resources& free);
  void remove_agent(const agent_id& agent);

  std::vector<pool_entry> entries() const;

  bool has_changes() const;
  /// The classes whose counts have changed since the last call.
  std::vector<pool_entry> take_changes();

private:
  struct counts {
    std::uint64_t total = 0;
    std::uint64_t free = 0;
    friend bool operator==(const counts&, const counts&) = default;
  };
  struct slot_class {
    resources limits;
    counts sum;
    counts published;
    std::map<agent_id, counts> agents;
  };

  pool_entry entry_of(const std::string& name, const slot_class& x) const;

  std::map<std::string, slot_class> classes_;
};

}  // namespace entente

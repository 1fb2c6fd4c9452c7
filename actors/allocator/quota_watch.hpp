#pragma once

#include <map>

#include "actors/allocator/role_tree.hpp"

namespace entente {

/// Remembers how much quota has left to everybody when agents were looked at in vain, and says
/// whether it leaves more of something now: only then is it of use to look at them again.
///
/// No actor, no clock. Not thread-safe. Forget everything before a role's options are changed.
class quota_watch {
public:
  /// `slack` is what those may have for whom no guarantee is missing, of every scalar there is.
  void remember(const role_tree& tree, const quantities& slack);
  bool has_grown(const role_tree& tree, const quantities& slack) const;
  void forget() { *this = {}; }

private:
  /// What a role with quota might have. A role below it that has no quota itself has as much.
  struct prospect {
    quantities unreserved;
    quantities limits;  ///< what they leave, if something is reserved: that comes on top

    static prospect of(const share_node& role, const role_tree& tree, const quantities& slack);
    bool has_more_than(const prospect& other) const;
  };

  quantities slack_;
  std::map<const share_node*, prospect> roles_;
};

}  // namespace entente

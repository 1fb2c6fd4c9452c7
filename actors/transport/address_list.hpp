#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "config/units.hpp"

namespace entente {

/// Where a peer may be: which address to try, in a circle, and what was wrong with each. One that
/// does not do is followed by the next at once; when none has done it is time for a pause. No
/// actor, no clock: who tries says how it went, and how long a pause is. Not thread-safe.
class address_list {
public:
  /// @param where at least one; throws std::invalid_argument if it is empty
  explicit address_list(std::vector<endpoint> where);

  /// The one to try.
  const endpoint& current() const { return where_[next_]; }

  /// The peer is not there; the next address is to be tried.
  /// @param why in one line
  /// @returns true if none has done since the last time that this was true, or a peer was there
  bool failed(const std::string& why);

  /// The peer is there. When it is lost it is looked for there first, then at all others.
  void reached();

  /// `127.0.0.1:1: connection refused, nor at 127.0.0.1:2: connection refused`: each address that
  /// has failed since the last pause began, up to the last of them; empty after reached().
  const std::string& problems() const { return problems_; }

private:
  std::vector<endpoint> where_;
  std::size_t next_ = 0;
  std::size_t failures_ = 0;  ///< since all had failed, or the peer was there
  std::string problems_;
};

}  // namespace entente

#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "messages/calls.hpp"

namespace entente {

/// What a framework has claimed, was granted and launches: enough to say all of it again to a
/// master that has missed some, or is new. No actor, no clock. Not thread-safe.
class claim_tracker {
public:
  /// What to do with a message of the master.
  enum class verdict {
    deliver,    ///< it is news to the scheduler
    drop,       ///< it was delivered before, or does not matter any more
    give_back,  ///< a grant that nobody wants any more
  };

  // -- calls of the scheduler: what is to be sent, with its revision ---------------------

  claim_slots claimed(const claim& x);
  withdraw_claim withdrawn(const claim_id& x);
  /// The tasks are said again until there is news of them.
  void launched(const launch_on_grant& x);
  release_grant released(release_grant x);

  /// Takes over what an earlier life of the framework was granted.
  void adopt(const grant& x) { grants_[x.id].slots = x.slots; }

  // -- news of the master -----------------------------------------------------------------

  verdict granted(const grant& x);
  verdict refused(const claim_id& x);
  verdict ended(const grant_id& x);
  verdict recalled(const grant_recalled& x);
  /// @returns the grants that are named and had slots there until now; no others: an agent that is
  /// back may have slots of newer grants when old news of it is said again
  std::vector<grant_id> lost(const agent_lost& x);
  /// Tasks of a group are said again until there is news of all of them: they start together.
  void heard_of(const task_id& x);

  // -- saying all of it again -------------------------------------------------------------

  /// Fills in all but the framework's info.
  subscribe report();
  /// What the report has not got: launches and releases that the master may have missed.
  std::vector<launch_on_grant> launches() const;
  std::vector<release_grant> releases();

private:
  struct held_grant {
    std::vector<granted_slot> slots;
    std::set<std::uint32_t> given_back;  ///< or lost; ranks
    std::string recalled_because{};      ///< as the scheduler was told last
  };

  struct launch {
    grant_id grant;
    slot_task task;
    bool is_heard_of = false;  ///< others of its group are not
  };

  void forget(const grant_id& x);
  void forget_if_empty(const grant_id& x);

  std::uint64_t revision_ = 0;
  std::map<claim_id, claim> open_;
  std::map<grant_id, held_grant> grants_;
  std::map<task_id, launch> launches_;
};

}  // namespace entente

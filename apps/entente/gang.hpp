#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "apps/entente/run_scheduler.hpp"
#include "messages/calls.hpp"

namespace entente {

/// The tasks of `entente run`, one for each slot of its grant. No actor, no clock.
class gang {
public:
  /// @param task what each rank runs; ENTENTE_RANK, ENTENTE_SIZE and ENTENTE_HOSTS are added
  /// @param health the check of each, if there is one, maybe at a port of its own slot
  gang(const grant& slots, const task_info& task, const std::optional<wanted_health>& health = {});

  launch_on_grant launch() const;

  /// Forgets how the rank has ended. @returns its launch under a new id, the number added to it
  launch_on_grant launch_again(std::size_t rank, std::uint32_t number);

  std::size_t size() const noexcept { return ranks_.size(); }
  const task_id& id(std::size_t rank) const { return ranks_[rank].task.id; }
  const std::optional<status_update>& last(std::size_t rank) const { return ranks_[rank].last; }
  std::vector<task_id> ids() const;

  /// Takes an update in. @returns the rank that it is of; nothing for a task of somebody else.
  std::optional<std::size_t> update(const status_update& x);

  bool ended(std::size_t rank) const;
  bool all_ended() const;
  bool all_run() const;

  /// True if a rank was lost or never ran: nobody can expect the others to run to their end.
  bool broken() const;

  /// The outcome of the lowest rank that did not end well; of rank 0 if all did. Ranks that were
  /// killed only because another was lost do not count.
  run_result outcome(bool interrupted) const;

  /// True of a rank that has ended, and not by itself: its supervisor was killed, its machine has
  /// started again, it was lost or never ran.
  static bool is_lost(const status_update& x);

private:
  struct rank_state {
    task_info task;
    task_id first_id;
    std::optional<status_update> last;
  };

  grant_id grant_;
  std::vector<rank_state> ranks_;
};

/// `host:port` of each rank, with commas; only `host` for a slot without ports.
std::string hosts_of(const grant& x);

}  // namespace entente

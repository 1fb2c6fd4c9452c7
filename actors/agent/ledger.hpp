#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "actors/agent/ended_rounds.hpp"
#include "actors/agent/stock.hpp"
#include "actors/agent/task_allocation.hpp"
#include "actors/agent/task_key.hpp"
#include "messages/agreement.hpp"
#include "messages/checkpoint.hpp"
#include "messages/deadlines.hpp"
#include "messages/time.hpp"

namespace entente {

/// What an agent has in use, by kind.
struct ledger_sums {
  resources capacity;
  resources held;       ///< by rounds that have not ended
  resources allocated;  ///< by parts of grants, and by tasks outside of grants

  friend bool operator==(const ledger_sums&, const ledger_sums&) = default;
};

/// An agent's own book of what is promised to whom: the final authority on its machine.
///
/// No actor and no clock. Every call that changes something takes `now`; holds whose lease is over
/// by then count as gone before anything else is looked at. Not thread-safe.
///
/// Messages may come late, twice, or after what they speak of is over: every call is idempotent,
/// and what comes late is refused or changes nothing.
///
/// Invariants, checked after every change in every type of build; one that is violated throws
/// ledger_error, and the agent must stop:
///   (1) held + allocated <= capacity, for every scalar, and no port is given twice
///   (2) a round has at most one hold or one part here, never both
///   (3) a slot's tasks together are within the slot's limits
///   (4) a hold does not outlive its lease by more than one call of expire()
class ledger {
public:
  /// `ended_kept`: of how many ended rounds is remembered that they were here.
  explicit ledger(agent_id agent, resources capacity, std::size_t ended_kept = 4'096);

  // -- rounds -------------------------------------------------------------------

  /// Holds as many of the wanted slots as fit, at least one, until `now + lease`; asked again for
  /// the same round, it answers the same, and the lease is not prolonged. Each slot gets the
  /// smallest free ports. The score is not filled in.
  bid hold(const solicit& x, time_point now);
  /// Makes the first slots of the hold a part; asked again, it answers the same. More slots than
  /// are held, and none, are refused as stale.
  confirmed confirm(const entente::confirm& x, time_point now);
  /// Gives back a hold, a part, or slots of a part. Slots with tasks in them are marked, and given
  /// back with the last of their tasks. What was released is remembered for a while: a solicit or a
  /// confirm of this round that comes late is refused as stale.
  /// @returns the tasks that must end.
  std::vector<task_key> release(const entente::release& x, time_point now);
  /// As release(), of all that belongs to the framework: holds, parts.
  std::vector<task_key> release_all(const framework_id& framework, time_point now);

  // -- tasks --------------------------------------------------------------------

  /// Takes a task's limits of what is free. @returns what is wrong otherwise.
  std::optional<std::string> allocate(const task_key& task, const resources& limits,
                                      time_point now);
  /// Puts a task into a slot of a part. A slot has its limits and its ports; ports that a task does
  /// not name in its limits are shared by the slot's tasks. @returns what is wrong otherwise.
  std::optional<std::string> allocate_in(const task_key& task, const resources& limits,
                                         const grant_id& grant, std::uint32_t slot, time_point now);
  /// The task has ended: what it had is free, or free in its slot. Unknown tasks have nothing.
  void free(const task_key& task, time_point now);

  // -- durability ---------------------------------------------------------------

  /// Adds what has changed since the last call. Holds are not kept; of tasks their book knows.
  void take_changes(std::vector<checkpoint>& to);
  /// Adds all that must be kept, whether it has changed or not.
  void add_checkpoints(std::vector<checkpoint>& to) const;
  /// Makes a new ledger what an earlier one was, but for its holds; unused parts have their whole
  /// time again. @returns what contradicts; throws ledger_error for what does not add up. The
  /// ledger is of no use then.
  std::optional<std::string> recover(const std::map<round_id, part_confirmed>& parts,
                                     const std::vector<task_allocation>& tasks,
                                     std::uint64_t ceiling, time_point now);

  // -- time ---------------------------------------------------------------------

  /// Ends holds, and parts that were unused and without word from a master for too long.
  void expire(time_point now);
  /// When expire() must be called; nothing while there is nothing that could end.
  std::optional<time_point> next_deadline() const;
  /// A master has confirmed that it knows the parts: their time begins anew.
  void vouch(time_point now);

  // -- reading ------------------------------------------------------------------

  ledger_sums sums() const;
  /// Neither held nor allocated.
  resources free() const { return stock_.in(pot::free); }
  /// Every part, for the master.
  std::vector<grant_part> parts() const;
  /// How many slots of parts and tasks outside of grants the framework has here.
  std::uint32_t used_by(const framework_id& framework) const;
  /// Counts the changes; never goes back.
  std::uint64_t revision() const noexcept { return revision_; }

  /// Slots of parts that are free again since the last call, for the master. Also those that were
  /// to be released and are not here (any more): the master waits for the word. An entry without
  /// slots answers the release of a whole part that is not here.
  std::vector<released> take_released() { return std::exchange(released_, {}); }

  /// Adds everything up anew from every hold, slot and task, and throws ledger_error if that is not
  /// what the sums and the deadlines say. For tests; slow.
  void check() const;

private:
  using pot = stock::pot;

  struct hold_entry {
    framework_id framework;
    resources limits;  ///< of each slot
    std::uint32_t slots = 0;
    std::vector<std::uint16_t> ports;  ///< of the first slot, then of the second, and so on

    /// Of the slots from `begin` to before `end`.
    std::span<const std::uint16_t> ports_in(std::uint32_t begin, std::uint32_t end) const;
    resources amount(std::uint32_t begin, std::uint32_t end) const;
  };
  struct slot_entry {
    std::vector<std::uint16_t> ports;
    stock room;  ///< limits and ports; its tasks have what is allocated of it
    std::set<task_key> tasks;
    bool releasing = false;
  };
  struct part_entry {
    grant_part facts;  ///< all but the slots
    confirmed answer;
    std::uint32_t confirmed_slots = 0;
    std::chrono::milliseconds unused_timeout{0};
    std::map<std::uint32_t, slot_entry> slots;
    std::size_t live_tasks = 0;
  };
  struct task_entry {
    resources limits;
    grant_id grant;  ///< with a slot
    std::optional<std::uint32_t> slot;
  };
  using part_iterator = std::map<round_id, part_entry>::iterator;

  bool is_over(const round_id& round) const;
  bid bid_of(const round_id& round, const hold_entry& hold) const;
  void end_holds(time_point now);
  void end_hold(const round_id& round);

  part_entry& make_part(const entente::confirm& x, const hold_entry& hold);
  std::vector<task_key> release_slots(part_iterator part, const std::set<std::uint32_t>& wanted);
  void free_slot(part_entry& part, std::uint32_t index);
  void end_if_empty(part_iterator part);
  void leave_slot(const task_key& task, const task_entry& entry, time_point now);
  void report(const round_id& round, std::vector<std::uint32_t> slots);

  static grant_part facts_of(const part_entry& part);
  static part_confirmed checkpoint_of(const part_entry& part);
  std::optional<std::string> recover_part(const part_confirmed& x, time_point now);

  void check_sums() const;
  void check_tasks() const;
  void check_deadlines() const;

  agent_id agent_;
  stock stock_;
  std::map<round_id, hold_entry> holds_;
  std::map<round_id, part_entry> parts_;
  std::map<task_key, task_entry> tasks_;
  deadlines<round_id> leases_;  ///< of all holds
  deadlines<round_id> unused_;  ///< of the parts without tasks
  ended_rounds ended_;
  std::vector<released> released_;
  std::uint64_t revision_ = 0;
  std::uint64_t ceiling_ = 0;     ///< that was written down: no revision above it was told
  std::set<round_id> changed_{};  ///< parts
};

}  // namespace entente

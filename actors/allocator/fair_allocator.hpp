#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/allocator/quota_watch.hpp"
#include "actors/allocator/reservations.hpp"
#include "actors/allocator/role_tree.hpp"
#include "messages/cluster.hpp"
#include "messages/time.hpp"

namespace entente {

struct allocator_options {
  /// An offer has at least one of these scalars; empty: anything at all.
  resources min_offer{};
  /// The attribute over whose values a framework's offers are spread; empty: none.
  std::string fault_domain{};
  std::map<std::string, role_options> roles{};
};

/// Who is charged: a framework, in one of its roles.
struct account {
  framework_id framework;
  std::string role;

  friend auto operator<=>(const account&, const account&) = default;
};

/// What the allocator wants offered to whom.
struct offer_plan {
  account to;
  agent_id agent;
  resources available;
  resources reserved;  ///< what of it is reserved for the account's role

  friend bool operator==(const offer_plan&, const offer_plan&) = default;
};

/// Decides who is offered which free resources, and keeps the books of shares that claims are
/// served by. Roles and frameworks come in the order of the role_tree. Knows no actor and no clock.
///
/// What allocate() plans counts as taken until give_back(), whether it was offered or is in use by
/// then: the master knows which. It looks at agents only whose free resources, filters or prospects
/// have changed since the last time. Calls with ids that are not there do nothing. Not thread-safe.
///
/// A guarantee that is not met comes first: its role is offered what is missing, before all others.
/// Of what is free then, others are offered no more than leaves enough for all guarantees that are
/// still not met; and nobody more than its limits leave. When cpus or mem are cut to nothing for
/// one of these reasons, the offer is of no use and not made.
///
/// Invariants: (1) an agent's charges, and what rounds hold of it, are together the scalars of what
/// is given of it; (2) a client's charge is the sum of its charges on all agents and of what it is
/// expected to take; (3) `spare_` is the sum of what all active agents have free and unreserved.
class fair_allocator {
public:
  explicit fair_allocator(allocator_options options);
  ~fair_allocator();

  // -- agents -----------------------------------------------------------------------

  void add_agent(const agent_info& info);
  /// Takes in another total, and other reservations by configuration, of an agent that is there.
  void update_agent(const agent_info& info);
  /// Forgets the agent, and what was given of it.
  void remove_agent(const agent_id& id);
  /// While it is not active, nothing of the agent is offered or counts as free. What is in use of
  /// it stays charged, and its total still counts for shares.
  void set_active(const agent_id& id, bool active);
  bool is_active(const agent_id& id) const;

  // -- frameworks -------------------------------------------------------------------

  /// Wants offers (again) in these roles, filters forgotten.
  void revive(const framework_id& framework, const std::vector<std::string>& roles);
  /// Wants none. What it has comes back by give_back().
  void suppress(const framework_id& framework, const std::vector<std::string>& roles);

  // -- who has what -------------------------------------------------------------------

  void take(const account& who, const agent_id& id, const resources& amount);
  /// Of scalars, no more than it has there. With `filtered_until`, no more than these of this agent
  /// are offered to it before then.
  void give_back(const account& who, const agent_id& id, const resources& amount,
                 std::optional<time_point> filtered_until = {});
  /// Takes for a round, which asks for more than its claim will get: it is charged to nobody.
  void hold(const agent_id& id, const resources& amount);
  void unhold(const agent_id& id, const resources& amount);
  /// Charges what a round is to get, or takes that back.
  void expect(const account& who, const resources& amount);
  void unexpect(const account& who, const resources& amount);
  /// From now on nothing of these agents is offered, and of all others again: what gets free on
  /// them is for a claim that waits for it.
  void set_aside(const std::set<agent_id>& agents);

  // -- offers ---------------------------------------------------------------------------

  /// Plans offers of what is free now.
  std::vector<offer_plan> allocate(time_point now);
  /// When the next filter ends, if there is one: allocate() may then plan what it did not before.
  std::optional<time_point> next_filter_end() const;

  // -- quota, weights, reservations -------------------------------------------------------

  void set_options(const std::string& role, const role_options& options);
  role_options options_of(const std::string& role);
  /// @returns what contradicts the quotas of other roles, or is wrong in itself; nothing if it is
  /// fine.
  std::optional<std::string> problem_of_quota(const std::string& role, const resources& guarantee,
                                              const resources& limit);
  /// @returns why the cluster could not meet all guarantees if `role` had this one; nothing if it
  /// could.
  std::optional<std::string> problem_of_guarantee(const std::string& role,
                                                  const resources& guarantee);
  /// @returns what is wrong; nothing if it is done.
  std::optional<std::string> reserve(const agent_id& id, const std::string& role,
                                     const resources& amount);
  /// Reserves what was reserved before the agent went. Guarantees that are not met are no reason
  /// against it: other agents may not be back yet. False if the agent has not that much.
  bool restore_reservation(const agent_id& id, const std::string& role, const resources& amount);
  std::optional<std::string> unreserve(const agent_id& id, const std::string& role,
                                       const resources& amount);
  std::map<std::string, resources> reservations_on(const agent_id& id) const;
  /// What of the agent is reserved, unused, and not for this role.
  resources withheld_from(const std::string& role, const agent_id& id) const;
  bool has_reservations(const agent_id& id) const;

  // -- claims -----------------------------------------------------------------------------

  /// What offers hold, for claims: those can be rescinded.
  struct offered_amounts {
    resources all;  ///< but for offers to roles with guarantees
    std::map<std::string, resources> by_role{};
  };
  /// Why a role may not take this much now, even if it is free: a limit, or other roles'
  /// guarantees.
  std::optional<std::string> problem_of_taking(const std::string& role, const resources& amount,
                                               const offered_amounts& offered);
  /// Why the role could never take this much: it is more than a limit.
  std::optional<std::string> never_takes(const std::string& role, const resources& amount);
  /// True if this much is missing of the role's guarantee, of all scalars that it has one for.
  bool is_owed(const std::string& role, const resources& amount);
  /// True if guarantees would not be met if the role had so much less.
  bool needs(const std::string& role, const resources& amount);
  /// True if the role, or one above it, has a guarantee.
  bool has_guarantee(const std::string& role);
  role_tree& tree() noexcept { return tree_; }
  scalar_table& scalars() noexcept { return names_; }

  /// Adds everything up anew, and throws std::logic_error if it is not what the books say. For
  /// tests; slow.
  void check() const;

private:
  /// The client's when a filter was set: a revival makes it void.
  using epoch = std::uint64_t;

  /// Of one client for one agent.
  static constexpr std::size_t most_filters = 16;
  struct filter {
    resources amount;
    time_point until;
  };
  struct charge {
    share_node* client;
    quantities amount;
  };
  struct agent_record {
    agent_id id;
    std::uint64_t number = 0;  ///< the higher, the later it came
    resources total;
    /// May be more than there is: a claim is granted what its agent says that it has.
    resources given;
    resources free;    ///< total - given
    quantities spare;  ///< free and not reserved, as it is counted in spare_; none if not active
    quantities held;   ///< by rounds
    reservations reserved;
    std::vector<charge> charges;
    /// Several, because an agent may be offered in pieces: who has declined one and then another is
    /// not to be offered the first again. The oldest in front.
    std::unordered_map<epoch, std::vector<filter>> filters;
    std::size_t domain = 0;
    bool is_aside = false;
    bool is_active = true;
    bool is_due = false;         ///< in due_
    bool is_blocked = false;     ///< in blocked_
    std::size_t free_place = 0;  ///< in free_, counted from 1; 0: not there
  };
  /// What a role may be offered of an agent.
  struct share_of_agent {
    std::optional<resources> part;  ///< nothing: all that is free
    resources reserved;

    const resources& of(const agent_record& agent) const { return part ? *part : agent.free; }
  };
  /// A look for somebody to offer an agent to.
  struct search {
    const agent_record& agent;
    bool for_guarantee;  ///< for roles only that guarantees are missing for, and what is missing
    quantities all;      ///< that is free
    quantities slack;
    bool has_cut = false;  ///< what a limit or a guarantee has kept back may be there another time
  };

  std::size_t domain_of(const agent_info& info);
  agent_record* find(const agent_id& id);
  const agent_record* find(const agent_id& id) const;

  // -- the books of an agent
  /// The amount, but of scalars no more than `most`.
  resources limited(const resources& amount, const quantities& most);
  void add_charge(agent_record& agent, share_node& client, const quantities& amount);
  quantities drop_charge(agent_record& agent, share_node& client, const quantities& amount);
  void set_filter(agent_record& agent, const share_node& client, const resources& amount,
                  time_point until);
  void changed(agent_record& agent);
  void count(agent_record& agent);
  void count_reservations(agent_record& agent);
  void set_free_listed(agent_record& agent, bool listed);
  void keep(const std::string& role, const quantities& change);
  void check(const agent_record& agent) const;

  // -- whom to look at
  void look_at(agent_record& agent);
  void wake_filtered(time_point now);
  std::vector<agent_record*> agents_to_look_at();
  void block(agent_record& agent);
  void unblock_all();
  /// True if quota may leave more of agents that it has kept back.
  bool is_eased() const;
  void watch();

  // -- what they are offered
  void give_out_blocked(std::vector<offer_plan>& plans);
  void give_out(const std::vector<agent_record*>& agents, std::vector<offer_plan>& plans);
  void give_out(agent_record& agent, std::vector<offer_plan>& plans);
  share_node* first_for(agent_record& agent, bool for_guarantee, share_of_agent& found);
  bool is_filtered(const agent_record& agent, const share_node& client,
                   const resources& amount) const;
  std::optional<share_of_agent> share_for(const share_node& node, search& x);
  /// True if a limit leaves nothing of what is free.
  /// An offer without it is of use to nobody. (One without gpus is, to most.)
  bool is_essential(std::size_t scalar) const;
  bool is_at_limit(const share_node& node, const search& x) const;
  /// Cuts what is not reserved to what guarantees leave for the role.
  quantities cut_for_guarantees(const share_node& node, const search& x) const;
  bool is_worth_an_offer(const resources& amount) const;
  /// Of scalars that guarantees are missing: what is free beyond them. Of others there is no bound.
  quantities slack() const;

  allocator_options options_;
  scalar_table names_;
  role_tree tree_;
  std::unordered_map<agent_id, std::unique_ptr<agent_record>> agents_;
  std::vector<agent_record*> due_;      ///< to be looked at
  std::vector<agent_record*> free_;     ///< all that are active, with something free
  std::vector<agent_record*> blocked_;  ///< free, but for a limit or a guarantee
  quota_watch watch_;                   ///< with no more than it knows these were looked at
  bool is_watch_late_ = false;          ///< some of these with less than it knows
  bool is_rebooked_ = false;            ///< reservations are used otherwise than they were then
  bool all_due_ = false;
  quantities spare_;
  std::multimap<time_point, std::pair<agent_id, epoch>> filter_ends_;
  std::unordered_map<std::string, std::size_t> domains_;
  std::set<agent_id> set_aside_;
  std::uint64_t agents_made_ = 0;
};

}  // namespace entente

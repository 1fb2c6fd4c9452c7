#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/agreement/decider.hpp"
#include "actors/allocator/agent_index.hpp"
#include "actors/allocator/fair_allocator.hpp"
#include "actors/master/absent_agents.hpp"
#include "actors/master/cluster_options.hpp"
#include "actors/master/cluster_records.hpp"
#include "actors/master/drain_book.hpp"
#include "actors/master/durable_memory.hpp"
#include "actors/master/effects.hpp"
#include "actors/master/explain.hpp"
#include "actors/master/grant_record.hpp"
#include "actors/master/maintenance_book.hpp"
#include "actors/master/offer_log.hpp"
#include "actors/master/pool.hpp"
#include "actors/master/unreachable_tasks.hpp"
#include "messages/deadlines.hpp"
#include "messages/queries.hpp"
#include "messages/task_units.hpp"
#include "messages/time.hpp"

namespace entente {

/// What the master knows and decides: agents, frameworks, offers, tasks, claims and grants.
///
/// No actor and no clock: time comes in as a parameter, effects are collected and taken out by
/// take_effects(). Not thread-safe.
///
/// Invariants: (1) an agent's offers, what rounds ask of it and its allocations are together at
/// most its total; (2) an offer belongs to an agent that is usable, and a task that has not ended
/// to one that is there, unless it is unreachable; (3) a task's resources are given back once: with
/// its terminal update, or with its agent; a grant's slot's likewise: when its agent says so, or
/// with its agent.
class cluster {
public:
  explicit cluster(cluster_options options);

  // -- what outlives the master (cluster_memory.cpp) ------------------------------

  /// Takes up what earlier masters have written down; before anything else. From then on changes of
  /// it are said by take_changes(). What calls have set counts more than the options.
  /// @param wall_now the wall clock at `now`
  void remember(registry_state written, time_point now, wall_time wall_now);
  /// What is to be written down before anybody is told what was decided since the last call.
  std::vector<registry_change> take_changes() { return memory_.take_changes(); }
  /// Why an agent with a copy of another's work directory is refused.
  static refusal copied(const agent_id& agent);

  // -- agents -------------------------------------------------------------------

  /// An agent says that it is there, and what it has. In another life than before all that it had
  /// is lost first, unless it has recovered that. What was told lost of an earlier registration it
  /// must get rid of before it is added: it is told so in the answer.
  /// @param process who says so, as far as that can be told: two processes in one life are an agent
  ///        and a copy of it
  std::variant<agent_registered, refusal> report(const register_agent& x, time_point now,
                                                 const std::string& process = {});
  /// It is there, but may say what it has at that time only: it is waited for so much longer, and
  /// if an earlier master knew it, so are the others that have not come.
  void hold_back(const agent_id& agent, time_point until);
  /// Its connection has broken. It is not used until it is back; what it has stays as it is until
  /// the agent time-out is over.
  void disconnect_agent(const agent_id& agent, time_point now);
  /// It has ended in order; its tasks and slots are lost.
  void remove_agent(const agent_id& agent, time_point now);
  void update_task(status_update update, time_point now);
  void slots_released(const released& x, time_point now);

  // -- frameworks ---------------------------------------------------------------

  /// Why a peer that speaks these versions cannot be understood, by its name; nothing if it can.
  static std::optional<refusal> problem_of_peer(const std::string& who,
                                                const protocol_range& speaks);
  /// A new framework, or a known one that is back.
  std::variant<subscribed, refusal> add_framework(framework_info info);
  /// A framework that is there says what it has and waits for.
  subscribed report(const framework_id& framework, const subscribe& x, time_point now);
  /// Its scheduler is lost; it has until its failover time-out to come back.
  void disconnect_framework(const framework_id& framework, time_point now);
  /// The framework is done; its tasks are killed, its slots given back.
  void remove_framework(const framework_id& framework);

  void accept(const accept_offers& call, time_point now);
  void decline(const decline_offers& call, time_point now);
  void suppress(const suppress_offers& call);
  void revive(const revive_offers& call);
  /// Passes the kill on to the task's agent. A framework reaches its own tasks only.
  std::optional<refusal> kill(const kill_task& call);
  void acknowledged(const acknowledge& call);
  /// Tells a framework the states of its tasks (cluster_reconcile.cpp).
  void reconcile(const reconcile_tasks& call, time_point now);

  // -- shares (cluster_shares.cpp) ----------------------------------------------

  /// A guarantee that contradicts others, or that the cluster cannot hold, is refused; the latter
  /// unless it is forced.
  std::optional<refusal> change(const set_quota& call);
  std::optional<refusal> change(const remove_quota& call);
  std::optional<refusal> change(const set_weight& call);
  /// Frameworks reserve for their own roles only. Offers that are in the way are rescinded.
  std::optional<refusal> change(const reserve_resources& call);
  std::optional<refusal> change(const unreserve_resources& call);

  // -- maintenance (cluster_drain.cpp) --------------------------------------------

  /// From now on the agent is not used, and what runs there is ended; also if it is unreachable, or
  /// comes back in another life.
  std::optional<refusal> change(const drain_agent& call, time_point now);
  std::optional<refusal> change(const undrain_agent& call);
  /// Nothing new comes to the agent until it is reactivated, in whatever life and however often it
  /// goes. What runs there goes on, and grants keep their slots there.
  std::optional<refusal> change(const deactivate_agent& call);
  std::optional<refusal> change(const reactivate_agent& call);
  /// Agents are drained for the window as by drain_agent, and are used again when it has ended,
  /// unless an operator has drained or deactivated them as well (cluster_maintenance.cpp).
  std::optional<refusal> change(const plan_maintenance& call, time_point now);
  std::optional<refusal> change(const cancel_maintenance& call, time_point now);

  // -- claims -------------------------------------------------------------------

  /// Takes the claim in; claim_granted or claim_refused is told, once.
  void add_claim(const claim_slots& call, time_point now);
  void withdraw(const withdraw_claim& call);
  /// The outcome of a round that an effect has started.
  void round_ended(const round_outcome& x, time_point now);
  void launch(const launch_on_grant& call, time_point now);
  void release(const release_grant& call);

  // -- time ---------------------------------------------------------------------

  /// Starts rounds for the claims that there may be room for, in the fair order.
  void serve_claims(time_point now);

  /// Makes offers of what is free.
  void make_offers(time_point now);
  /// Tells frameworks how the pool has changed, not more often than they want to hear it.
  void publish_pool(time_point now);
  /// Ends all whose time is over: offers, frameworks, agents, claims, grants.
  void expire(time_point now);
  /// When one of the calls above has something to do again, if nothing else happens.
  std::optional<time_point> next_deadline() const;

  // -- reading ------------------------------------------------------------------

  /// What views say of times, they say as of this one.
  void is_now(time_point now) {
    now_ = now;
    offer_log_.is_now(now);
  }
  cluster_view view(const query& what);
  /// The task of that id; of the newest framework that has one if `framework` is empty.
  std::optional<task_entry> find_task(const framework_id& framework, const task_id& task) const;
  /// True while the agent is waited for: its connection has broken, or nothing was heard of it.
  bool is_away(const agent_id& agent) const;
  /// Changes whenever a view could.
  std::uint64_t version() const noexcept { return version_; }

  std::vector<master_effect> take_effects() { return std::exchange(effects_, {}); }

  /// Adds everything up anew; throws std::logic_error if the books are wrong. Slow; for tests.
  void check() const;

private:
  using task_key = framework_task;
  using claim_key = framework_claim;

  template <class Message>
  void tell(const agent_id& agent, Message message) {
    effects_.push_back(tell_agent{agent, std::move(message)});
  }
  /// Tells a framework that is connected; others hear nothing.
  template <class Message>
  void tell(const framework_id& framework, Message message);

  framework_record* find(const framework_id& framework);
  void forget_if_over(const framework_id& framework);
  void changed() noexcept { ++version_; }

  // agents (cluster_agents.cpp)
  /// True while there may be offers of it, and rounds may ask it.
  bool is_usable(const agent_record& agent) const {
    return agent.connected && !is_drained(agent.info.id) && !deactivated_.contains(agent.info.id);
  }
  /// The agent may have become usable, or may not be any more.
  void use_changed(const agent_id& agent);
  /// Rounds hear that the agent is lost.
  void lose_rounds(const agent_id& agent);
  void remove(const agent_id& agent, departure why, time_point now);
  /// Remembers that the agent is not there; forgets others for it, with their tasks.
  void remember_absent(const agent_info& info, std::uint64_t life, departure why);
  /// One that cannot be reached does not come back: its tasks have ended.
  void end_absent(const agent_id& agent, departure why);
  void forget_tasks_on(const agent_id& agent);
  /// An agent is back that was not forgotten; perhaps in another life, which has recovered.
  void come_back(const register_agent& x, time_point now);
  /// What a recovered agent does not know of has never begun there, or has left no trace.
  void lose_missing_tasks(const register_agent& x, time_point now);
  /// What was told lost of the agent, and it still has, as what it has to get rid of.
  void refuse_lost(const register_agent& x, agent_registered& answer);
  /// True for a task that waits for its agent to come back, and for an end that is the only one.
  bool may_stay(const absent_agents::entry& absent, const task_entry& task);
  /// Its framework is told once that the task was lost: an earlier master may not have come to it.
  void lose_again(task_entry task, const absent_agents::entry& absent);
  /// Tells that an adopted task is there. Whether its framework was told of it that it is
  /// unreachable, by whatever master, its driver knows.
  void tell_there(const task_entry& task);
  /// The agent is adopted: what was unreachable there is there again, or gone.
  void end_unreachable(const register_agent& x, time_point now);
  void end_unreachable_task(task_entry task, task_state state, task_reason reason,
                            const std::string& message);
  agent_state state_of(const agent_record& agent) const;
  std::vector<agent_entry> agent_entries() const;

  // what outlives the master (cluster_memory.cpp)
  void remember_roles();
  void remember_agents();
  void remember_orders(time_point now);
  void remember_windows(time_point now);
  void remember_frameworks(time_point now);
  /// When those that an earlier master knew, and that have not come, are waited for no more.
  std::optional<time_point> awaits_until() const;
  void expire_awaited(time_point now);
  std::optional<refusal> problem_of_copy(const register_agent& x, const std::string& process) const;
  void note_agent(const register_agent& x, const std::string& process);
  void note_departure(const agent_info& info, std::uint64_t life, departure why);
  void forget_memory_of(const agent_id& agent);
  /// An agent may not be drained or deactivated any more, or is deactivated.
  void note_orders(const agent_id& agent);
  void note_drain(const drain_agent& call, time_point now);
  void note_window(const maintenance_window& x, time_point now);
  void note_ended_windows();
  void note_quota(const std::string& role, const role_options& options);
  resources noted_reservation(const agent_id& agent, const std::string& role) const;
  void note_reservation(const agent_id& agent, const std::string& role, resources amount);
  std::vector<registered_reservation> noted_reservations_on(const agent_id& agent) const;
  /// What calls have reserved of an agent that is back.
  void reserve_again(const agent_id& agent);
  void forget_reservations_on(const agent_id& agent);

  // draining (cluster_drain.cpp, cluster_maintenance.cpp)
  /// By an operator's word, or for a maintenance window.
  bool is_drained(const agent_id& agent) const {
    return drains_.contains(agent) || maintenance_.drains(agent);
  }
  /// As drain_book::left(), whatever it is drained for.
  std::optional<std::chrono::milliseconds> drain_left(const agent_id& agent, time_point now) const;
  /// Why an agent cannot be meant by an operator; nothing if it can.
  std::optional<refusal> problem_of_agent(const agent_id& agent) const;
  refusal problem_of_undrain(const agent_id& agent) const;
  /// What operators want of an agent that is not known any more.
  void forget_orders(const agent_id& agent);
  /// Those that are drained for a window, or are not any more.
  void drains_changed(const std::set<agent_id>& agents, time_point now);
  /// Ends what runs on an agent that is drained, and has not been told to end yet.
  void continue_drain(const agent_id& agent, time_point now);
  void kill_all_on(const agent_id& agent, std::optional<std::chrono::milliseconds> grace);
  /// What the drain wanted killed, and no agent has heard, lives on.
  void forget_untold_kills(const agent_id& agent);
  void take_slots_back_from(const agent_id& agent);
  void expire_drains(time_point now);
  /// An agent that is to be gone and has nothing left, is.
  void finish_drain(const agent_id& agent, time_point now);

  // offers (cluster_offers.cpp)
  /// Takes the offer out of the books; its resources are the caller's.
  entente::offer take_offer(std::map<offer_id, entente::offer>::iterator offer,
                            offer_outcome outcome);
  void rescind(std::map<offer_id, entente::offer>::iterator offer);
  void time_out(std::map<offer_id, entente::offer>::iterator offer, time_point now);
  void give_back(const entente::offer& x, const resources& amount, std::chrono::milliseconds filter,
                 time_point now);
  template <class Predicate>
  void rescind_if(Predicate predicate) {
    for (auto i = offers_.begin(); i != offers_.end();) {
      auto current = i++;
      if (predicate(current->second))
        rescind(current);
    }
  }
  /// The offers as one; nothing if one of them is void, or of another agent or role.
  std::optional<entente::offer> take_offers(const framework_id& framework,
                                            const std::vector<offer_id>& offers);
  /// Books the tasks and takes their limits out of what is available; refuses them with updates.
  bool launch(framework_record& framework, entente::offer& from, const task_unit& unit);

  // reports (cluster_reports.cpp)
  void adopt(const register_agent& x, time_point now);
  void adopt_task(const agent_id& where, const task_entry& task, std::uint64_t revision,
                  time_point now);
  void adopt_ended(const agent_id& where, task_entry task);
  /// The agent has said all that it has: what is still unheard of it is not there.
  void heard_all_of(const agent_id& agent, time_point now);
  void adopt_part(const agent_id& agent, const grant_part& part, std::uint64_t revision,
                  time_point now);
  void match_parts(const register_agent& x, agent_registered& answer, time_point now);
  void match_tasks(const register_agent& x, agent_registered& answer, time_point now);
  /// The call that should have ended the task, to be said again; nothing if it may run.
  std::optional<kill_task> kill_of(const task_key& key);
  /// Says again launches of which nothing was heard, and their kills; those of a group as one.
  void tell_unheard(const agent_id& agent, const std::set<task_key>& there);
  void take_usage(const agent_id& agent, task_entry& known, const task_entry& reported);
  bool is_open(const task_entry& task) const;
  bool is_missed(const register_agent& x, const task_entry& task);
  void adopt_missed(const register_agent& x, const task_entry& task, time_point now);
  void lose_abandoned(const agent_id& agent, task_entry task);
  /// Ends adopted tasks that their agent has no longer: they have ended before it came here.
  void end_forgotten_tasks(const register_agent& x, const std::set<task_key>& there,
                           time_point now);
  framework_record& find_or_expect(const framework_id& framework, time_point now);
  /// Takes a newer revision in. @returns false for an older one: its call comes too late.
  bool is_newest(framework_record& framework, std::uint64_t revision);
  /// True if agents have parts of a grant for this claim, and not all have said so.
  bool awaits_recovery(const claim_key& key) const;
  bool may_be_recovered(const grant_id& grant, time_point now);
  /// True while agents of an earlier master may still come to this one.
  bool awaits_agents(time_point now);
  void is_reported_to(time_point now) {
    if (!first_report_at_)
      first_report_at_ = now;
  }
  /// What its framework may have missed of a grant.
  void tell_again(const grant_record& grant, time_point now);
  /// What the framework may have missed of tasks that were lost.
  void tell_made_up_again(const framework_id& id);
  /// Says (again) which agents are lost that had slots of the grant.
  void tell_lost_slots(const grant_record& grant);
  /// True for grants of this master.
  bool is_own(const grant_id& grant) const;
  /// True for frameworks that have got their id of this master.
  bool is_own(const framework_id& framework) const;

  /// Counts the slots of agents that have changed (cluster_pool.cpp).
  void count_pool();

  // shares (cluster_shares.cpp)
  static std::optional<std::string> problem_of_framework(const framework_info& info);
  static std::optional<std::string> problem_of_reservations(const agent_info& info);
  static std::optional<std::string> problem_of_role(const std::string& role);
  void set_options(const std::string& role, const role_options& options);
  /// Offers that were made under a higher limit could bring the role past this one.
  void rescind_past_limit(const std::string& role, const resources& limit);
  std::optional<std::string> problem_of_reserving(const framework_id& who, const std::string& role,
                                                  const resources& amount);
  std::vector<role_entry> role_entries();

  // claims (cluster_claims.cpp)
  claim_record* find(const claim_key& key);
  /// What quota says against serving the claim now; nothing if it may be served.
  std::optional<std::string> held_up_by_quota(const claim_record& x);
  /// Up to how many slots quota lets the claim have now; at least its count.
  std::uint32_t most_within_quota(const claim_record& x);
  /// What offers hold that may be rescinded for claims of the role.
  fair_allocator::offered_amounts offered_for_claims(const std::string& role);
  /// What is free for claims of the role when the offer is rescinded, as far as quota counts it.
  resources freed_by(const entente::offer& x, const std::string& role);
  /// Rescinds the offers beside which quota would not let the claim have the choice.
  void rescind_for_quota(const claim_record& x, const choice& chosen);
  /// What of the agent's offers the role could have if they were rescinded.
  resources offered_for(const std::string& role, const agent_record& agent);
  /// False for offers to roles with guarantees, but for the claim's own role.
  bool may_rescind(const std::string& offered_to, const std::string& role);
  bool is_anything_to_try(time_point now) const;
  /// Ended ones last.
  std::vector<claim_entry> claim_entries() const;
  void take_claim(framework_record& framework, const claim& wanted, time_point now);
  /// Those that wait, by the dominant shares of their roles, then by priority, then by age
  /// (cluster_order.cpp).
  std::vector<claim_key> in_fair_order() const;
  void serve(const claim_key& key, time_point now);
  void wait_or_refuse(claim_record& x, const claim_outlook& outlook, time_point now);
  /// All that its chances depend on, in a text: claims of one shape find room or none alike.
  static std::string shape_of(const claim& x);
  void start(claim_record& x, std::vector<asked_agent> agents);
  /// What each agent could give as it is, or if all offers were rescinded.
  std::vector<candidate> candidates_for(const claim_record& x, bool with_offers);
  /// As candidates_for(), if nothing ran.
  std::uint32_t slots_when_empty(const claim_record& x, const agent_record& agent) const;
  static std::uint32_t slots_in(const claim& x, const resources& have, const resources& ports);
  std::vector<asked_agent> whom_to_ask(const claim_record& x, const choice& chosen,
                                       const std::vector<candidate>& candidates);
  /// Rescinds the offers that are in the way of the choice.
  void rescind_for(const claim_record& x, const choice& chosen);
  void ensure_left(const agent_id& agent, const resources& amount);
  template <class Predicate>
  void rescind_until(const agent_id& agent, Predicate is_enough) {
    rescind_until(agent, is_enough, [](const entente::offer&) { return true; });
  }
  /// Only offers that may be.
  template <class Predicate, class May>
  void rescind_until(const agent_id& agent, Predicate is_enough, May may) {
    for (auto i = offers_.begin(); i != offers_.end() && !is_enough();) {
      auto current = i++;
      if (current->second.agent == agent && may(current->second))
        rescind(current);
    }
  }
  /// Gives back what the round was expected to take. @returns nothing if it was closed before.
  std::optional<round_record> close_round(const round_id& id);
  void end_round(const round_id& id);
  claim_outlook outlook_of(claim_record& x);
  /// What there was for the claim if nothing ran: counted anew only when agents have changed.
  void look_at_empty(claim_record& x);
  /// Calls f with every agent that may have a free slot for the claim.
  template <class F>
  void for_each_able(const claim& x, F f) {
    count_pool();
    if (auto able = free_index_.with_at_least(x.limits)) {
      for (const auto& id : *able)
        if (!unusable_.contains(id))
          f(id, agents_.at(id));
    } else {
      for (const auto& [id, agent] : agents_)
        if (!unusable_.contains(id))
          f(id, agent);
    }
  }
  void refuse(claim_record& x, std::vector<std::string> reasons);
  void finish(claim_record& x, claim_state state);
  void drop(claim_record& x);
  void drop_claims_of(const framework_id& framework);
  /// Tells the framework how the claim has ended, if it has.
  void tell_outcome(const claim_entry& x);

  // room for old claims (cluster_set_aside.cpp)
  /// Keeps what gets free on some agents for a claim that has waited too long.
  void set_room_aside(time_point now);
  /// Picks the claim: the first in the fair order that could be served if nothing else ran.
  std::set<agent_id> choose_to_set_aside(time_point now);
  std::set<agent_id> agents_to_set_aside(const claim_record& x) const;

  // taking back for guarantees (cluster_preemption.cpp)
  /// Begins to take back preemptible grants if that makes room for the claim.
  void preempt_for(claim_record& x, time_point now);
  /// The grants that would do, youngest first; none if nothing would.
  std::vector<grant_id> choose_to_preempt(const claim_record& x);
  /// False if the role's guarantee is met as soon as all recalls for it have ended.
  bool is_owed_beside_recalls(const claim_record& x);
  /// Those that can all be taken without any guarantee missing something then.
  std::vector<grant_id> beyond_guarantees(const std::vector<const grant_record*>& grants);
  /// True if the claim would fit without these grants, and when all slots are free that are on
  /// their way back.
  bool would_do(const claim_record& x, const std::vector<grant_id>& without);
  bool is_preemptible_for(const claim_record& x, const grant_record& grant);
  /// True if what the grant has there may be reserved for it, and not for the role.
  bool refills_reservation(const grant_record& grant, const agent_id& agent,
                           const std::string& role) const;
  std::string preemption_message(const grant_record& grant) const;
  void tell_recall(const grant_record& grant, time_point now);
  /// The notice is over: the grant ends, if its room is still needed.
  void end_recall(const grant_id& grant, time_point now);
  void forget_recall(const grant_id& grant);

  // grants (cluster_grants.cpp)
  void add_grant(claim_record& x, const round_outcome& outcome, time_point now);
  void book(grant_record& grant, grant_slot& slot);
  /// The slot's resources are free, or lost with its agent.
  void settle(grant_record& grant, grant_slot& slot);
  /// An agent may give ports anew before the master hears that they were free: then two slots have
  /// them in its book for a while, and the end of the first must not take them from the second.
  void book_ports_again(agent_record& agent);
  /// Asks the agents for the slots of these ranks, or of all.
  void release_slots(grant_record& grant, const std::vector<std::uint32_t>& ranks);
  /// The grant is over, and not by its framework's own doing.
  void end_grant(grant_record& grant, const std::string& message);
  void lose_slots(grant_record& grant, const agent_id& agent);
  void forget_if_over(const grant_id& grant);
  /// What slots_released() does, but for the end of a drain: the agent stays.
  void free_slots(const released& x, time_point now);
  /// The time of a grant that was not used, or not recovered, is over.
  void expire(grant_record& grant, time_point now);
  /// Decides about a grant of an earlier master once all its members have said what they have.
  void resolve(grant_record& grant, time_point now);
  /// True if the claim was granted otherwise, or is over, since this master is there.
  bool is_settled(const claim_key& key, const grant_id& other_than);
  void task_ended_in(const task_entry& task, time_point now);
  /// Tasks that start together, or are refused together.
  void launch_unit(framework_record& framework, const grant_id& id, slot_unit unit,
                   std::map<agent_id, launch_tasks>& calls);
  /// @param taken what those that start with it take of its slot
  /// @returns what is wrong with the task; nothing if it may run there.
  std::optional<std::string> problem_of(const grant_record& grant, const slot_task& x,
                                        const resources& taken) const;
  void launch_in(framework_record& framework, grant_record& grant, const slot_task& x,
                 launch_tasks& call);

  // tasks (cluster_tasks.cpp)
  /// True if the task runs, or has ended and is still remembered: its id is used up.
  bool was_launched(const framework_record& framework, const task_id& task) const;
  void add_task(framework_record& framework, const agent_id& agent, const task_info& task,
                const grant_id& grant, std::uint32_t slot, const std::string& role);
  /// Says that a task was never started.
  void refuse_task(const framework_id& framework, const task_info& task, task_state state,
                   task_reason reason, std::string message);
  /// Refuses all of them, because one is wrong.
  void refuse_unit(const framework_id& framework, const task_unit& unit, const task_id& wrong,
                   const std::string& problem);
  void end_task(framework_record& framework, std::map<task_id, task_entry>::iterator task,
                time_point now);
  /// Takes it out of the books. Its slot, if it ran in one, is the caller's.
  task_entry take_task(framework_record& framework, std::map<task_id, task_entry>::iterator task);
  /// All tasks on the agent have ended, or are unreachable. May remove their frameworks.
  void lose_tasks(const agent_id& agent, departure why, const std::string& message, time_point now);
  /// What becomes of a task whose framework is this one, or is not known.
  static task_state state_when_lost(const framework_record* framework, departure why);
  void lose_denied(const status_update& x, time_point now);
  /// Tells the framework a state that the master has made up.
  void tell_lost(task_entry& task, task_state state, task_reason reason,
                 const std::string& message);
  void lose_task(framework_record& framework, std::map<task_id, task_entry>::iterator task,
                 departure why, const std::string& message, time_point now);
  /// Counts it, and remembers it for a while.
  void has_ended(task_entry task);
  void remember_ended(task_entry task);

  // adding up (cluster_check.cpp)
  void check_amounts() const;
  void check_use() const;
  void check_tasks() const;

  cluster_options options_;
  std::unique_ptr<fair_allocator> sharer_;
  pool pool_;
  agent_index free_index_;         ///< by what is not allocated
  std::set<agent_id> pool_stale_;  ///< agents to be counted anew, there and in the pool
  std::optional<time_point> pool_told_at_;
  std::optional<time_point> first_report_at_;  ///< to this master
  std::map<agent_id, agent_record> agents_;
  std::map<framework_id, framework_record> frameworks_;
  std::map<offer_id, entente::offer> offers_;
  offer_log offer_log_;
  std::optional<time_point> offers_made_at_;
  bool offers_are_late_ = false;              ///< some wait for the end of the offer interval
  std::map<claim_key, claim_record> claims_;  ///< that wait, agree or are granted
  std::map<claim_key, claim_entry> ended_claims_;
  std::deque<claim_key> ended_claims_order_;  ///< oldest first
  std::set<claim_key> waiting_;               ///< of claims_, those that wait
  std::map<round_id, round_record> rounds_;
  std::map<grant_id, grant_record> grants_;
  std::set<grant_id> recovering_;  ///< of grants_, those that do not stand yet
  std::optional<claim_key> set_aside_for_;
  std::set<agent_id> set_aside_;
  std::set<agent_id> unusable_;  ///< of agents_
  absent_agents absent_;
  unreachable_tasks unreachable_;
  drain_book drains_;
  maintenance_book maintenance_;
  std::set<agent_id> deactivated_;
  durable_memory memory_;
  std::set<agent_id> awaited_agents_;  ///< known to an earlier master, and not come yet
  /// Known to an earlier master: kept until all agents with tasks of theirs could have come.
  std::set<framework_id> awaited_frameworks_;
  time_point now_{};                             ///< for views
  std::map<task_key, launch_tasks> unheard_;     ///< launched, and no update came so far
  std::map<task_key, adoption_record> adopted_;  ///< of tasks that have not ended
  std::map<task_key, kill_record> killed_;       ///< of tasks that have not ended
  deadlines<offer_id> offer_times_;
  deadlines<claim_key> claim_times_;  ///< when a waiting claim is looked at again
  deadlines<grant_id> grant_times_;
  deadlines<agent_id> agent_times_;
  /// Preemptible grants that are taken back, with the claim that needs the room.
  std::map<grant_id, claim_key> recalled_;
  std::map<grant_id, time_point> recall_ends_;
  deadlines<grant_id> recall_times_;
  std::map<task_key, task_entry> ended_;
  std::deque<task_key> ended_order_;  ///< oldest first
  std::uint64_t frameworks_made_ = 0;
  std::uint64_t offers_made_ = 0;
  std::uint64_t claims_made_ = 0;
  std::uint64_t rounds_made_ = 0;
  std::uint64_t grants_made_ = 0;
  std::uint64_t agents_version_ = 1;  ///< changes with the agents, and what is reserved of them
  /// By shape: claims that have found no room, as of that version of the capacity.
  std::map<std::string, claim_outlook> no_room_;
  std::uint64_t no_room_version_ = 0;
  std::uint64_t capacity_version_ = 1;  ///< changes when there may be more room than before
  std::uint64_t tasks_finished_ = 0;
  std::uint64_t tasks_failed_ = 0;
  std::uint64_t version_ = 0;
  std::vector<master_effect> effects_;
};

template <class Message>
void cluster::tell(const framework_id& framework, Message message) {
  auto* x = find(framework);
  if (x && x->state == framework_state::active)
    effects_.push_back(tell_framework{framework, std::move(message)});
}

}  // namespace entente

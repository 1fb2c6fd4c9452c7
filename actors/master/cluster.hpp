#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "actors/allocator/allocator.hpp"
#include "actors/master/effects.hpp"
#include "messages/queries.hpp"
#include "messages/time.hpp"

namespace entente {

struct cluster_options {
  std::string name = "entente";
  std::string version;
  /// Starts every framework id; must differ between two lives of a master.
  std::string id_prefix;
  /// How long a framework may think about an offer.
  std::chrono::milliseconds offer_timeout{30'000};
  /// How many ended tasks are kept for listings.
  std::size_t ended_tasks_kept = 2'000;
};

/// Why a call was refused, for people.
struct refusal {
  std::string message;
};

/// What the master knows and decides: agents, frameworks, offers and tasks.
///
/// No actor and no clock: time comes in as a parameter, effects are collected and taken out by
/// take_effects(). Not thread-safe.
///
/// Invariants: (1) an agent's offers and allocations are together at most its total; (2) an offer,
/// or a task that has not ended, belongs to an agent that is there; (3) a task's resources are
/// given back once: with its terminal update, or with its agent.
class cluster {
public:
  cluster(cluster_options options, std::unique_ptr<allocator> sharer);

  // -- agents -------------------------------------------------------------------

  /// An agent that is there already is taken out first: it has started anew.
  std::variant<agent_registered, refusal> add_agent(const agent_info& info);
  /// The agent is gone; its tasks are lost.
  void remove_agent(const agent_id& agent);
  void update_task(const status_update& update);

  // -- frameworks ---------------------------------------------------------------

  /// A new framework, or a known one that is back.
  std::variant<subscribed, refusal> add_framework(framework_info info);
  /// Its scheduler is lost; it has until its failover time-out to come back.
  void disconnect_framework(const framework_id& framework, time_point now);
  /// The framework is done; its tasks are killed.
  void remove_framework(const framework_id& framework);

  void accept(const accept_offers& call, time_point now);
  void decline(const decline_offers& call, time_point now);
  void suppress(const framework_id& framework);
  void revive(const framework_id& framework);
  /// Passes the kill on to the task's agent. A framework reaches its own tasks only.
  std::optional<refusal> kill(const kill_task& call);
  void acknowledged(const acknowledge& call);

  // -- time ---------------------------------------------------------------------

  /// Makes offers of what is free.
  void make_offers(time_point now);
  /// Rescinds offers and removes frameworks whose time is over.
  void expire(time_point now);
  /// When expire() or make_offers() has something to do again, if nothing else happens.
  std::optional<time_point> next_deadline() const;

  // -- reading ------------------------------------------------------------------

  cluster_view view(const query& what) const;
  /// The task of that id; of the newest framework that has one if `framework` is empty.
  std::optional<task_entry> find_task(const framework_id& framework, const task_id& task) const;
  /// Changes whenever a view could.
  std::uint64_t version() const noexcept { return version_; }

  std::vector<master_effect> take_effects() { return std::exchange(effects_, {}); }

private:
  using task_key = std::pair<framework_id, task_id>;

  struct agent_record {
    agent_info info;
    resources offered;
    resources allocated;
  };
  struct framework_record {
    std::uint64_t number = 0;  ///< the higher, the newer
    framework_info info;
    framework_state state = framework_state::active;
    std::optional<time_point> remove_at;
    resources allocated;
    std::map<task_id, task_entry> tasks;  ///< that have not ended

    /// True if no scheduler is there and none is waited for: it stays for its tasks only.
    bool orphaned() const {
      return state == framework_state::completed ||
             (state == framework_state::disconnected && info.detached);
    }
  };
  struct offer_record {
    entente::offer offer;
    time_point deadline;
  };

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

  // offers (cluster_offers.cpp)
  /// Takes the offer out of the books; its resources are the caller's.
  offer_record take_offer(std::map<offer_id, offer_record>::iterator offer);
  void rescind(std::map<offer_id, offer_record>::iterator offer);
  template <class Predicate>
  void rescind_if(Predicate predicate) {
    for (auto i = offers_.begin(); i != offers_.end();) {
      auto current = i++;
      if (predicate(current->second))
        rescind(current);
    }
  }
  /// What the offers hold together, or nothing if one of them is void or of another agent.
  std::optional<std::pair<agent_id, resources>> take_offers(const framework_id& framework,
                                                            const std::vector<offer_id>& offers);
  /// Books the task and takes its limits out of `rest`; refuses it with an update.
  bool launch(framework_record& framework, const agent_id& agent, const task_info& task,
              resources& rest);

  // tasks (cluster_tasks.cpp)
  /// True if the task runs, or has ended and is still remembered: its id is used up.
  bool was_launched(const framework_record& framework, const task_id& task) const;
  /// Says that a task was never started.
  void refuse_task(const framework_id& framework, const task_info& task, task_state state,
                   task_reason reason, std::string message);
  void end_task(framework_record& framework, std::map<task_id, task_entry>::iterator task);
  /// Ends all tasks of the framework on the agent. May remove the framework.
  void lose_tasks(framework_record& framework, const agent_id& agent, const std::string& message);
  void remember_ended(task_entry task);

  cluster_options options_;
  std::unique_ptr<allocator> sharer_;
  std::map<agent_id, agent_record> agents_;
  std::map<framework_id, framework_record> frameworks_;
  std::map<offer_id, offer_record> offers_;
  std::map<task_key, task_entry> ended_;
  std::deque<task_key> ended_order_;  ///< oldest first
  std::uint64_t frameworks_made_ = 0;
  std::uint64_t offers_made_ = 0;
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

#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "agenda.hpp"
#include "application.hpp"
#include "disk.hpp"
#include "figures.hpp"
#include "ledger_checker.hpp"
#include "machine.hpp"
#include "messages/protocol.hpp"
#include "notes.hpp"
#include "plan.hpp"
#include "verdict.hpp"
#include "world.hpp"

namespace entente::simulation {

/// After how long of waiting the simulated master keeps room free for a claim.
inline constexpr std::chrono::milliseconds set_aside_after{10'000};

/// How a run of a plan went.
struct report {
  std::optional<std::string> violation;
  std::chrono::milliseconds at{0};  ///< of the violation, or of the end
  std::uint64_t trace = 0;          ///< equal for equal runs
  figures counts;
};

/// A real master, real agents and real drivers on simulated hosts, as a plan wants it.
///
/// A run has four parts: the plan's, with its faults; silence, in which everything heals and no
/// new work comes, and at whose end all books must say the same; the end of all work, after
/// which every claim must be answered and nothing be taken anywhere; and in some runs a stream of
/// small claims with a large one in it, which must not starve.
class cluster_world {
public:
  using duration = std::chrono::milliseconds;

  /// @param out gets every step as a line, unless it is null
  cluster_world(plan what, std::ostream* out);
  cluster_world(const cluster_world&) = delete;
  cluster_world& operator=(const cluster_world&) = delete;

  report run();

  /// Instead of run(): every framework always has more claims of single slots open than there is
  /// room for. With a gang, the first framework also claims that many slots at once after
  /// `settling`, and the end is when it has got them; that it does not in time is a violation.
  /// @returns how large a part of the slots in use each framework has had on average, 0 to 1.
  std::vector<double> share_out(duration settling, duration measured, std::uint32_t gang = 0);
  const std::optional<std::string>& violation() const { return result_.violation(); }
  duration elapsed() const {
    return std::chrono::duration_cast<duration>(world_.run.now() - start_);
  }

private:
  struct agent_host {
    agent_id id;
    agent_info info;
    host where = 0;
    std::uint64_t lives = 0;
    local_agent_actor actor;
    caf::strong_actor_ptr told;  ///< the newest master that it was told of
    std::unique_ptr<machine> box;
    std::unique_ptr<notes> written;  ///< none: it forgets everything
    resources held;                  ///< as of its newest audit
    resources allocated;
  };
  struct framework_host {
    host where = 0;
    caf::strong_actor_ptr told;
    std::unique_ptr<application> app;
  };
  /// What the master says that there is.
  struct master_view {
    std::vector<agent_entry> agents;
    std::vector<claim_entry> claims;
    std::vector<task_entry> tasks;
    std::vector<framework_entry> frameworks;
  };

  /// Claims a gang for the first framework.
  claim_id claim_gang(std::uint32_t slots);

  // -- the cluster
  void add_agents();
  void add_frameworks();
  void start_master();
  void start_agent(agent_host& x);
  void start_framework(framework_host& x);
  void crash(host x);
  void crash_agent(agent_host& x, std::uint64_t how);
  /// Tells those that have lost their master of the one that there is, if they can reach it.
  void detect_masters();
  surroundings surroundings_at(host where);
  void later(host where, duration time, std::function<void()> what);
  void count(const caf::message& x, network::fate what);

  // -- time
  void go_to(network::time_point time);
  void go_on(duration time) { go_to(world_.run.now() + time); }
  bool failed() const { return result_.violation().has_value(); }

  // -- the parts of a run
  void run_plan();
  void apply(const event& x);
  void apply_to_host(const event& x);
  void drain(const agent_id& agent, const order_to_agent& how);
  void undrain(const agent_id& agent);
  void heal_all();
  /// From now on all disks can be written.
  void make_room();
  /// Goes on until no slot is on its way back: books that are compared must not be in motion.
  void come_to_rest();
  void wind_down();

  // -- checks (cluster_checks.cpp)
  void check_books();
  void check_agent(const agent_host& x, const master_view& seen);
  void check_tasks(const master_view& seen);
  void check_open_claims();
  void check_nothing_left();
  /// In a cluster that a stream of small claims keeps busy, a claim of all of it is served in time
  /// (cluster_stream.cpp).
  void check_fairness();
  void stream(application& from, std::chrono::milliseconds time,
              const std::function<bool()>& until);
  std::string reasons_of(const claim_id& x, const master_view& seen) const;
  /// What frameworks were told that they have on the agent.
  resources told_on(const agent_host& x) const;
  master_view ask_master();

  plan plan_;
  verdict result_;
  figures counts_;
  ledger_checker ledgers_{result_};
  agenda agenda_;
  std::deque<agent_host> agents_;
  std::deque<framework_host> frameworks_;
  master_actor master_;
  std::uint64_t masters_ = 0;
  disk disk_;  ///< of the master's host
  network::time_point start_;
  std::uint64_t lost_ = 0;
  std::uint64_t doubled_ = 0;
  std::uint64_t messages_ = 0;
  std::uint64_t solicits_ = 0;
  std::uint64_t confirms_ = 0;
  world world_;  // last: what the actors use must outlive them
};

}  // namespace entente::simulation

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/calls.hpp"
#include "messages/claim.hpp"
#include "messages/cluster.hpp"
#include "messages/ids.hpp"
#include "messages/maintenance.hpp"
#include "messages/task.hpp"

/// What operators ask, and what they are told.
namespace entente {

/// On the wire: only ever add at the end.
enum class listing : std::uint16_t {
  summary,
  agents,
  frameworks,
  tasks,
  offers,
  claims,
  pool,
  roles,
  offer_history,
};
inline constexpr std::uint16_t listing_count = 9;

struct query {
  listing what = listing::summary;
  friend bool operator==(const query&, const query&) = default;
};

/// An agent's states. On the wire: only ever add at the end.
enum class agent_state : std::uint16_t {
  registered,
  disconnected,
  unreachable,
  draining,
  drained,
  deactivated,
  gone,
};
inline constexpr std::uint16_t agent_state_count = 7;
std::string_view to_string(agent_state x);

/// A framework's states. On the wire: only ever add at the end.
enum class framework_state : std::uint16_t { active, disconnected, completed };
inline constexpr std::uint16_t framework_state_count = 3;
std::string_view to_string(framework_state x);

struct agent_entry {
  agent_info info;
  agent_state state = agent_state::registered;
  resources offered;
  resources held;       ///< by rounds
  resources allocated;  ///< by tasks and grants
  /// By role: what is kept for it, by configuration and by calls.
  std::map<std::string, resources> reservations{};
  /// While it drains: until its tasks' deadline; 0 when it is over; none without a deadline.
  std::optional<std::chrono::milliseconds> drain_left{};
  friend bool operator==(const agent_entry&, const agent_entry&) = default;
};

/// What has become of a framework's offers, since the master started.
struct offer_counts {
  std::uint64_t sent = 0;
  std::uint64_t accepted = 0;
  std::uint64_t declined = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t rescinded = 0;
  friend bool operator==(const offer_counts&, const offer_counts&) = default;
};

struct framework_entry {
  framework_info info;
  framework_state state = framework_state::active;
  std::uint64_t tasks = 0;  ///< that have not ended
  resources allocated;
  offer_counts offers{};
  friend bool operator==(const framework_entry&, const framework_entry&) = default;
};

/// A claim's states. On the wire: only ever add at the end.
enum class claim_state : std::uint16_t {
  waiting,    ///< for room, or for its turn
  agreeing,   ///< a round is on its way
  granted,    ///< its slots are the framework's
  refused,    ///< could not be served in its time
  withdrawn,  ///< by its framework
  ended,      ///< it was granted, and the grant is over
};
inline constexpr std::uint16_t claim_state_count = 6;
std::string_view to_string(claim_state x);

struct claim_entry {
  entente::claim claim;
  framework_id framework;
  std::string role;
  claim_state state = claim_state::waiting;
  std::uint32_t granted = 0;         ///< slots
  grant_id grant;                    ///< once granted
  std::uint32_t attempts = 0;        ///< rounds so far
  std::vector<std::string> reasons;  ///< why it waits or was refused, for people
  friend bool operator==(const claim_entry&, const claim_entry&) = default;
};

/// What has become of an offer. On the wire: only ever add at the end.
enum class offer_outcome : std::uint16_t { open, accepted, declined, timed_out, rescinded };
inline constexpr std::uint16_t offer_outcome_count = 5;
std::string_view to_string(offer_outcome x);

/// One of the newest offers to a framework.
struct offer_record {
  offer_id id;
  framework_id framework;
  std::string role;
  agent_id agent;
  resources available;
  offer_outcome outcome = offer_outcome::open;
  std::chrono::milliseconds age{0};   ///< since it was sent
  std::chrono::milliseconds took{0};  ///< until its outcome; 0 while it is open
  friend bool operator==(const offer_record&, const offer_record&) = default;
};

/// A role: named by configuration or by an operator, or because a framework acts in it.
struct role_entry {
  std::string name;
  double weight = 1;
  resources guarantee;
  resources limit;
  resources allocated;        ///< by tasks and grants of it and of the roles below it
  resources offered;          ///< to its frameworks, and asked for by rounds of its claims
  resources reserved;         ///< for it, on all agents
  double dominant_share = 0;  ///< of the cluster, of what is allocated and offered; not weighted
  std::uint64_t frameworks = 0;
  std::uint64_t claims_waiting = 0;
  bool preempts = false;  ///< it may take back preemptible grants while it is under its guarantee
  friend bool operator==(const role_entry&, const role_entry&) = default;
};

/// How many of everything there are.
struct cluster_summary {
  std::string cluster;
  std::string version;
  std::uint64_t agents = 0;
  std::uint64_t frameworks = 0;
  std::uint64_t tasks_active = 0;
  std::uint64_t tasks_finished = 0;  ///< since the master started
  std::uint64_t tasks_failed = 0;    ///< ended otherwise, since the master started
  std::uint64_t offers = 0;
  resources total;
  resources offered;
  resources allocated;
  std::uint64_t claims_waiting = 0;
  std::uint64_t grants = 0;
  friend bool operator==(const cluster_summary&, const cluster_summary&) = default;
};

/// The answer to a query: the summary, and the one listing that was asked for.
struct cluster_view {
  cluster_summary summary;
  std::vector<agent_entry> agents;
  std::vector<framework_entry> frameworks;
  std::vector<task_entry> tasks;
  std::vector<offer> offers;
  std::vector<claim_entry> claims;
  std::vector<pool_entry> pool;
  std::vector<role_entry> roles{};
  std::vector<offer_record> offer_history{};
  std::vector<maintenance_window> maintenance{};
  friend bool operator==(const cluster_view&, const cluster_view&) = default;
};

/// On the wire: only ever add at the end.
enum class output_stream : std::uint16_t { out, err };
inline constexpr std::uint16_t output_stream_count = 2;

/// Asks for a piece of a task's output.
struct read_output {
  framework_id framework;  ///< empty: the newest task of that id
  task_id task;
  output_stream stream = output_stream::out;
  std::uint64_t offset = 0;
  std::uint32_t max_bytes = 65536;  ///< the agent gives at most 1 MiB
  friend bool operator==(const read_output&, const read_output&) = default;
};

struct output_chunk {
  std::string bytes;
  std::uint64_t file_size = 0;  ///< of all that it has written, kept or not
  bool ended = false;           ///< the task has ended: no more than `file_size` will come
  /// How many bytes there were from the offset asked for to `bytes`: they are not kept any more.
  std::uint64_t skipped = 0;
  friend bool operator==(const output_chunk&, const output_chunk&) = default;
};

}  // namespace entente

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/calls.hpp"
#include "messages/claim.hpp"
#include "messages/cluster.hpp"
#include "messages/ids.hpp"
#include "messages/task.hpp"

/// What operators ask, and what they are told.
namespace entente {

/// On the wire: only ever add at the end.
enum class listing : std::uint16_t { summary, agents, frameworks, tasks, offers, claims, pool };
inline constexpr std::uint16_t listing_count = 7;

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
  friend bool operator==(const agent_entry&, const agent_entry&) = default;
};

struct framework_entry {
  framework_info info;
  framework_state state = framework_state::active;
  std::uint64_t tasks = 0;  ///< that have not ended
  resources allocated;
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
  std::uint64_t file_size = 0;
  bool ended = false;  ///< the task has ended: no more than `file_size` will come
  friend bool operator==(const output_chunk&, const output_chunk&) = default;
};

}  // namespace entente

#pragma once

#include "apps/wordcount/chunker.hpp"
#include "apps/wordcount/word_counts.hpp"
#include "messages/calls.hpp"
#include "messages/queries.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace entente::wordcount {

/// What the scheduler says to the master next.
struct step {
  std::vector<accept_offers> accepts;
  std::optional<decline_offers> decline;
  std::vector<read_output> reads;
  bool suppress = false;
  bool revive = false;
};

/// How far a job is, in chunks.
struct progress {
  std::size_t total = 0;
  std::size_t running = 0;  ///< launched, and not counted yet
  std::size_t counted = 0;
  std::size_t reruns = 0;  ///< how often a chunk had to be run again
};

/// How much of a job an agent did.
struct agent_share {
  agent_id agent;
  std::string hostname;
  std::size_t tasks = 0;
};

/// Counting words on a cluster, as a plain state machine: it hears what the scheduler hears and
/// answers with what is to be said.
///
/// Each chunk is waiting, running, being read or counted. The task of a chunk that does not finish,
/// or whose output cannot be read, makes the chunk wait again; after `max_attempts` the job has
/// failed. A task has a new id at each attempt, so that what is heard late of an earlier one is no
/// longer about anything.
///
/// Invariants: (1) a chunk's words are counted exactly once; (2) at most one task per chunk is
/// current; (3) no more tasks are put on an offer than fit into it; (4) every offer is answered.
class job {
public:
  static constexpr unsigned max_attempts = 5;
  /// The most that is read of a task's output at once.
  static constexpr std::uint32_t page_size = 1024 * 1024;

  /// `program` is what runs a map task: see map_command().
  job(std::vector<chunk> chunks, std::string program);

  step on_offers(const std::vector<offer>& offers);
  step on_update(const status_update& update);
  /// A page of a task's output, of those asked for in order.
  step on_output(const task_id& task, const output_chunk& page);
  step on_unreadable(const task_id& task, const std::string& why);

  /// True if there is nothing left to do, or nothing left to hope for.
  bool ended() const noexcept { return failure_ || counted_ == parts_.size(); }
  /// Why the job cannot be done, if it cannot.
  const std::optional<std::string>& failure() const noexcept { return failure_; }

  const word_counts& counts() const noexcept { return counts_; }
  progress how_far() const noexcept;
  /// The agents that did something, by hostname.
  std::vector<agent_share> shares() const;

private:
  /// A chunk and its latest task, which has no id while the chunk waits and after it was counted.
  struct part {
    chunk work;
    task_id task;
    agent_id agent;
    std::string hostname;
    std::string output;  ///< as far as it was read
    bool reading = false;
    unsigned attempts = 0;
  };

  void deal_tasks(const std::vector<offer>& offers, std::vector<accept_offers>& accepts);
  task_info next_task(const offer& where);
  part* find(const task_id& task);
  /// Asks for the next page of its output.
  step read(const part& x) const;
  void count(part& x);
  step run_again(part& x, const std::string& why);
  void fail(const part& x, const std::string& why);
  /// True if tasks wait and the master may hold back the agent's resources: then they are asked
  /// for.
  bool needs_revival(const agent_id& freed);

  std::vector<part> parts_;
  std::string program_;
  std::deque<std::size_t> waiting_;
  std::map<task_id, std::size_t> current_;
  std::map<agent_id, agent_share> shares_;
  std::set<agent_id> filtered_;  ///< agents that the master was told not to offer for a while
  bool suppressed_ = false;
  word_counts counts_;
  std::size_t counted_ = 0;
  std::size_t reruns_ = 0;
  std::optional<std::string> failure_;
};

/// What each map task takes of an offer: little enough for the smallest agents.
const resources& map_task_limits();

}  // namespace entente::wordcount

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "actors/master/call_events.hpp"
#include "actors/master/effect_events.hpp"

namespace entente {

/// What the master says in its log, and what it passes over in silence.
class master_log {
public:
  explicit master_log(event_log to) : to_(std::move(to)) {}

  void started(const cluster_options& options);
  void effects(const std::vector<master_effect>& effects);
  void round_ended(const round_outcome& x);

  /// @param no why it was refused, if it was
  template <class Call>
  void call(const Call& x, const refusal* no = nullptr) {
    to_(no ? with_refusal(event_of(x), *no) : event_of(x));
  }

  /// A report of an agent: of those that only repeat themselves nothing is said.
  /// @param is_known by the actor that it is, which has registered before
  void agent_report(const register_agent& x, bool was_away, bool is_known, const refusal* no);
  void agent_disconnected(const agent_id& agent);
  void admission(const std::vector<admission_change>& changes, std::uint64_t rate);

  /// @param replaces another scheduler of the same framework
  void subscription(const subscribe& x, bool is_back, bool replaces);
  void framework_disconnected(const framework_id& framework);

  void not_written(const std::string& why);
  void written_again();

private:
  event_log to_;
};

}  // namespace entente

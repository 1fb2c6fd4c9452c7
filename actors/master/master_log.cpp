#include "actors/master/master_log.hpp"

namespace entente {

void master_log::started(const cluster_options& options) {
  to_({log_level::info,
       "master_started",
       {{"cluster", options.name}, {"version", options.version}, {"ids", options.id_prefix}}});
}

void master_log::effects(const std::vector<master_effect>& effects) {
  auto from = to_.least();
  if (!from)
    return;
  for (const auto& effect : effects)
    if (auto event = event_of(effect, *from))
      to_(std::move(*event));
}

void master_log::round_ended(const round_outcome& x) {
  if (to_.takes(log_level::debug))
    to_(event_of(x));
}

void master_log::agent_report(const register_agent& x, bool was_away, bool is_known,
                              const refusal* no) {
  if (is_known && !was_away && !no)
    return;
  auto event = event_of(x);
  if (was_away)
    event.name = "agent_back";
  to_(no ? with_refusal(std::move(event), *no) : std::move(event));
}

void master_log::agent_disconnected(const agent_id& agent) {
  to_({log_level::warn, "agent_disconnected", {{"agent", agent.str()}}});
}

void master_log::admission(const std::vector<admission_change>& changes, std::uint64_t rate) {
  for (const auto& x : changes)
    to_(event_of(x, rate));
}

void master_log::subscription(const subscribe& x, bool is_back, bool replaces) {
  auto event = event_of(x);
  if (is_back)
    event.name = replaces ? "framework_failed_over" : "framework_back";
  to_(std::move(event));
}

void master_log::framework_disconnected(const framework_id& framework) {
  to_({log_level::info, "framework_disconnected", {{"framework", framework.str()}}});
}

void master_log::not_written(const std::string& why) {
  to_({log_level::error, "registry_not_written", {{"why", why}}});
}

void master_log::written_again() {
  to_({log_level::info, "registry_written", {}});
}

}  // namespace entente

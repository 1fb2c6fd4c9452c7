#include "apps/entente/restart_policy.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "apps/entente/run_outcome.hpp"

namespace entente {

namespace {

usage_error wrong(std::string_view text) {
  return {"--restart: expected never, on-failure, always, on-failure:N or always:N with N from 1 "
          "to 1000000, found \"" +
          std::string{text} + '"'};
}

std::optional<std::uint32_t> parse_count(std::string_view text) {
  std::uint32_t count = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  auto whole = failed == std::errc{} && end == text.data() + text.size();
  return whole && count > 0 && count <= 1'000'000 ? std::optional{count} : std::nullopt;
}

}  // namespace

std::variant<restart_rule, usage_error> parse_restart(std::string_view text) {
  using when = restart_rule::when;
  if (text == "never")
    return restart_rule{};
  auto colon = text.find(':');
  auto word = text.substr(0, colon);
  if (word != "on-failure" && word != "always")
    return wrong(text);
  restart_rule rule{word == "always" ? when::always : when::on_failure, 0};
  if (colon == text.npos)
    return rule;
  auto count = parse_count(text.substr(colon + 1));
  if (!count)
    return wrong(text);
  rule.most = *count;
  return rule;
}

std::optional<std::chrono::milliseconds>
restart_policy::ended(std::size_t rank, const status_update& last, time_point now) {
  using when = restart_rule::when;
  auto was_unhealthy = last.state == task_state::killed &&
                       last.reason == task_reason::task_health_check_status_updated;
  auto is_own_end =
    last.state == task_state::finished || last.state == task_state::failed || was_unhealthy;
  if (rule_.condition == when::never || !is_own_end || !has_run(last))
    return std::nullopt;
  if (rule_.condition == when::on_failure && last.state == task_state::finished)
    return std::nullopt;
  auto& x = ranks_[rank];
  if (rule_.most > 0 && x.count >= rule_.most)
    return std::nullopt;
  ++x.count;
  if (now - x.started_at >= good_time)
    x.short_lives = 0;
  constexpr std::uint32_t doublings = 5;  // Those that reach the longest pause.
  auto pause = first_pause * (1 << std::min(x.short_lives++, doublings));
  return std::min<std::chrono::milliseconds>(pause, longest_pause);
}

std::uint32_t restart_policy::count(std::size_t rank) const {
  auto i = ranks_.find(rank);
  return i == ranks_.end() ? 0 : i->second.count;
}

}  // namespace entente

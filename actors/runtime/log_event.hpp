#pragma once

#include <atomic>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.hpp"

namespace entente {

/// By key, in the order in which they are written. Keys are in snake_case, each there once, and
/// none of `time`, `level`, `part` and `event`. Never the place for a secret: no environment
/// variables, no tokens, no keys.
using log_fields = std::vector<std::pair<std::string, std::string>>;

/// Something that has happened: one line of the log.
struct log_event {
  log_level severity = log_level::info;
  std::string name;  ///< in snake_case: `agent_registered`
  log_fields fields{};
  std::string part{};  ///< one of `log_parts`; whoever it is told to fills it in

  friend bool operator==(const log_event&, const log_event&) = default;
};

using log_function = std::function<void(const log_event&)>;

/// What a part tells its events to; it says for which part. By default they go nowhere.
///
/// Copies are cheap, and may be used from several threads if the function may.
class event_log {
public:
  event_log() = default;

  /// @param from events less severe than this are left out; it may change at any time
  event_log(std::string part, std::shared_ptr<const std::atomic<log_level>> from,
            log_function write)
      : part_(std::move(part)), from_(std::move(from)), write_(std::move(write)) {}

  /// Whether it is worth putting an event together.
  bool takes(log_level severity) const {
    return write_ && severity >= from_->load(std::memory_order_relaxed);
  }

  /// The least severe that it takes; nothing if it goes nowhere.
  std::optional<log_level> least() const {
    return write_ ? std::optional{from_->load(std::memory_order_relaxed)} : std::nullopt;
  }

  /// The same log, with these fields in front of each event's own.
  event_log with(log_fields fields) const {
    auto result = *this;
    std::move(fields.begin(), fields.end(), std::back_inserter(result.common_));
    return result;
  }

  void operator()(log_event x) const {
    if (!takes(x.severity))
      return;
    x.part = part_;
    x.fields.insert(x.fields.begin(), common_.begin(), common_.end());
    write_(x);
  }

private:
  std::string part_;
  std::shared_ptr<const std::atomic<log_level>> from_;
  log_function write_;
  log_fields common_;
};

}  // namespace entente

#pragma once

#include "actors/runtime/log_event.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace entente {

/// The log of a process: the events of all its parts, a line each, on stderr or in a file.
///
/// Whoever tells an event never waits: lines are written by a thread of the log's own, which is at
/// most `log_queue_length` lines behind. Beyond that the oldest are left out, and what cannot be
/// written is; in both cases a line says how many (`lines_dropped`, `lines_lost`). All of it may be
/// used from several threads.
class process_log {
public:
  /// Throws std::runtime_error if the file cannot be opened.
  explicit process_log(const log_config& settings);

  /// Writes all that was told so far, but waits no longer than `log_patience` for a stderr that
  /// nobody reads. What is told later goes nowhere.
  ~process_log();

  process_log(const process_log&) = delete;
  process_log& operator=(const process_log&) = delete;

  /// Takes over other settings, and opens the file again: it may have been moved away.
  /// @returns why that cannot be; all stays as it was then
  std::optional<std::string> change(const log_config& settings);

  /// What one of `log_parts` tells its events to.
  event_log part(std::string_view name) const;

private:
  class core;
  std::shared_ptr<core> core_;
};

constexpr std::size_t log_queue_length = 8192;
constexpr std::chrono::seconds log_patience{2};

}  // namespace entente

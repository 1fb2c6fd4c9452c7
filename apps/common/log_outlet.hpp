#pragma once

#include "config/config.hpp"

#include <spdlog/details/log_msg.h>
#include <spdlog/sinks/sink.h>

#include <atomic>
#include <memory>
#include <string>

namespace entente {

/// What lines are written to; not thread-safe.
using log_outlet = std::unique_ptr<spdlog::sinks::sink>;

/// The file of the settings, rotated by size: `entente.log`, older ones are `entente.1.log` and so
/// on. A last line that was cut off when a process died is ended first. Without a file it is
/// stderr, where a line is given up when it cannot be written and `ending` is set. Both throw
/// spdlog::spdlog_ex when opening or writing fails.
log_outlet make_log_outlet(const log_config& settings, const std::atomic<bool>& ending);

}  // namespace entente

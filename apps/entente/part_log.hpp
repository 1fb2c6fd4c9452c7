#pragma once

#include <caf/actor_system_config.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "apps/common/caf_log.hpp"
#include "apps/common/process_log.hpp"
#include "apps/common/signals.hpp"
#include "config/config.hpp"

namespace entente {

/// The log of a program that runs parts of a cluster, with that of the actor library. SIGHUP makes
/// it read the log's part of the configuration again, and open its file again; if the configuration
/// is wrong then, the log says so and stays as it was.
class part_log {
public:
  /// Before the first thread, thus before the actor system, and for longer than it lives.
  ///
  /// @param read gives the configuration anew; it throws cannot_start if that is wrong
  /// Throws cannot_start if the log's file cannot be opened.
  part_log(const config& settings, caf::actor_system_config& system, std::function<config()> read);

  /// Once the actor system is there.
  void join(caf::actor_system& system) { caf_.take_complaints_of(system); }

  event_log part(std::string_view name) const { return log_.part(name); }

  /// Makes warnings of texts, which are events of that name.
  std::function<void(const std::string&)> warnings(const std::string& name) const {
    return [log = part("entente"), name](const std::string& text) {
      log({log_level::warn, name, {{"message", text}}});
    };
  }

private:
  void reload(const std::function<config()>& read);

  reload_signal hangup_;
  process_log log_;
  caf_log caf_;
  signal_watcher watcher_;
};

}  // namespace entente

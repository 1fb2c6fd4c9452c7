#pragma once

#include <caf/actor_system_config.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "actors/transport/tls.hpp"
#include "apps/common/caf_log.hpp"
#include "apps/common/process_log.hpp"
#include "apps/common/signals.hpp"
#include "config/config.hpp"

namespace entente {

/// The log of a program that runs parts of a cluster, with that of the actor library. SIGHUP makes
/// it read the log's part of the configuration again, and open its file again, and take TLS's files
/// as they are now; what is wrong then stays as it was, and the log says so.
class part_log {
public:
  /// Before the first thread, thus before the actor system, and for longer than it lives.
  ///
  /// @param hangup SIGHUP, held back from the first moment on: it would end the process
  /// @param read gives the configuration anew; it throws cannot_start if that is wrong
  /// @param tls what the program's connections are made with
  /// Throws cannot_start if the log's file cannot be opened.
  part_log(const config& settings, caf::actor_system_config& system, const reload_signal& hangup,
           std::function<config()> read, std::optional<tls_context> tls);

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

  std::optional<tls_context> tls_;
  process_log log_;
  caf_log caf_;
  signal_watcher watcher_;
};

}  // namespace entente

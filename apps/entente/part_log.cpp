#include "apps/entente/part_log.hpp"

#include <stdexcept>
#include <utility>

#include "apps/common/network.hpp"
#include "apps/entente/settings.hpp"

namespace entente {

part_log::part_log(const config& settings, caf::actor_system_config& system,
                   const reload_signal& hangup, std::function<config()> read,
                   std::optional<tls_context> tls) try
    : tls_(std::move(tls)),
      log_(settings.log),
      caf_(system, log_.part("caf")),
      watcher_(hangup, [this, read = std::move(read)](int) { reload(read); }) {
} catch (const std::runtime_error& failed) {
  throw cannot_start{"log: " + std::string{failed.what()}};
}

void part_log::reload(const std::function<config()>& read) {
  auto log = log_.part("entente");
  try {
    auto settings = read();
    auto unsafe = renew(tls_, settings);
    if (unsafe)
      log({log_level::error, "reload_failed", {{"key", "tls"}, {"message", unsafe->message}}});
    auto unlogged = log_.change(settings.log);
    if (unlogged)
      log({log_level::error, "reload_failed", {{"key", "log.file"}, {"message", *unlogged}}});
    if (!unsafe && !unlogged)
      log({log_level::info,
           "reloaded",
           {{"log_level", std::string{to_string(settings.log.level)}},
            {"tls", tls_ ? "on" : "off"}}});
  } catch (const cannot_start& wrong) {
    log({log_level::error, "reload_failed", {{"message", wrong.message}}});
  }
}

}  // namespace entente

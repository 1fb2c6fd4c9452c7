#include "apps/entente/part_log.hpp"

#include <stdexcept>
#include <utility>

#include "apps/entente/settings.hpp"

namespace entente {

part_log::part_log(const config& settings, caf::actor_system_config& system,
                   std::function<config()> read) try
    : log_(settings.log),
      caf_(system, log_.part("caf")),
      watcher_(hangup_, [this, read = std::move(read)](int) { reload(read); }) {
} catch (const std::runtime_error& failed) {
  throw cannot_start{"log: " + std::string{failed.what()}};
}

void part_log::reload(const std::function<config()>& read) {
  auto log = log_.part("entente");
  try {
    auto settings = read();
    if (auto failed = log_.change(settings.log))
      log({log_level::error, "reload_failed", {{"key", "log.file"}, {"message", *failed}}});
    else
      log(
        {log_level::info, "reloaded", {{"log_level", std::string{to_string(settings.log.level)}}}});
  } catch (const cannot_start& wrong) {
    log({log_level::error, "reload_failed", {{"message", wrong.message}}});
  }
}

}  // namespace entente

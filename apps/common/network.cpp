#include "apps/common/network.hpp"

#include <cstdlib>
#include <utility>

#include "actors/runtime/environment.hpp"
#include "actors/transport/sockets.hpp"

namespace entente {

namespace {

tls_files files_of(const config& settings) {
  const auto& tls = settings.tls;
  return {tls.certificate, tls.key, tls.ca, tls.verify == tls_verify::host};
}

}  // namespace

std::variant<transport_options, usage_error> transport_of(const config& settings) {
  transport_options result;
  if (!settings.tls.enabled())
    return result;
  auto opened = tls_context::open(files_of(settings));
  if (auto* why = std::get_if<std::string>(&opened))
    return usage_error{std::move(*why)};
  result.tls = std::move(std::get<tls_context>(opened));
  return result;
}

std::optional<usage_error> renew(const std::optional<tls_context>& tls, const config& settings) {
  if (tls.has_value() != settings.tls.enabled())
    return usage_error{"tls: it is switched on or off by a restart only"};
  if (!tls)
    return std::nullopt;
  if (auto wrong = tls->renew(files_of(settings)))
    return usage_error{std::move(*wrong)};
  return std::nullopt;
}

std::variant<config, usage_error> settings_of_client() {
  config_sources sources;
  if (const auto* file = std::getenv("ENTENTE_CONFIG"))
    sources.file = file;
  sources.environment = runtime::own_environment();
  auto settings = resolve(sources);
  if (settings)
    return *std::move(settings);
  std::string text;
  for (const auto& error : settings.errors())
    text += (text.empty() ? "" : "\n") + error.to_string();
  return usage_error{std::move(text)};
}

std::variant<transport_options, usage_error> transport_of_client() {
  auto settings = settings_of_client();
  if (auto* wrong = std::get_if<usage_error>(&settings))
    return std::move(*wrong);
  return transport_of(std::get<config>(settings));
}

std::optional<usage_error> check_exposure(const config& settings, std::string_view key,
                                          const endpoint& where) {
  if (settings.tls.enabled() || settings.insecure || is_loopback(where.host))
    return std::nullopt;
  return usage_error{std::string{key} + ": " + to_string(where) +
                     " can be reached from other machines, and whoever reaches it can do "
                     "everything; give \"tls\" its "
                     "\"certificate\", \"key\" and \"ca\", or write \"insecure\": true"};
}

}  // namespace entente

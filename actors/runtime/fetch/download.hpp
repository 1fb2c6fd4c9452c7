#pragma once

#include <optional>
#include <string>

#include "actors/runtime/failure.hpp"
#include "actors/runtime/fetch/sink.hpp"
#include "actors/runtime/fetch_job.hpp"

namespace entente::runtime {

/// Fetches a URI by http or https, and by nothing else wherever it is sent on to. Proxies are taken
/// from the environment (`https_proxy`, ...).
/// @returns why not all of it came.
std::optional<failure> download(const std::string& uri, const fetch_limits& limits, sink& to);

}  // namespace entente::runtime

#pragma once

#include <optional>
#include <string>

#include "messages/health.hpp"

namespace entente {

/// What makes no sense of a health check, for people; nothing if it does.
std::optional<std::string> problem_of(const health_check& x);

}  // namespace entente

#pragma once

#include "config/config.hpp"
#include "config/problems.hpp"

namespace entente {

/// Reports what values of several keys, each fine by itself, get wrong together.
void check(const config& value, problems& out);

}  // namespace entente

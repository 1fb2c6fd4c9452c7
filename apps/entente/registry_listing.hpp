#pragma once

#include <ostream>
#include <string>

#include "actors/registry/registry_state.hpp"

/// A registry for people and for scripts.
namespace entente {

/// Everything, as tables; kinds of which there are none are left out.
void print(std::ostream& out, const registry_state& state);

/// Everything, as one object: field names are only ever added to. Times are UTC, such as
/// `2026-01-31T12:00:00.000Z`, or null.
std::string json_text_of(const registry_state& state);

}  // namespace entente

#pragma once

#include <caf/error.hpp>
#include <string>

namespace entente {

/// What an error says to people, without CAF's own words around it: the text that it was made with,
/// `nothing listens there` and `no answer` for a peer that is not there, else its code's name.
std::string error_text(const caf::error& err);

}  // namespace entente

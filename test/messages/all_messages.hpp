#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>

#include "messages/codec.hpp"
#include "support/generate.hpp"

namespace entente::test {

/// Calls `f.operator()<T>("t")` for every message type T.
template <class F>
void for_types(F f) {
#define ENTENTE_CALL(type, schema_type) f.template operator()<type>(#type);
  ENTENTE_WIRE_MESSAGES(ENTENTE_CALL)
#undef ENTENTE_CALL
}

inline void require(bool holds, const char* name, std::uint64_t seed) {
  BOOST_REQUIRE_MESSAGE(holds, name << " of seed " << seed);
}

/// Requires `holds(x)` for generated values of every message type; a failure says which.
template <class Claim>
void for_values(std::uint64_t seeds, Claim holds) {
  for_types([&]<class T>(const char* name) {
    for (std::uint64_t seed = 0; seed < seeds; ++seed)
      require(holds(generator{seed}.make<T>()), name, seed);
  });
}

}  // namespace entente::test

#pragma once

#include <string>
#include <tuple>

#include "messages/codec.hpp"

namespace entente::test {

template <class, class... Ts>
struct types_after_first {
  using type = std::tuple<Ts...>;
};

#define ENTENTE_COMMA_TYPE(type, schema_type) , type
/// Every message, for BOOST_AUTO_TEST_CASE_TEMPLATE.
using all_messages = types_after_first<void ENTENTE_WIRE_MESSAGES(ENTENTE_COMMA_TYPE)>::type;
#undef ENTENTE_COMMA_TYPE

template <class T>
inline constexpr const char* name_of = nullptr;

#define ENTENTE_NAME_OF(type, schema_type) \
  template <>                              \
  inline constexpr const char* name_of<type> = #type;
ENTENTE_WIRE_MESSAGES(ENTENTE_NAME_OF)
#undef ENTENTE_NAME_OF

}  // namespace entente::test

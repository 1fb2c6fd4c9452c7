#pragma once

#include "messages/codec.hpp"
#include "messages/codec_values.hpp"

/// Private to messages/: `put` and `take` of every message.
namespace entente::codec {

#define ENTENTE_DECLARE_PUT_TAKE(type, schema_type)                                                \
  void put(schema::schema_type::Builder to, const type& x);                                        \
  void take(schema::schema_type::Reader from, type& x);
ENTENTE_WIRE_MESSAGES(ENTENTE_DECLARE_PUT_TAKE)
#undef ENTENTE_DECLARE_PUT_TAKE

}  // namespace entente::codec

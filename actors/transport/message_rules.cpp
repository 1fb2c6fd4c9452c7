#include "actors/transport/message_rules.hpp"

#include <algorithm>
#include <array>
#include <caf/actor.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/message_id.hpp>
#include <caf/node_id.hpp>
#include <caf/type_id.hpp>
#include <cstdint>
#include <set>

namespace entente {

namespace {

using caf::io::basp::message_type;

/// Errors have what they were made of with them, which may be errors again: nested deeper than a
/// few thousand times they use up the stack.
constexpr std::size_t most_bytes_with_error = 16 * 1024;

constexpr std::array value_types{
  caf::type_id_v<bool>,
  caf::type_id_v<double>,
  caf::type_id_v<float>,
  caf::type_id_v<std::int8_t>,
  caf::type_id_v<std::int16_t>,
  caf::type_id_v<std::int32_t>,
  caf::type_id_v<std::int64_t>,
  caf::type_id_v<std::uint8_t>,
  caf::type_id_v<std::uint16_t>,
  caf::type_id_v<std::uint32_t>,
  caf::type_id_v<std::uint64_t>,
  caf::type_id_v<std::string>,
  caf::type_id_v<std::set<std::string>>,
  caf::type_id_v<caf::byte_buffer>,
  caf::type_id_v<caf::unit_t>,
  caf::type_id_v<caf::timespan>,
  caf::type_id_v<caf::timestamp>,
  caf::type_id_v<caf::node_id>,
  caf::type_id_v<caf::actor>,
  caf::type_id_v<caf::strong_actor_ptr>,
};

bool is_atom(caf::type_id_t type) {
  return type >= caf::type_id_v<caf::add_atom> && type <= caf::type_id_v<caf::wait_for_atom> &&
         type != caf::type_id_v<caf::link_atom> && type != caf::type_id_v<caf::unlink_atom>;
}

bool may_come(caf::type_id_t type) {
  return type >= caf::first_custom_type_id || is_atom(type) ||
         std::ranges::find(value_types, type) != value_types.end();
}

/// Reads up to the message of a frame; its stages, which our actors never use, have to be none.
bool skip_to_message(const caf::io::basp::header& header, caf::binary_deserializer& source) {
  caf::node_id from;
  caf::node_id to;
  std::size_t stages = 0;
  if (header.operation == message_type::routed_message && !(source.apply(from) && source.apply(to)))
    return false;
  return source.begin_sequence(stages) && stages == 0;
}

bool is_fine(const caf::io::basp::header& header, caf::binary_deserializer& source,
             std::size_t size) {
  std::size_t count = 0;
  if (!skip_to_message(header, source) || !source.begin_sequence(count))
    return false;
  auto is_answer = caf::make_message_id(header.operation_data).is_response();
  for (std::size_t i = 0; i < count; ++i) {
    caf::type_id_t type = 0;
    if (!source.value(type))
      return false;
    auto is_error = type == caf::type_id_v<caf::error>;
    if (is_error ? !(is_answer && count == 1 && size <= most_bytes_with_error) : !may_come(type))
      return false;
  }
  return true;
}

}  // namespace

std::string check_payload(const caf::io::basp::header& header, const caf::byte_buffer& payload) {
  switch (header.operation) {
  case message_type::direct_message:
  case message_type::routed_message: {
    caf::binary_deserializer source{nullptr, payload};
    if (!is_fine(header, source, payload.size()))
      return "it sends what no other process has to say here";
    return {};
  }
  default:
    if (payload.size() > most_bytes_with_error)
      return "it sends too much at once";
    return {};
  }
}

}  // namespace entente

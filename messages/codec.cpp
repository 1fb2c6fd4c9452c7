#include "messages/codec.hpp"

#include <capnp/message.h>
#include <capnp/pretty-print.h>
#include <capnp/serialize.h>
#include <cstring>
#include <kj/exception.h>
#include <kj/string-tree.h>

#include "messages/codec_messages.hpp"
#include "messages/codec_values.hpp"

namespace entente {

namespace {

template <class Schema, class T>
caf::byte_buffer encode_as(const T& x) {
  capnp::MallocMessageBuilder message;
  codec::put(message.initRoot<Schema>(), x);
  auto words = capnp::messageToFlatArray(message);
  auto bytes = words.asBytes();
  caf::byte_buffer result(bytes.size());
  std::memcpy(result.data(), bytes.begin(), bytes.size());
  return result;
}

/// `take` reads each pointer once, so a message is never longer to read than it is. One that is has
/// pointers that share their target, or lists of nothing, built to keep us busy.
capnp::ReaderOptions limits_for(std::size_t words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = words;
  options.nestingLimit = 16;
  return options;
}

template <class Schema, class T>
caf::error decode_as(caf::const_byte_span bytes, T& x) {
  if (bytes.size() % sizeof(capnp::word) != 0 || bytes.size() > max_message_size)
    return caf::make_error(caf::sec::load_callback_failed, "not a message: size out of bounds");
  // Cap'n Proto wants aligned words; the peer's bytes come as they come.
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  if (!bytes.empty())
    std::memcpy(words.asBytes().begin(), bytes.data(), bytes.size());
  try {
    capnp::FlatArrayMessageReader message{words, limits_for(words.size())};
    T result;
    codec::take(message.getRoot<Schema>(), result);
    x = std::move(result);
    return {};
  } catch (const kj::Exception& ex) {
    return caf::make_error(caf::sec::load_callback_failed,
                           std::string{"not a message: "} + ex.getDescription().cStr());
  } catch (const codec::invalid_value& ex) {
    return caf::make_error(caf::sec::load_callback_failed, ex.what());
  }
}

template <class Schema, class T>
std::string describe_as(const T& x) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<Schema>();
  codec::put(root, x);
  return kj::str(root.asReader()).cStr();
}

}  // namespace

#define ENTENTE_DEFINE_CODEC(type, schema_type)                                                    \
  caf::byte_buffer encode(const type& x) {                                                         \
    return encode_as<schema::schema_type>(x);                                                      \
  }                                                                                                \
  caf::error decode(caf::const_byte_span bytes, type& x) {                                         \
    return decode_as<schema::schema_type>(bytes, x);                                               \
  }                                                                                                \
  std::string describe(const type& x) {                                                            \
    return describe_as<schema::schema_type>(x);                                                    \
  }
ENTENTE_WIRE_MESSAGES(ENTENTE_DEFINE_CODEC)
#undef ENTENTE_DEFINE_CODEC

}  // namespace entente

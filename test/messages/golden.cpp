// Messages of other versions. golden/ holds one encoded message of each type, as written when the
// type was new, and others of those that have got new fields with roles, with recovery and with
// what is called execution there; they are never written again. For a new type, run this test once
// with ENTENTE_WRITE_GOLDEN=1 in the environment: it writes the files that are not there yet.

#include <boost/test/unit_test.hpp>
#include <caf/byte_buffer.hpp>
#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/serialize.h>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "all_messages.hpp"
#include "samples_with_execution.hpp"
#include "samples_with_recovery.hpp"
#include "samples_with_roles.hpp"

namespace entente::test {

namespace {

using bytes = caf::byte_buffer;

std::filesystem::path golden_file(const std::string& name) {
  return std::filesystem::path{__FILE__}.parent_path() / "golden" / (name + ".bin");
}

void write_golden(const std::filesystem::path& file, const bytes& content) {
  if (std::filesystem::exists(file))
    return;
  std::ofstream out{file, std::ios::binary};
  out.write(reinterpret_cast<const char*>(content.data()),
            static_cast<std::streamsize>(content.size()));
  BOOST_REQUIRE(out.flush());
}

bytes read_golden(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  BOOST_REQUIRE_MESSAGE(in, file << " is not there: see the top of golden.cpp");
  std::string content{std::istreambuf_iterator<char>{in}, {}};
  bytes result(content.size());
  std::memcpy(result.data(), content.data(), content.size());
  return result;
}

template <class T>
bool decodes_to(const T& x, const bytes& input) {
  T y;
  return !decode(caf::const_byte_span{input}, y) && y == x;
}

template <class T>
void check_golden(const T& x, const std::string& name) {
  if (std::getenv("ENTENTE_WRITE_GOLDEN"))
    write_golden(golden_file(name), encode(x));
  auto same = decodes_to(x, read_golden(golden_file(name)));
  BOOST_CHECK_MESSAGE(same, name << " is not what it was");
}

// -- messages with more fields than this version knows --------------------------------

using any_struct = capnp::AnyStruct;

std::uint16_t data_words(any_struct::Reader x) {
  return static_cast<std::uint16_t>(x.getDataSection().size() / sizeof(capnp::word));
}

std::uint16_t pointers(any_struct::Reader x) {
  return static_cast<std::uint16_t>(x.getPointerSection().size());
}

void widen(any_struct::Reader from, any_struct::Builder to);

void widen_list(capnp::AnyList::Reader from, capnp::AnyPointer::Builder to) {
  auto structs = from.as<capnp::List<any_struct>>();
  auto first = structs[0];
  auto wide = to.initAsListOfAnyStruct(data_words(first) + 1, pointers(first) + 1, structs.size());
  for (unsigned i = 0; i < structs.size(); ++i)
    widen(structs[i], wide[i]);
}

void widen_pointer(capnp::AnyPointer::Reader from, capnp::AnyPointer::Builder to) {
  if (from.isStruct()) {
    auto narrow = from.getAs<any_struct>();
    widen(narrow, to.initAsAnyStruct(data_words(narrow) + 1, pointers(narrow) + 1));
  } else if (from.isList()) {
    auto list = from.getAs<capnp::AnyList>();
    if (list.getElementSize() == capnp::ElementSize::INLINE_COMPOSITE && list.size() > 0)
      widen_list(list, to);
    else
      to.set(from);
  }
}

/// Copies a struct, and every struct in it, into one that has a number and a text more.
void widen(any_struct::Reader from, any_struct::Builder to) {
  auto data = to.getDataSection();
  std::memset(data.begin(), 0xff, data.size());
  std::memcpy(data.begin(), from.getDataSection().begin(), from.getDataSection().size());
  auto known = from.getPointerSection();
  for (unsigned i = 0; i < known.size(); ++i)
    widen_pointer(known[i], to.getPointerSection()[i]);
  to.getPointerSection()[known.size()].setAs<capnp::Text>("of a newer version");
}

bytes flattened(capnp::MessageBuilder& message) {
  auto flat = capnp::messageToFlatArray(message);
  bytes result(flat.asBytes().size());
  std::memcpy(result.data(), flat.asBytes().begin(), result.size());
  return result;
}

/// A struct of which no field was known to the one who sent it.
bytes empty_message() {
  capnp::MallocMessageBuilder message;
  message.getRoot<capnp::AnyPointer>().initAsAnyStruct(0, 0);
  return flattened(message);
}

/// What a newer version would have sent, in which every struct has new fields.
bytes newer(const bytes& input) {
  auto flat = kj::heapArray<capnp::word>(input.size() / sizeof(capnp::word));
  std::memcpy(flat.asBytes().begin(), input.data(), input.size());
  capnp::FlatArrayMessageReader reader{flat};
  capnp::MallocMessageBuilder message;
  widen_pointer(reader.getRoot<capnp::AnyPointer>(), message.getRoot<capnp::AnyPointer>());
  return flattened(message);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden)

BOOST_AUTO_TEST_CASE(golden_files_decode_to_what_they_always_were) {
  for_types([]<class T>(const char* name) { check_golden(sample<T>(), name); });
}

BOOST_AUTO_TEST_CASE(golden_files_with_roles_decode_to_what_they_always_were) {
  check_golden(sample_with_roles<register_agent>(), "register_agent.roles");
  check_golden(sample_with_roles<subscribe>(), "subscribe.roles");
  check_golden(sample_with_roles<resource_offers>(), "resource_offers.roles");
  check_golden(sample_with_roles<launch_tasks>(), "launch_tasks.roles");
  check_golden(sample_with_roles<revive_offers>(), "revive_offers.roles");
  check_golden(sample_with_roles<suppress_offers>(), "suppress_offers.roles");
  check_golden(sample_with_roles<claim_slots>(), "claim_slots.roles");
  check_golden(sample_with_roles<confirm>(), "confirm.roles");
  check_golden(sample_with_roles<cluster_view>(), "cluster_view.roles");
}

BOOST_AUTO_TEST_CASE(golden_files_with_recovery_decode_to_what_they_always_were) {
  check_golden(sample_with_recovery<register_agent>(), "register_agent.recovery");
  check_golden(sample_with_recovery<subscribe>(), "subscribe.recovery");
  check_golden(sample_with_recovery<cluster_view>(), "cluster_view.recovery");
}

BOOST_AUTO_TEST_CASE(golden_files_with_execution_decode_to_what_they_always_were) {
  check_golden(sample_with_execution<launch_tasks>(), "launch_tasks.execution");
  check_golden(sample_with_execution<status_update>(), "status_update.execution");
  check_golden(sample_with_execution<register_agent>(), "register_agent.execution");
  check_golden(sample_with_execution<agent_registered>(), "agent_registered.execution");
  check_golden(sample_with_execution<subscribe>(), "subscribe.execution");
  check_golden(sample_with_execution<subscribed>(), "subscribed.execution");
  check_golden(sample_with_execution<cluster_view>(), "cluster_view.execution");
}

BOOST_AUTO_TEST_CASE(fields_of_a_newer_version_are_passed_over) {
  for_values(500, [](const auto& x) {
    auto wide = newer(encode(x));
    return wide.size() > encode(x).size() && decodes_to(x, wide);
  });
}

BOOST_AUTO_TEST_CASE(a_message_without_any_field_decodes) {
  for_types([]<class T>(const char* name) {
    T x;
    BOOST_CHECK_MESSAGE(!decode(caf::const_byte_span{empty_message()}, x), name << " does not");
  });
}

BOOST_AUTO_TEST_CASE(fields_that_were_not_sent_have_the_defaults_of_the_headers) {
  BOOST_CHECK(decodes_to(agent_registered{}, empty_message()));
  BOOST_CHECK(decodes_to(subscribed{}, empty_message()));
  BOOST_CHECK(decodes_to(solicit{}, empty_message()));
  BOOST_CHECK(decodes_to(confirm{}, empty_message()));
  BOOST_CHECK(decodes_to(claim_slots{}, empty_message()));
  BOOST_CHECK(decodes_to(set_weight{}, empty_message()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

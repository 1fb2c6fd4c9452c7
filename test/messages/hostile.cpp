// What arrives from a peer that is broken or wants to break us: an error, or a value; never a
// crash, a hang, or more memory than a small multiple of what the peer sent.

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/byte_buffer.hpp>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>

#include "messages/codec.hpp"
#include "support/generate.hpp"

namespace {

std::atomic<std::ptrdiff_t> in_use{0};
std::atomic<std::ptrdiff_t> most_in_use{0};

void count(std::ptrdiff_t size) {
  auto now = in_use += size;
  if (now > most_in_use)
    most_in_use = now;
}

}  // namespace

// All allocations of this executable are counted. [new.delete allows a program to replace these.]

void* operator new(std::size_t size) {
  auto* block = std::malloc(size);
  if (!block)
    throw std::bad_alloc{};
  count(static_cast<std::ptrdiff_t>(malloc_usable_size(block)));
  return block;
}

void operator delete(void* block) noexcept {
  if (block)
    count(-static_cast<std::ptrdiff_t>(malloc_usable_size(block)));
  std::free(block);
}

void operator delete(void* block, std::size_t) noexcept {
  operator delete(block);
}

namespace entente::test {

namespace {

using bytes = caf::byte_buffer;
using words = std::vector<std::uint64_t>;

/// The most that `run` had allocated at once.
template <class Run>
std::size_t memory_of(Run run) {
  auto before = in_use.load();
  most_in_use = before;
  run();
  return static_cast<std::size_t>(most_in_use - before);
}

/// How much decoding may allocate: a list's elements grow at most 32-fold, the bytes
/// are copied once, and an error has text.
std::size_t memory_for(std::size_t size) {
  return 34 * size + 16 * 1024;
}

/// What became of bytes that may be anything.
struct outcome {
  bool valid = false;
  bool can_be_sent_on = false;  ///< of what is valid: it is the same after another trip
  std::size_t memory = 0;       ///< that reading took
};

template <class T>
outcome read(const bytes& input) {
  outcome result;
  T x;
  result.memory = memory_of([&] { result.valid = !decode(caf::const_byte_span{input}, x); });
  T y;
  result.can_be_sent_on = result.valid && !decode(caf::const_byte_span{encode(x)}, y) && y == x;
  return result;
}

/// The same for bytes in CAF's binary format.
template <class T>
outcome read_of_caf(const bytes& input) {
  outcome result;
  T x;
  caf::binary_deserializer source{nullptr, input};
  result.memory = memory_of([&] { result.valid = source.apply(x); });
  return result;
}

template <class T>
bytes made(generator& g) {
  return encode(g.make<T>());
}

template <class T>
bytes made_of_caf(generator& g) {
  bytes result;
  caf::binary_serializer sink{nullptr, result};
  auto x = g.make<T>();
  return sink.apply(x) ? result : bytes{};
}

/// A type of message, without being a type: so that each test is compiled once.
struct kind {
  const char* name;
  bytes (*made)(generator&);
  bytes (*made_of_caf)(generator&);
  outcome (*read)(const bytes&);
  outcome (*read_of_caf)(const bytes&);
};

#define ENTENTE_KIND(type, schema_type)                                                            \
  {#type, made<type>, made_of_caf<type>, read<type>, read_of_caf<type>},
const std::vector<kind> kinds{ENTENTE_WIRE_MESSAGES(ENTENTE_KIND)};
#undef ENTENTE_KIND

void check_bounded(const kind& k, const bytes& input) {
  auto result = k.read(input);
  BOOST_REQUIRE_LE(result.memory, memory_for(input.size()));
  BOOST_REQUIRE(!result.valid || result.can_be_sent_on);
}

void check_refused(const outcome& result, std::size_t most_memory = 4096) {
  BOOST_CHECK(!result.valid);
  BOOST_CHECK_LE(result.memory, most_memory);
}

/// Calls `check` with every kind and generators of many seeds; a failure says which.
template <class Check>
void for_kinds(std::uint64_t seeds, Check check) {
  for (const auto& k : kinds)
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
      BOOST_TEST_INFO_SCOPE(k.name << " of seed " << seed);
      generator g{seed};
      check(k, g);
    }
}

bytes as_bytes(const words& xs) {
  bytes result(xs.size() * 8);
  std::memcpy(result.data(), xs.data(), result.size());
  return result;
}

// -- pointers of Cap'n Proto, as its encoding specification has them ------------------

std::uint64_t segment_table(std::size_t size) {
  return std::uint64_t{size} << 32;
}

std::uint64_t struct_pointer(std::uint64_t offset, std::uint64_t data, std::uint64_t pointers) {
  return offset << 2 | data << 32 | pointers << 48;
}

constexpr std::uint64_t nothing_of_list = 0;
constexpr std::uint64_t bytes_of_list = 2;
constexpr std::uint64_t pointers_of_list = 6;
constexpr std::uint64_t structs_of_list = 7;

std::uint64_t list_pointer(std::int64_t offset, std::uint64_t kind, std::uint64_t count) {
  return 1 | (static_cast<std::uint64_t>(offset) << 2 & 0xffffffff) | kind << 32 | count << 35;
}

/// A launch_tasks of `count` tasks of `data` words each, in a message of `size` words.
bytes tasks(std::uint64_t count, std::uint64_t data, std::size_t size) {
  words xs{segment_table(size - 1), struct_pointer(0, 0, 2), 0,
           list_pointer(0, structs_of_list, count * data), struct_pointer(count, data, 0)};
  xs.resize(size);
  return as_bytes(xs);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hostile)

BOOST_AUTO_TEST_CASE(truncated_messages) {
  for_kinds(20, [](const kind& k, generator& g) {
    auto input = k.made(g);
    while (!input.empty()) {
      input.resize(input.size() - std::min<std::size_t>(input.size(), 1 + g.below(16)));
      check_bounded(k, input);
    }
  });
}

BOOST_AUTO_TEST_CASE(messages_with_flipped_bits) {
  for_kinds(2000, [](const kind& k, generator& g) {
    auto input = k.made(g);
    for (auto n = 1 + g.below(8); n > 0; --n)
      input[g.below(input.size())] ^= caf::byte{1} << g.below(8);
    check_bounded(k, input);
  });
}

BOOST_AUTO_TEST_CASE(messages_with_extreme_numbers) {
  for_kinds(2000, [](const kind& k, generator& g) {
    auto input = k.made(g);
    for (auto n = 1 + g.below(3); n > 0; --n) {
      auto number = static_cast<std::uint32_t>(g.number());
      std::memcpy(input.data() + 4 * g.below(input.size() / 4), &number, sizeof(number));
    }
    check_bounded(k, input);
  });
}

BOOST_AUTO_TEST_CASE(messages_with_words_swapped) {
  for_kinds(1000, [](const kind& k, generator& g) {
    auto input = k.made(g);
    for (auto n = 1 + g.below(3); n > 0; --n) {
      auto a = input.begin() + static_cast<std::ptrdiff_t>(8 * g.below(input.size() / 8));
      auto b = input.begin() + static_cast<std::ptrdiff_t>(8 * g.below(input.size() / 8));
      if (a != b)
        std::swap_ranges(a, a + 8, b);
    }
    check_bounded(k, input);
  });
}

BOOST_AUTO_TEST_CASE(random_bytes) {
  for_kinds(500, [](const kind& k, generator& g) {
    bytes input(g.below(400));
    for (auto& x : input)
      x = static_cast<caf::byte>(g.below(256));
    check_bounded(k, input);
  });
}

BOOST_AUTO_TEST_CASE(random_words_in_a_proper_segment) {
  for_kinds(1000, [](const kind& k, generator& g) {
    words xs(2 + g.below(60));
    for (auto& x : xs)
      x = g.flip() ? g.number() : g.below(1 << 12) | g.below(1 << 10) << 32 | g.below(8) << 48;
    xs[0] = segment_table(xs.size() - 1);
    check_bounded(k, as_bytes(xs));
  });
}

BOOST_AUTO_TEST_CASE(messages_of_another_type) {
  for_kinds(500, [](const kind& k, generator& g) {
    check_bounded(k, kinds[g.below(kinds.size())].made(g));
  });
}

BOOST_AUTO_TEST_CASE(flipped_bits_in_the_binary_format_of_caf) {
  for_kinds(1000, [](const kind& k, generator& g) {
    auto input = k.made_of_caf(g);
    input[g.below(std::min<std::size_t>(input.size(), 16))] ^= caf::byte{1} << g.below(8);
    input.resize(input.size() - g.below(2) * g.below(input.size()));
    BOOST_REQUIRE_LE(k.read_of_caf(input).memory, memory_for(input.size()));
  });
}

BOOST_AUTO_TEST_CASE(a_length_beyond_the_data_allocates_nothing) {
  bytes input;
  caf::binary_serializer sink{nullptr, input};
  BOOST_REQUIRE(sink.begin_sequence(max_message_size - 8));
  input.resize(input.size() + 100);
  for (const auto& k : kinds)
    check_refused(k.read_of_caf(input));
}

BOOST_AUTO_TEST_CASE(no_bytes_at_all_are_refused) {
  for (const auto& k : kinds)
    check_refused(k.read({}));
}

BOOST_AUTO_TEST_CASE(more_than_the_largest_message_is_refused_unread) {
  bytes input(max_message_size + 8);
  for (const auto& k : kinds)
    check_refused(k.read(input));
}

BOOST_AUTO_TEST_CASE(claimed_segments_that_are_not_there_are_refused) {
  for (std::uint64_t count : {1, 2, 3, 1000, 0x1fffffff, 0x7fffffff})
    check_refused(read<query>(as_bytes({count, 0, 0, 0})));
}

BOOST_AUTO_TEST_CASE(tasks_that_take_no_room_are_refused) {
  for (std::uint64_t count : {1u, 100u, 1u << 20, (1u << 29) - 1})
    check_refused(read<launch_tasks>(tasks(count, 0, 1000)), 16 * 1024);
}

BOOST_AUTO_TEST_CASE(a_million_tasks_of_no_content_do_not_fill_the_memory) {
  for (std::uint64_t data : {0, 1, 2, 3}) {
    constexpr std::uint64_t count = 1 << 20;
    auto input = tasks(count, data, count * std::max<std::uint64_t>(data, 1) + 10);
    BOOST_CHECK_LE(read<launch_tasks>(input).memory, memory_for(input.size()));
  }
}

BOOST_AUTO_TEST_CASE(numbers_that_take_no_room_are_refused) {
  for (std::uint64_t count : {1u, 100u, 1u << 20, (1u << 29) - 1}) {
    auto input = as_bytes(
      {segment_table(4), struct_pointer(0, 0, 2), 0, list_pointer(0, nothing_of_list, count), 0});
    check_refused(read<release>(input));
  }
}

BOOST_AUTO_TEST_CASE(a_small_message_does_not_grow_by_naming_the_same_text_often) {
  constexpr std::uint64_t offers = 1000;
  constexpr std::uint64_t length = 80'000;
  words xs{0, struct_pointer(0, 1, 2), 0, 0, list_pointer(0, pointers_of_list, offers)};
  for (std::uint64_t i = 0; i < offers; ++i)
    xs.push_back(list_pointer(static_cast<std::int64_t>(offers - i - 1), bytes_of_list, length));
  xs.resize(xs.size() + length / 8);
  xs[0] = segment_table(xs.size() - 1);
  auto input = as_bytes(xs);
  check_refused(read<decline_offers>(input), 3 * input.size());
}

BOOST_AUTO_TEST_CASE(a_pointer_to_itself_is_refused) {
  auto input = as_bytes({segment_table(3), struct_pointer(0, 0, 2), 0, list_pointer(-1, 6, 1)});
  check_refused(read<launch_tasks>(input));
}

BOOST_AUTO_TEST_CASE(text_that_does_not_end_is_refused) {
  auto input = as_bytes({segment_table(3), struct_pointer(0, 0, 1),
                         list_pointer(0, bytes_of_list, 8), ~std::uint64_t{0}});
  check_refused(read<teardown>(input));
}

BOOST_AUTO_TEST_CASE(a_message_as_large_as_allowed_is_read) {
  output_chunk x;
  x.bytes.resize(max_message_size - 1024);
  output_chunk y;
  BOOST_CHECK(!decode(caf::const_byte_span{encode(x)}, y));
  BOOST_CHECK(y == x);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

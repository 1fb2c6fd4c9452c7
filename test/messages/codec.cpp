#include "messages/codec.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/byte_buffer.hpp>
#include <caf/init_global_meta_objects.hpp>
#include <caf/message.hpp>
#include <limits>

#include "all_messages.hpp"
#include "messages/protocol.hpp"
#include "messages/types.hpp"

namespace entente::test {

namespace {

struct message_types {
  message_types() {
    caf::core::init_global_meta_objects();
    init_message_types();
  }
};

constexpr std::uint64_t seeds = 2000;

/// True if the bytes decode to `x`, whatever was there before.
template <class T>
bool decodes_to(const T& x, caf::const_byte_span bytes, T before = {}) {
  return !decode(bytes, before) && before == x;
}

template <class T>
T resent(const T& x) {
  T y;
  auto err = decode(caf::const_byte_span{encode(x)}, y);
  BOOST_REQUIRE_MESSAGE(!err, caf::to_string(err));
  return y;
}

template <class T>
bool is_refused(const T& x) {
  T y;
  return static_cast<bool>(decode(caf::const_byte_span{encode(x)}, y));
}

}  // namespace

BOOST_TEST_GLOBAL_FIXTURE(message_types);

BOOST_AUTO_TEST_SUITE(codec)

BOOST_AUTO_TEST_CASE(every_message_round_trips) {
  for_values(seeds, [](const auto& x) { return decodes_to(x, encode(x)); });
}

BOOST_AUTO_TEST_CASE(every_default_message_round_trips) {
  for_types([]<class T>(const char* name) { require(decodes_to(T{}, encode(T{})), name, 0); });
}

BOOST_AUTO_TEST_CASE(every_message_round_trips_in_the_binary_format_of_caf) {
  for_values(seeds, []<class T>(const T& x) {
    caf::byte_buffer buffer;
    caf::binary_serializer sink{nullptr, buffer};
    auto written = sink.apply(x) && sink.apply(x);
    caf::binary_deserializer source{nullptr, buffer};
    T first;
    T second;
    auto read = source.apply(first) && source.apply(second);
    return written && read && first == x && second == x && source.remaining() == 0;
  });
}

BOOST_AUTO_TEST_CASE(every_message_round_trips_inside_a_message_of_caf) {
  for_values(seeds, []<class T>(const T& x) {
    caf::byte_buffer buffer;
    caf::binary_serializer sink{nullptr, buffer};
    auto written = caf::make_message(x, 42).save(sink);
    caf::binary_deserializer source{nullptr, buffer};
    caf::message read;
    return written && read.load(source) && read.match_elements<T, int>() && read.get_as<T>(0) == x;
  });
}

BOOST_AUTO_TEST_CASE(decoding_replaces_all_of_a_value) {
  for_values(seeds, []<class T>(const T& x) {
    return decodes_to(x, encode(x), generator{seeds}.make<T>());
  });
}

BOOST_AUTO_TEST_CASE(a_failed_decode_leaves_the_value_alone) {
  for_values(seeds, [](const auto& x) {
    auto bytes = encode(x);
    bytes.resize(bytes.size() - 8);
    auto y = x;
    return !decode(caf::const_byte_span{bytes}, y) || y == x;
  });
}

BOOST_AUTO_TEST_CASE(bytes_need_not_be_aligned) {
  for_values(10, [](const auto& x) {
    auto bytes = encode(x);
    bytes.insert(bytes.begin(), caf::byte{1});
    return decodes_to(x, caf::const_byte_span{bytes}.subspan(1));
  });
}

BOOST_AUTO_TEST_CASE(every_message_is_text_in_logs) {
  for_values(seeds, [](const auto& x) { return describe(x).starts_with('('); });
  for_values(10,
             [](const auto& x) { return caf::deep_to_string(x).find('(') != std::string::npos; });
}

BOOST_AUTO_TEST_CASE(an_outcome_of_a_round_stays_in_its_process) {
  round_outcome x;
  x.id = round_id{"r-1"};
  x.granted = true;
  auto message = caf::make_message(x);
  BOOST_CHECK(message.get_as<round_outcome>(0) == x);
  caf::byte_buffer buffer;
  caf::binary_serializer sink{nullptr, buffer};
  BOOST_CHECK(!message.save(sink));
}

BOOST_AUTO_TEST_CASE(text_keeps_its_zero_bytes) {
  agent_lost x{agent_id{std::string("a\0b\0", 4)}};
  BOOST_CHECK_EQUAL(resent(x).agent.str().size(), 4);
}

BOOST_AUTO_TEST_CASE(ids_that_differ_after_a_zero_byte_stay_different) {
  agent_lost a{agent_id{std::string("a\0b", 3)}};
  agent_lost b{agent_id{std::string("a\0c", 3)}};
  BOOST_CHECK(resent(a) != resent(b));
}

BOOST_AUTO_TEST_CASE(output_keeps_every_byte_value) {
  output_chunk x;
  for (int i = 0; i < 256; ++i)
    x.bytes += static_cast<char>(i);
  BOOST_CHECK(resent(x) == x);
}

BOOST_AUTO_TEST_CASE(no_exit_code_is_not_exit_code_zero) {
  status_update x;
  x.exit_code = 0;
  BOOST_CHECK(resent(x).exit_code == 0);
  BOOST_CHECK(!resent(status_update{}).exit_code);
}

BOOST_AUTO_TEST_CASE(a_negative_duration_is_refused) {
  decline_offers x;
  x.filter = std::chrono::milliseconds{-1};
  BOOST_CHECK(is_refused(x));
}

BOOST_AUTO_TEST_CASE(a_duration_that_would_overflow_later_is_refused) {
  kill_task x;
  x.grace = std::chrono::milliseconds::max();
  BOOST_CHECK(is_refused(x));
}

BOOST_AUTO_TEST_CASE(an_unknown_state_is_refused_by_its_number) {
  status_update x;
  x.state = static_cast<task_state>(task_state_count);
  status_update y;
  auto err = decode(caf::const_byte_span{encode(x)}, y);
  BOOST_CHECK(caf::to_string(err).find("unknown task state 14") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(unknown_enumerators_of_every_kind_are_refused) {
  status_update update;
  update.reason = static_cast<task_reason>(task_reason_count);
  BOOST_CHECK(is_refused(update));
  BOOST_CHECK(is_refused(query{static_cast<listing>(listing_count)}));
  read_output read;
  read.stream = static_cast<output_stream>(output_stream_count);
  BOOST_CHECK(is_refused(read));
  cluster_view view;
  view.agents.resize(1);
  view.agents[0].state = static_cast<agent_state>(agent_state_count);
  BOOST_CHECK(is_refused(view));
}

BOOST_AUTO_TEST_CASE(unknown_enumerators_in_a_claim_are_refused) {
  claim_slots x;
  x.claim.layout = static_cast<placement>(placement_count);
  BOOST_CHECK(is_refused(x));
  claim_slots y;
  y.claim.constraints = {{"rack", static_cast<constraint_op>(constraint_op_count), {}}};
  BOOST_CHECK(is_refused(y));
  claim_slots z;
  z.claim.preferences = {{{"rack", static_cast<constraint_op>(constraint_op_count), {}}, 1}};
  BOOST_CHECK(is_refused(z));
  cluster_view view;
  view.claims.resize(1);
  view.claims[0].state = static_cast<claim_state>(claim_state_count);
  BOOST_CHECK(is_refused(view));
}

BOOST_AUTO_TEST_CASE(unknown_refusals_of_an_agent_are_refused) {
  bid offered;
  offered.refusal = static_cast<bid_refusal>(bid_refusal_count);
  BOOST_CHECK(is_refused(offered));
  confirmed answer;
  answer.refusal = static_cast<bid_refusal>(bid_refusal_count);
  BOOST_CHECK(is_refused(answer));
}

BOOST_AUTO_TEST_CASE(negative_durations_of_a_round_are_refused) {
  solicit asked;
  asked.lease = std::chrono::milliseconds{-1};
  BOOST_CHECK(is_refused(asked));
  confirm told;
  told.unused_timeout = std::chrono::milliseconds{-1};
  BOOST_CHECK(is_refused(told));
  claim_slots wanted;
  wanted.claim.wait = std::chrono::milliseconds{-1};
  BOOST_CHECK(is_refused(wanted));
}

BOOST_AUTO_TEST_CASE(now_or_never_is_not_as_long_as_it_takes) {
  claim_slots x;
  x.claim.wait = std::chrono::milliseconds{0};
  BOOST_CHECK(resent(x).claim.wait == std::chrono::milliseconds{0});
  BOOST_CHECK(!resent(claim_slots{}).claim.wait);
}

BOOST_AUTO_TEST_CASE(a_weight_is_a_number_above_zero) {
  using limits = std::numeric_limits<double>;
  for (auto weight : {0.0, -1.0, limits::infinity(), -limits::infinity(), limits::quiet_NaN()}) {
    BOOST_CHECK(is_refused(set_weight{"eng", weight}));
    cluster_view view;
    view.roles.resize(1);
    view.roles[0].weight = weight;
    BOOST_CHECK(is_refused(view));
  }
  BOOST_CHECK_EQUAL(resent(set_weight{"eng", 0.001}).weight, 0.001);
}

BOOST_AUTO_TEST_CASE(a_share_is_a_number_not_below_zero) {
  using limits = std::numeric_limits<double>;
  for (auto share : {-limits::denorm_min(), limits::infinity(), limits::quiet_NaN()}) {
    cluster_view view;
    view.roles.resize(1);
    view.roles[0].dominant_share = share;
    BOOST_CHECK(is_refused(view));
  }
}

BOOST_AUTO_TEST_CASE(an_outcome_of_an_offer_is_known_and_its_times_are_not_negative) {
  cluster_view unknown;
  unknown.offer_history.resize(1);
  unknown.offer_history[0].outcome = static_cast<offer_outcome>(offer_outcome_count);
  BOOST_CHECK(is_refused(unknown));
  cluster_view early;
  early.offer_history.resize(1);
  early.offer_history[0].age = std::chrono::milliseconds{-1};
  BOOST_CHECK(is_refused(early));
  early.offer_history[0].age = std::chrono::milliseconds{0};
  BOOST_CHECK(!is_refused(early));
  early.offer_history[0].took = std::chrono::milliseconds{-1};
  BOOST_CHECK(is_refused(early));
}

BOOST_AUTO_TEST_CASE(a_notice_is_not_negative) {
  BOOST_CHECK(is_refused(grant_recalled{round_id{"r"}, "", std::chrono::milliseconds{-1}}));
}

BOOST_AUTO_TEST_CASE(what_is_kept_for_roles_is_made_of_proper_resources) {
  register_agent x;
  x.info.reservations["eng"].set_milli("cpus;mem", 1000);
  BOOST_CHECK(is_refused(x));
  set_quota y;
  y.limit.set_milli("cpus;mem", 1000);
  BOOST_CHECK(is_refused(y));
}

BOOST_AUTO_TEST_CASE(a_resource_without_a_proper_name_is_refused) {
  register_agent x;
  x.info.total.set_milli("cpus;mem", 1000);
  BOOST_CHECK(is_refused(x));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

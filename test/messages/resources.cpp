#include "messages/resources.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <nlohmann/json.hpp>

#include "support/generate.hpp"

namespace entente::test {

using nlohmann::json;

namespace {

constexpr std::uint64_t seeds = 5000;

resources parsed(std::string_view text) {
  auto x = resources::parse(text);
  auto err = std::get_if<resources_error>(&x);
  BOOST_REQUIRE_MESSAGE(!err, text << ": " << (err ? err->message : ""));
  return std::get<resources>(x);
}

resources from(const json& value) {
  auto x = resources::from_json(value);
  auto err = std::get_if<resources_error>(&x);
  BOOST_REQUIRE_MESSAGE(!err, value << ": " << (err ? err->message : ""));
  return std::get<resources>(x);
}

/// What is said of wrong text or JSON; empty if it is taken.
std::string complaint(const std::variant<resources, resources_error>& x) {
  auto err = std::get_if<resources_error>(&x);
  return err ? err->message : "";
}

/// True if it is refused with a message that starts with `name` and quotes `found`.
bool refused(const std::variant<resources, resources_error>& x, const std::string& name,
             const std::string& found) {
  auto message = complaint(x);
  BOOST_TEST_INFO_SCOPE("said: " << message);
  return message.starts_with(name + ": ") && message.find(found) != std::string::npos;
}

/// Calls `check(a, b)` with pairs of values; a failure says the seed.
template <class Check>
void for_pairs(Check check) {
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    generator g{seed};
    auto a = g.make<resources>();
    auto b = g.make<resources>();
    BOOST_TEST_INFO_SCOPE("seed " << seed << ", a " << a << ", b " << b);
    check(a, b);
  }
}

/// `x` without what `other` has of ranges and items.
resources disjoint(resources x, const resources& other) {
  resources items = other;
  for (const auto& scalar : other.scalars())
    items.set_milli(scalar.first, 0);
  return x -= items;
}

/// The invariants that the header names.
bool is_sound(const resources& x) {
  auto apart = [](const std::vector<number_range>& xs) {
    for (std::size_t i = 0; i < xs.size(); ++i)
      if (xs[i].begin > xs[i].end || (i > 0 && xs[i].begin - 1 <= xs[i - 1].end))
        return false;
    return !xs.empty();
  };
  return std::ranges::all_of(x.scalars(), [](const auto& s) { return s.second > 0; }) &&
         std::ranges::all_of(x.ranges(), [&](const auto& r) { return apart(r.second); }) &&
         std::ranges::none_of(x.sets(), [](const auto& s) { return s.second.empty(); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resources)

using entente::resources;  // the suite's own name would hide it

// -- fixed point ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(ten_tenths_are_one) {
  resources sum;
  for (int i = 0; i < 10; ++i)
    sum += parsed("cpus:0.1");
  BOOST_CHECK_EQUAL(sum, parsed("cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_million_additions_and_subtractions_leave_no_trace) {
  auto x = parsed("cpus:3;mem:0.001");
  const auto step = parsed("cpus:0.333;mem:7.777");
  for (int i = 0; i < 1'000'000; ++i)
    x += step;
  for (int i = 0; i < 1'000'000; ++i)
    x -= step;
  BOOST_CHECK_EQUAL(x, parsed("cpus:3;mem:0.001"));
}

BOOST_AUTO_TEST_CASE(nothing_goes_below_zero) {
  auto x = parsed("cpus:1;mem:10") - parsed("cpus:2;disk:5;ports:[1-2];disks:{sda}");
  BOOST_CHECK_EQUAL(x, parsed("mem:10"));
}

BOOST_AUTO_TEST_CASE(a_scalar_of_zero_is_not_there) {
  BOOST_CHECK(parsed("cpus:0;mem:0.000").empty());
  BOOST_CHECK((parsed("cpus:1") - parsed("cpus:1")).empty());
}

BOOST_AUTO_TEST_CASE(sums_stop_at_the_largest_number) {
  resources x;
  x.set_milli("cpus", std::numeric_limits<std::int64_t>::max() - 1);
  BOOST_CHECK_EQUAL((x + x).milli("cpus"), std::numeric_limits<std::int64_t>::max());
  BOOST_CHECK_EQUAL(x.times(3).milli("cpus"), std::numeric_limits<std::int64_t>::max());
}

// -- text -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(text_of_every_kind_is_read) {
  auto x = parsed(" cpus : 4.5 ; mem:8192;ports:[31000-32000, 5000];disks:{ sdb , sda };");
  BOOST_CHECK_EQUAL(x.milli("cpus"), 4500);
  BOOST_CHECK_EQUAL(x.milli("mem"), 8'192'000);
  BOOST_CHECK_EQUAL(x.to_string(), "cpus:4.5;mem:8192;ports:[5000,31000-32000];disks:{sda,sdb}");
}

BOOST_AUTO_TEST_CASE(empty_text_is_nothing) {
  BOOST_CHECK(parsed("").empty());
  BOOST_CHECK(parsed(" ; ;").empty());
  BOOST_CHECK(parsed("ports:[];disks:{}").empty());
}

BOOST_AUTO_TEST_CASE(wrong_text_is_refused_by_what_is_wrong_in_it) {
  BOOST_CHECK(refused(resources::parse("cpus:4;mem"), "resources", "\"mem\""));
  BOOST_CHECK(refused(resources::parse("cpus:four"), "cpus", "\"four\""));
  BOOST_CHECK(refused(resources::parse("cpus:-1"), "cpus", "\"-1\""));
  BOOST_CHECK(refused(resources::parse("cpus:"), "cpus", "\"\""));
  BOOST_CHECK(refused(resources::parse("cpus:1e3"), "cpus", "\"1e3\""));
  BOOST_CHECK(refused(resources::parse("cpus:nan"), "cpus", "\"nan\""));
  BOOST_CHECK(refused(resources::parse("cpus:0.0001"), "cpus", "\"0.0001\""));
  BOOST_CHECK(refused(resources::parse("mem:1000000000000.001"), "mem", "1000000000000.001"));
  BOOST_CHECK(refused(resources::parse(":4"), "resource", "\"\""));
  BOOST_CHECK(refused(resources::parse("c pus:4"), "resource", "\"c pus\""));
  BOOST_CHECK(refused(resources::parse("cpus:1;cpus:2"), "cpus", "twice"));
  BOOST_CHECK(refused(resources::parse("ports:[9-5]"), "ports", "\"[9-5]\""));
  BOOST_CHECK(refused(resources::parse("ports:[1-"), "ports", "\"[1-\""));
  BOOST_CHECK(refused(resources::parse("ports:[1,]"), "ports", "\"[1,]\""));
  BOOST_CHECK(refused(resources::parse("ports:[18446744073709551616]"), "ports", "18446744073709"));
  BOOST_CHECK(refused(resources::parse("disks:{sda"), "disks", "\"{sda\""));
  BOOST_CHECK(refused(resources::parse("disks:{sda,,sdb}"), "disks", "{sda,,sdb}"));
}

BOOST_AUTO_TEST_CASE(a_name_given_twice_is_refused_also_if_it_was_nothing) {
  BOOST_CHECK(refused(resources::parse("cpus:0;cpus:2"), "cpus", "twice"));
}

BOOST_AUTO_TEST_CASE(text_round_trips) {
  for_pairs(
    [](const resources& a, const resources&) { BOOST_REQUIRE_EQUAL(parsed(a.to_string()), a); });
}

BOOST_AUTO_TEST_CASE(names_and_items_are_plain) {
  BOOST_CHECK(refused(resources::parse("1st:4"), "resource", "\"1st\""));
  BOOST_CHECK(refused(resources::parse("a/b:4"), "resource", "\"a/b\""));
  BOOST_CHECK(refused(resources::parse("é:4"), "resource", "\"é\""));
  BOOST_CHECK(refused(resources::parse("disks:{a b}"), "disks", "{a b}"));
}

// -- JSON -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(json_of_every_kind_is_read) {
  auto x = from({{"cpus", 4}, {"mem", 0.5}, {"ports", "[1-2]"}, {"disks", {"sdb", "sda"}}});
  BOOST_CHECK_EQUAL(x, parsed("cpus:4;mem:0.5;ports:[1-2];disks:{sda,sdb}"));
}

BOOST_AUTO_TEST_CASE(wrong_json_is_refused_by_what_is_wrong_in_it) {
  BOOST_CHECK(refused(resources::from_json(json::array({1})), "resources", "[1]"));
  BOOST_CHECK(refused(resources::from_json({{"cpus", -1}}), "cpus", "-1"));
  BOOST_CHECK(refused(resources::from_json({{"cpus", true}}), "cpus", "true"));
  BOOST_CHECK(refused(resources::from_json({{"cpus", nullptr}}), "cpus", "null"));
  BOOST_CHECK(refused(resources::from_json({{"cpus", 1e300}}), "cpus", "1e+300"));
  BOOST_CHECK(refused(resources::from_json({{"cpus", "four"}}), "cpus", "four"));
  BOOST_CHECK(refused(resources::from_json({{"c pus", 1}}), "resource", "c pus"));
  BOOST_CHECK(refused(resources::from_json({{"disks", {"a", 1}}}), "disks", "1"));
  BOOST_CHECK(refused(resources::from_json({{"disks", {"a b"}}}), "disks", "a b"));
}

BOOST_AUTO_TEST_CASE(a_fourth_decimal_is_refused_in_small_and_in_large_numbers) {
  BOOST_CHECK(refused(resources::from_json({{"cpus", 0.0001}}), "cpus", "0.0001"));
  BOOST_CHECK(refused(resources::from_json({{"mem", 8192.0004}}), "mem", "8192.0004"));
  BOOST_CHECK(refused(resources::from_json({{"mem", 12345678.1234}}), "mem", "12345678.1234"));
}

BOOST_AUTO_TEST_CASE(numbers_of_json_are_the_thousandths_that_were_written) {
  for (auto text : {"0.1", "0.3", "1.005", "8192.007", "123456789.123", "999999999999.999"})
    BOOST_CHECK_EQUAL(from({{"x", json::parse(text)}}), parsed(std::string{"x:"} + text));
}

BOOST_AUTO_TEST_CASE(json_that_is_not_unicode_is_refused) {
  BOOST_CHECK(!complaint(resources::from_json({{"cpus", "\xff"}})).empty());
  BOOST_CHECK(!complaint(resources::from_json({{"disks", {"\xff"}}})).empty());
  BOOST_CHECK(!complaint(resources::from_json(json("\xff"))).empty());
}

BOOST_AUTO_TEST_CASE(json_round_trips) {
  for_pairs([](const resources& a, const resources&) {
    BOOST_REQUIRE_EQUAL(from(json::parse(a.to_json().dump())), a);
  });
}

// -- ranges and sets --------------------------------------------------------------

BOOST_AUTO_TEST_CASE(ranges_that_touch_or_overlap_are_merged) {
  BOOST_CHECK_EQUAL(parsed("ports:[5-9,1-4]"), parsed("ports:[1-9]"));
  BOOST_CHECK_EQUAL(parsed("ports:[1-6]") + parsed("ports:[4-9]"), parsed("ports:[1-9]"));
  BOOST_CHECK_NE(parsed("ports:[1-4,6-9]"), parsed("ports:[1-9]"));
}

BOOST_AUTO_TEST_CASE(taking_from_the_middle_splits_a_range) {
  BOOST_CHECK_EQUAL(parsed("ports:[1-9]") - parsed("ports:[4-5]"), parsed("ports:[1-3,6-9]"));
  BOOST_CHECK_EQUAL(parsed("ports:[1-9]") - parsed("ports:[1,9]"), parsed("ports:[2-8]"));
  BOOST_CHECK_EQUAL(parsed("ports:[1-3,5-9]") - parsed("ports:[2-6]"), parsed("ports:[1,7-9]"));
}

BOOST_AUTO_TEST_CASE(ranges_reach_to_both_ends_of_the_numbers) {
  auto all = parsed("x:[0-18446744073709551615]");
  BOOST_CHECK_EQUAL(all - parsed("x:[0,18446744073709551615]"),
                    parsed("x:[1-18446744073709551614]"));
  BOOST_CHECK((all - all).empty());
  BOOST_CHECK_EQUAL(all + parsed("x:[5]"), all);
}

BOOST_AUTO_TEST_CASE(a_range_with_a_gap_does_not_contain_what_spans_it) {
  BOOST_CHECK(parsed("ports:[1-3,5-9]").contains(parsed("ports:[2-3,5,9]")));
  BOOST_CHECK(!parsed("ports:[1-3,5-9]").contains(parsed("ports:[3-5]")));
  BOOST_CHECK(!parsed("cpus:1").contains(parsed("ports:[3]")));
}

BOOST_AUTO_TEST_CASE(an_item_is_in_a_set_once) {
  auto x = parsed("disks:{a,b}") + parsed("disks:{b,c}");
  BOOST_CHECK_EQUAL(x, parsed("disks:{a,b,c}"));
  BOOST_CHECK_EQUAL(x - parsed("disks:{b,z}"), parsed("disks:{a,c}"));
  BOOST_CHECK(x.contains(parsed("disks:{a,c}")) && !x.contains(parsed("disks:{a,z}")));
}

BOOST_AUTO_TEST_CASE(many_ranges_are_taken_out_in_no_time) {
  std::vector<number_range> even;
  std::vector<number_range> odd;
  for (std::uint64_t i = 0; i < 600'000; i += 6) {
    even.push_back({i, i + 1});
    odd.push_back({i + 3, i + 4});
  }
  resources a;
  resources b;
  a.set_ranges("x", even);
  b.set_ranges("x", odd);
  BOOST_CHECK_EQUAL((a + b - b).ranges().at("x").size(), even.size());
  BOOST_CHECK((a + b).contains(b) && !a.contains(b));
}

// -- slots ------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_scarcest_scalar_limits_the_slots) {
  BOOST_CHECK_EQUAL(parsed("cpus:4;mem:1000").slots(parsed("cpus:0.5;mem:300")), 3);
  BOOST_CHECK_EQUAL(parsed("cpus:4").slots(parsed("cpus:4.001")), 0);
  BOOST_CHECK_EQUAL(parsed("cpus:4").slots(parsed("gpus:1")), 0);
}

BOOST_AUTO_TEST_CASE(a_slot_with_items_fits_once_or_not_at_all) {
  auto have = parsed("cpus:4;ports:[1-9]");
  BOOST_CHECK_EQUAL(have.slots(parsed("cpus:1;ports:[3]")), 1);
  BOOST_CHECK_EQUAL(have.slots(parsed("cpus:1;ports:[10]")), 0);
}

BOOST_AUTO_TEST_CASE(a_slot_without_limits_does_not_fit) {
  BOOST_CHECK_EQUAL(parsed("cpus:4").slots({}), 0);
}

// -- what holds for all values ------------------------------------------------------

BOOST_AUTO_TEST_CASE(results_keep_the_invariants) {
  for_pairs([](const resources& a, const resources& b) {
    BOOST_REQUIRE(is_sound(a) && is_sound(a + b) && is_sound(a - b) && is_sound(a.times(3)));
  });
}

BOOST_AUTO_TEST_CASE(what_was_added_can_be_taken_out_again) {
  for_pairs([](const resources& a, const resources& other) {
    auto b = disjoint(other, a);
    BOOST_REQUIRE_EQUAL(a + b - b, a);
  });
}

BOOST_AUTO_TEST_CASE(a_sum_contains_its_parts_and_does_not_depend_on_their_order) {
  for_pairs([](const resources& a, const resources& b) {
    BOOST_REQUIRE((a + b).contains(a) && (a + b).contains(b));
    BOOST_REQUIRE_EQUAL(a + b, b + a);
  });
}

BOOST_AUTO_TEST_CASE(who_contains_something_contains_all_that_is_in_it) {
  for_pairs([](const resources& a, const resources& b) {
    BOOST_REQUIRE(a.contains(a) && a.contains({}) && a.contains(a - b));
    if (a.contains(b))
      BOOST_REQUIRE((a + b).contains(b - a) && (b - a).empty());
  });
}

BOOST_AUTO_TEST_CASE(what_is_taken_out_is_gone) {
  for_pairs([](const resources& a, const resources& b) {
    auto rest = disjoint(a, b);
    for (const auto& [name, ranges] : b.ranges())
      for (const auto& range : ranges) {
        resources hole;
        hole.set_ranges(name, {range});
        BOOST_REQUIRE_EQUAL(rest - hole, rest);
      }
  });
}

BOOST_AUTO_TEST_CASE(as_many_slots_fit_as_are_counted_and_not_one_more) {
  for_pairs([](const resources& a, const resources& b) {
    resources slot;
    for (const auto& [name, milli] : b.scalars())
      slot.set_milli(name, milli % 10'000'000 + 1);
    auto count = a.slots(slot);
    if (count > 0)
      BOOST_REQUIRE(a.contains(slot.times(count)));
    if (!slot.empty())
      BOOST_REQUIRE(!a.contains(slot.times(count + 1)));
  });
}

BOOST_AUTO_TEST_CASE(a_value_may_be_added_to_and_taken_from_itself) {
  for_pairs([](const resources& a, const resources&) {
    auto x = a;
    const auto& same = x;
    x += same;
    BOOST_REQUIRE_EQUAL(x, a + a);
    x -= same;
    BOOST_REQUIRE(x.empty());
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

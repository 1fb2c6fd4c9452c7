// What claims demand of attributes, and which claims are refused before anybody is asked.
#include "messages/constraints.hpp"

#include <boost/test/unit_test.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace entente::test {

namespace {

const attribute_map gpu_host{{"rack", "r1"}, {"host", "gpu-7"}, {"gen", "3"}, {"ssd", "yes"}};

constraint parsed(std::string_view text) {
  auto result = parse_constraint(text);
  if (auto* wrong = std::get_if<std::string>(&result))
    BOOST_FAIL(text << ": " << *wrong);
  return std::get<constraint>(result);
}

/// What is wrong with a text.
std::string refused(std::string_view text) {
  auto result = parse_constraint(text);
  auto* wrong = std::get_if<std::string>(&result);
  return wrong == nullptr ? "" : *wrong;
}

bool holds(std::string_view text, const attribute_map& attributes = gpu_host) {
  return satisfies(attributes, parsed(text));
}

claim good_claim() {
  claim result;
  result.id = claim_id{"c1"};
  result.limits.set_milli("cpus", 1000);
  return result;
}

std::string problem(const claim& x) {
  return problem_of(x).value_or("");
}

/// What is wrong with a claim that is good but for what `change` does.
template <class F>
std::string problem_after(const F& change) {
  auto x = good_claim();
  change(x);
  return problem(x);
}

std::string problem_with(constraint demand) {
  return problem_after([&](claim& x) { x.constraints = {demand}; });
}

void check_starts(const std::string& text, const std::string& start) {
  BOOST_CHECK_MESSAGE(text.starts_with(start), '"' << text << "\" instead of " << start);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(constraints)

// -- what satisfies ---------------------------------------------------------------

BOOST_AUTO_TEST_CASE(equal_is_the_same_text) {
  BOOST_CHECK(holds("rack==r1"));
  BOOST_CHECK(!holds("rack==r11"));
  BOOST_CHECK(!holds("gen==3.0"));
  BOOST_CHECK(!holds("zone==r1"));
}

BOOST_AUTO_TEST_CASE(an_agent_without_the_attribute_is_not_equal) {
  BOOST_CHECK(holds("rack!=r2"));
  BOOST_CHECK(holds("zone!=r1"));
  BOOST_CHECK(!holds("rack!=r1"));
}

BOOST_AUTO_TEST_CASE(in_is_one_of_several) {
  BOOST_CHECK(holds("rack in r0,r1"));
  BOOST_CHECK(!holds("rack in r0,r2"));
  BOOST_CHECK(!holds("zone in r1"));
}

BOOST_AUTO_TEST_CASE(exists_takes_any_value) {
  BOOST_CHECK(holds("ssd exists"));
  BOOST_CHECK(!holds("zone exists"));
}

BOOST_AUTO_TEST_CASE(a_pattern_matches_the_whole_value) {
  BOOST_CHECK(holds("host=~gpu-[0-9]+"));
  BOOST_CHECK(!holds("host=~gpu"));
  BOOST_CHECK(!holds("host=~pu-7"));
  BOOST_CHECK(!holds("zone=~.*"));
}

BOOST_AUTO_TEST_CASE(less_and_greater_compare_numbers) {
  BOOST_CHECK(holds("gen<10"));
  BOOST_CHECK(holds("gen>2.999"));
  BOOST_CHECK(!holds("gen<3"));
  BOOST_CHECK(!holds("gen>3"));
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_number_is_neither_less_nor_greater) {
  BOOST_CHECK(!holds("rack<1"));
  BOOST_CHECK(!holds("rack>1"));
  BOOST_CHECK(!satisfies(gpu_host, {"gen", constraint_op::less, {"many"}}));
}

BOOST_AUTO_TEST_CASE(a_pattern_that_is_wrong_satisfies_nothing) {
  BOOST_CHECK(!satisfies(gpu_host, {"host", constraint_op::matches, {"("}}));
  BOOST_CHECK(!satisfies(gpu_host, {"host", constraint_op::matches, {std::string(5000, '.')}}));
}

BOOST_AUTO_TEST_CASE(a_constraint_without_its_values_satisfies_nothing) {
  for (auto op : {constraint_op::equals, constraint_op::in, constraint_op::matches,
                  constraint_op::less, constraint_op::greater})
    BOOST_CHECK(!satisfies(gpu_host, {"gen", op, {}}));
  BOOST_CHECK(!satisfies(gpu_host, {"gen", static_cast<constraint_op>(99), {"3"}}));
}

BOOST_AUTO_TEST_CASE(the_first_violated_constraint_is_named) {
  std::vector<constraint> demands{parsed("rack==r1"), parsed("gen>5"), parsed("zone exists")};
  BOOST_CHECK_EQUAL(first_violated(gpu_host, demands), &demands[1]);
  demands.resize(1);
  BOOST_CHECK(first_violated(gpu_host, demands) == nullptr);
}

BOOST_AUTO_TEST_CASE(more_patterns_than_are_kept_still_match) {
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 200; ++i)
      BOOST_REQUIRE_EQUAL(holds("host=~gpu-" + std::to_string(i)), i == 7);
}

BOOST_AUTO_TEST_CASE(a_pattern_made_to_backtrack_ends) {
  attribute_map attributes{{"host", std::string(30'000, 'a')}};
  BOOST_CHECK(!holds("host=~(a*)*(a|aa)+(a|a?)+b", attributes));
}

BOOST_AUTO_TEST_CASE(threads_match_at_once) {
  std::vector<std::jthread> threads;
  std::vector<int> matched(4);
  for (auto& count : matched)
    threads.emplace_back([&count] {
      for (int i = 0; i < 500; ++i)
        count += satisfies(gpu_host, {"host", constraint_op::matches, {"gpu-.*"}}) ? 1 : 0;
    });
  threads.clear();
  for (auto count : matched)
    BOOST_CHECK_EQUAL(count, 500);
}

// -- text -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  for (std::string text : {"rack==r1", "rack!=r1", "rack in r1,r2", "ssd exists", "host=~gpu.*",
                           "gen<3", "gen>0.5", "in in in", "exists exists", "a===b", "a==b c,d"})
    BOOST_CHECK_EQUAL(to_string(parsed(text)), text);
}

BOOST_AUTO_TEST_CASE(blanks_do_not_matter) {
  BOOST_CHECK(parsed("  rack  ==  r1  ") == parsed("rack==r1"));
  BOOST_CHECK(parsed("rack in\tr1 , r2") == parsed("rack in r1,r2"));
  BOOST_CHECK(parsed("gen < 3") == parsed("gen<3"));
}

BOOST_AUTO_TEST_CASE(random_constraints_are_read_back_as_they_were) {
  for (std::uint32_t seed = 0; seed < 2000; ++seed) {
    std::mt19937 random{seed};
    auto text = [&](std::string_view letters) {
      std::string result;
      for (auto n = 1 + random() % 6; n > 0; --n)
        result += letters[random() % letters.size()];
      return result;
    };
    constraint x{
      "a" + text("az09_-."), static_cast<constraint_op>(random() % constraint_op_count), {}};
    auto numeric = x.op == constraint_op::less || x.op == constraint_op::greater;
    if (x.op != constraint_op::exists)
      x.values = {text(numeric ? "0123" : "ab=<>!~. 1") + "1"};
    if (x.op == constraint_op::in)
      x.values.push_back("v" + text("xyz"));
    if (x.op != constraint_op::exists && x.values[0].front() == ' ')
      continue;
    BOOST_REQUIRE_MESSAGE(parse_constraint(to_string(x)) ==
                            (std::variant<constraint, std::string>{x}),
                          "seed " << seed << ": " << to_string(x) << ": " << refused(to_string(x)));
  }
}

BOOST_AUTO_TEST_CASE(random_text_is_read_or_refused) {
  for (std::uint32_t seed = 0; seed < 5000; ++seed) {
    std::mt19937 random{seed};
    std::string text;
    for (auto n = random() % 12; n > 0; --n)
      text += std::string_view{"ra =!<>~in,exists(*\\[{0\xff"}[random() % 23];
    auto result = parse_constraint(text);
    if (auto* x = std::get_if<constraint>(&result))
      BOOST_REQUIRE_MESSAGE(parse_constraint(to_string(*x)) == result, "seed " << seed << text);
    else
      BOOST_REQUIRE_MESSAGE(!refused(text).empty(), "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_constraint_is_refused_with_examples) {
  for (const auto* text : {"", "rack", "rack=r1", "rack inr1", "rack r1", "rack existst"})
    check_starts(refused(text), "expected a constraint such as rack==r1, rack!=r1, rack in r1,r2");
  BOOST_CHECK(refused("rack=r1").ends_with("found \"rack=r1\""));
}

BOOST_AUTO_TEST_CASE(a_text_that_demands_something_wrong_is_refused) {
  check_starts(refused("==r1"), "expected a name");
  check_starts(refused("9x==r1"), "expected a name");
  check_starts(refused("rack=="), "rack: expected a text of 1 to 256 bytes");
  check_starts(refused("rack in a,,b"), "rack: expected a text of 1 to 256 bytes");
  check_starts(refused("ssd exists yes"), "ssd: expected no value after exists, found 1 value");
  check_starts(refused("gen<many"), "gen: expected a number such as 3 or 0.5, found \"many\"");
  check_starts(refused("gen>-1"), "gen: expected a number");
  check_starts(refused("host=~("), "host: expected a regular expression, found \"(\" (");
}

// -- claims -----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_plain_claim_has_no_problem) {
  BOOST_CHECK_EQUAL(problem(good_claim()), "");
}

BOOST_AUTO_TEST_CASE(a_claim_has_an_id) {
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.id = {}; }),
                    "id: expected a text of 1 to 256 bytes in one line, without blanks around it, "
                    "found \"\"");
  check_starts(problem_after([](claim& x) { x.id = claim_id{std::string(257, 'x')}; }), "id: ");
  check_starts(problem_after([](claim& x) { x.id = claim_id{"a\nb"}; }), "id: ");
}

BOOST_AUTO_TEST_CASE(a_claim_is_for_at_least_one_slot_and_not_for_too_many) {
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.count = 0; }),
                    "count: expected a number from 1 to 100000, found 0");
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.count = max_claim_slots + 1; }),
                    "count: expected a number from 1 to 100000, found 100001");
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.count = max_claim_slots; }), "");
}

BOOST_AUTO_TEST_CASE(the_most_slots_are_not_fewer_than_the_least) {
  auto problem_of_counts = [](std::uint32_t count, std::uint32_t max) {
    return problem_after([&](claim& x) { x.count = count, x.max_count = max; });
  };
  BOOST_CHECK_EQUAL(problem_of_counts(3, 2),
                    "max_count: expected a number from 3 to 100000, found 2");
  BOOST_CHECK_EQUAL(problem_of_counts(3, 0), "");
  BOOST_CHECK_EQUAL(problem_of_counts(3, 3), "");
  check_starts(problem_of_counts(1, max_claim_slots + 1), "max_count: ");
}

BOOST_AUTO_TEST_CASE(a_claim_names_a_class_or_limits) {
  BOOST_CHECK_EQUAL(
    problem_after([](claim& x) { x.limits = {}; }),
    "limits: expected a slot class or limits such as cpus:1;mem:512, found neither");
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.limits = {}, x.slot_class = "small"; }), "");
  check_starts(problem_after([](claim& x) { x.slot_class = "no class"; }),
               "slot_class: expected a");
}

BOOST_AUTO_TEST_CASE(limits_are_quantities) {
  BOOST_CHECK_EQUAL(problem_after([](claim& x) {
                      x.limits.set_ranges("ports", {{1, 2}});
                    }),
                    "limits: expected quantities only (ports are claimed by their number), found "
                    "\"cpus:1;ports:[1-2]\"");
  check_starts(problem_after([](claim& x) { x.limits.set_items("disks", {"sda"}); }), "limits: ");
}

BOOST_AUTO_TEST_CASE(a_slot_has_not_too_many_ports) {
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.ports = max_slot_ports; }), "");
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.ports = 65; }),
                    "ports: expected a number from 0 to 64, found 65");
}

BOOST_AUTO_TEST_CASE(there_are_not_too_many_constraints_and_preferences) {
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.constraints.assign(65, parsed("rack==r1")); }),
                    "constraints: expected at most 64, found 65");
  BOOST_CHECK_EQUAL(problem_after([](claim& x) {
                      x.preferences.assign(65, {parsed("rack==r1"), 1});
                    }),
                    "preferences: expected at most 64, found 65");
}

BOOST_AUTO_TEST_CASE(a_constraint_has_a_known_operator_and_as_many_values_as_it_takes) {
  check_starts(problem_with({"no name", constraint_op::exists, {}}),
               "constraints: expected a name of letters");
  BOOST_CHECK_EQUAL(problem_with({"a", static_cast<constraint_op>(7), {}}),
                    "constraints: a: expected a known operator, found 7");
  BOOST_CHECK_EQUAL(problem_with({"a", constraint_op::equals, {"x", "y"}}),
                    "constraints: a: expected one value, found 2 values");
  BOOST_CHECK_EQUAL(problem_with({"a", constraint_op::in, {}}),
                    "constraints: a: expected 1 to 256 values, found 0 values");
  BOOST_CHECK_EQUAL(problem_with({"a", constraint_op::in, std::vector<std::string>(256, "x")}), "");
  check_starts(problem_with({"a", constraint_op::in, std::vector<std::string>(257, "x")}),
               "constraints: a: expected 1 to 256 values");
}

BOOST_AUTO_TEST_CASE(a_value_can_be_written_and_is_not_too_long) {
  check_starts(problem_with({"a", constraint_op::in, {"x,y"}}),
               "constraints: a: expected values without commas");
  for (const auto& value : {std::string{}, std::string{" x"}, std::string{"x\ny"},
                            std::string(257, 'x'), std::string(1, '\0')})
    check_starts(problem_with({"a", constraint_op::equals, {value}}),
                 "constraints: a: expected a text of 1 to 256 bytes");
}

BOOST_AUTO_TEST_CASE(a_pattern_is_valid_and_takes_little_memory) {
  for (const auto* pattern :
       {"(", "[a", "a**b)", "(?=a)", "\xff", "(((\\pL{99}){9}){9}){9}", "(\\pL\\pN){400}"})
    check_starts(problem_with({"a", constraint_op::matches, {pattern}}),
                 "constraints: a: expected a regular expression, found ");
}

BOOST_AUTO_TEST_CASE(a_preference_has_a_weight) {
  auto problem_of_weight = [](std::uint32_t weight) {
    return problem_after([&](claim& x) { x.preferences = {{parsed("ssd exists"), weight}}; });
  };
  BOOST_CHECK_EQUAL(problem_of_weight(1), "");
  BOOST_CHECK_EQUAL(problem_of_weight(100), "");
  BOOST_CHECK_EQUAL(problem_of_weight(0),
                    "preferences: weight: expected a number from 1 to 100, found 0");
  check_starts(problem_of_weight(101), "preferences: weight: ");
}

BOOST_AUTO_TEST_CASE(a_preference_is_for_a_good_constraint) {
  check_starts(problem_after([](claim& x) {
                 x.preferences = {{{"gen", constraint_op::less, {"x"}}, 1}};
               }),
               "preferences: gen: expected a number");
}

BOOST_AUTO_TEST_CASE(the_placement_is_known) {
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.layout = static_cast<placement>(3); }),
                    "layout: expected a known placement, found 3");
}

BOOST_AUTO_TEST_CASE(slots_share_an_attribute_that_has_a_name) {
  BOOST_CHECK_EQUAL(problem_after([](claim& x) { x.same_attribute = "rack"; }), "");
  check_starts(problem_after([](claim& x) { x.same_attribute = "a rack"; }), "same_attribute: ");
}

BOOST_AUTO_TEST_CASE(a_claim_waits_for_a_time_that_can_be_added_to_now) {
  using std::chrono::milliseconds;
  auto problem_of_wait = [](milliseconds wait) {
    return problem_after([&](claim& x) { x.wait = wait; });
  };
  BOOST_CHECK_EQUAL(problem_of_wait(milliseconds{0}), "");
  BOOST_CHECK_EQUAL(problem_of_wait(milliseconds{-1}), "wait: expected 0s to 8760h, found -1ms");
  check_starts(problem_of_wait(milliseconds::max()), "wait: ");
}

BOOST_AUTO_TEST_CASE(priorities_have_a_range) {
  auto problem_of_priority = [](std::int32_t priority) {
    return problem_after([&](claim& x) { x.priority = priority; });
  };
  BOOST_CHECK_EQUAL(problem_of_priority(-1000), "");
  BOOST_CHECK_EQUAL(problem_of_priority(1000), "");
  BOOST_CHECK_EQUAL(problem_of_priority(1001),
                    "priority: expected a number from -1000 to 1000, found 1001");
  check_starts(problem_of_priority(-1001), "priority: ");
}

BOOST_AUTO_TEST_CASE(a_claim_is_charged_to_a_role_that_has_a_name) {
  auto problem_of_role = [](std::string role) {
    return problem_after([&](claim& x) { x.role = std::move(role); });
  };
  for (const auto* role : {"", "*", "eng", "eng/ads"})
    BOOST_CHECK_EQUAL(problem_of_role(role), "");
  for (const auto* role : {"/", "eng/", "eng//ads", "eng/*", "an eng"})
    check_starts(problem_of_role(role), "role: expected a role");
  BOOST_CHECK_EQUAL(problem_of_role(std::string(253, 'a')), "");
  check_starts(problem_of_role(std::string(254, 'a')), "role: ");
}

BOOST_AUTO_TEST_CASE(what_was_found_is_quoted_in_one_short_line) {
  auto text = problem_after([](claim& x) { x.slot_class = "a\n" + std::string(1000, 'x'); });
  BOOST_CHECK_LT(text.size(), 200);
  BOOST_CHECK(text.find('\n') == text.npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

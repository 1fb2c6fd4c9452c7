// Claims that wait, are refused, or make no sense, and what can be asked of them.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>

#include "gang_fixture.hpp"

using namespace entente::test;

BOOST_FIXTURE_TEST_SUITE(claims, eight)

// -- waiting and being refused --------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_gang_larger_than_the_cluster_is_refused_at_once) {
  auto x = run_shell("", {"-n", "9"});
  check_refused(x, "9 slots of ");
  check_refused(x, "8 such slots");
  auto claim = wait_for_claim("refused");
  BOOST_CHECK_EQUAL(claim.at("wanted"), 9);
  BOOST_CHECK_EQUAL(claim.at("granted"), 0);
}

BOOST_AUTO_TEST_CASE(a_gang_larger_than_the_cluster_may_wait_and_is_refused_then) {
  auto client = start_shell("", {"-n", "9", "--wait", "2s"});
  wait_for_claim("waiting");
  check_refused(client.wait(), "8 such slots");
}

BOOST_AUTO_TEST_CASE(a_gang_that_waits_starts_nothing_until_all_of_it_fits) {
  auto gate = path("gate");
  auto holder = start_shell("echo up; until test -e " + gate + "; do sleep 0.02; done");
  holder.first_line();
  auto client = start_shell("echo up", {"-n", "8"});
  wait_for("claims", [](const json& xs) {
    return std::ranges::any_of(xs, [](const json& x) { return x.at("state") == "waiting"; });
  });
  BOOST_CHECK_EQUAL(listing("tasks").size(), 1u);
  write("gate", "");
  auto x = client.wait();
  BOOST_CHECK_MESSAGE(x.code == 0 && split(x.out, '\n').size() == 8, x);
}

BOOST_AUTO_TEST_CASE(a_run_that_waits_for_long_says_how_to_find_out_why) {
  // The holder goes as soon as the other one has said something.
  auto said = write("said", "");
  auto holder =
    start_shell("echo up; until test -s " + said + "; do sleep 0.02; done", {"-n", "8"});
  holder.first_line();
  auto client = start_in_shell("exec entente run -- true 2> " + said);
  BOOST_CHECK_EQUAL(client.wait().code, 0);
  BOOST_CHECK(mentions(read("said"), "entente why claim-"));
}

BOOST_AUTO_TEST_CASE(a_claim_that_waits_is_listed_with_its_reasons_and_why_tells_them) {
  auto holder = start_shell(patient);
  holder.first_line();
  auto client = start_shell("", {"-n", "8", "--role", "eng"});
  auto claims = wait_for("claims", [](const json& xs) {
    return xs.size() == 2 && xs[0].at("state") != xs[1].at("state") && !xs[1].at("reasons").empty();
  });
  const auto& x = claims[0].at("state") == "waiting" ? claims[0] : claims[1];
  const auto& y = claims[0].at("state") == "waiting" ? claims[1] : claims[0];
  BOOST_CHECK_EQUAL(x.at("state"), "waiting");
  BOOST_CHECK_EQUAL(x.at("role"), "eng");
  BOOST_CHECK_EQUAL(x.at("wanted"), 8);
  BOOST_CHECK_EQUAL(x.at("granted"), 0);
  BOOST_REQUIRE(!x.at("reasons").empty());
  BOOST_CHECK_EQUAL(y.at("state"), "granted");
  BOOST_CHECK_EQUAL(y.at("granted"), 1);
  BOOST_CHECK(y.at("reasons").empty());
  auto frameworks = listing("frameworks");
  BOOST_CHECK(std::ranges::any_of(frameworks,
                                  [&](const json& f) { return f.at("id") == x.at("framework"); }));
  auto id = x.at("id").get<std::string>();
  auto told = entente({"why", id});
  BOOST_CHECK_EQUAL(told.code, 0);
  BOOST_CHECK_MESSAGE(mentions(told.out, id + " of ") && mentions(told.out, " is waiting") &&
                        mentions(told.out, "8 slots of ") && mentions(told.out, "7 free"),
                      told);
  BOOST_CHECK_EQUAL(json::parse(entente({"why", "--json", id}).out).at("id"), id);
}

BOOST_AUTO_TEST_CASE(why_a_claim_was_refused_can_be_asked_afterwards) {
  check_refused(run_shell("", {"-n", "9"}), "9 slots");
  auto id = wait_for_claim("refused").at("id").get<std::string>();
  auto x = entente({"why", id});
  BOOST_CHECK_MESSAGE(mentions(x.out, " is refused") && mentions(x.out, "8 such slots"), x);
}

BOOST_AUTO_TEST_CASE(why_of_a_claim_that_is_not_there_is_wrong_usage) {
  auto x = entente({"why", "no-such-claim"});
  BOOST_CHECK_MESSAGE(x.code == 64 && is_one_line(x.err) && mentions(x.err, "no-such-claim"), x);
}

// -- slot classes ---------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(the_pool_tells_the_slots_of_each_class) {
  auto pool = listing("pool");
  BOOST_REQUIRE_EQUAL(pool.size(), 2u);
  BOOST_CHECK_EQUAL(
    pool[0],
    (json{
      {"class", "small"}, {"limits", {{"cpus", 0.5}, {"mem", 64}}}, {"total", 16}, {"free", 16}}));
  BOOST_CHECK_EQUAL(
    pool[1], (json{{"class", "wide"}, {"limits", {{"cpus", 2}}}, {"total", 4}, {"free", 4}}));
}

BOOST_AUTO_TEST_CASE(slots_of_a_class_in_use_are_not_free) {
  auto client = start_shell(patient, {"-n", "4", "--slot", "small", "--spread"});
  wait_for_tasks(4, "RUNNING");
  wait_for("pool", [](const json& xs) {
    return xs[0].at("free") == 12 && xs[0].at("total") == 16 && xs[1].at("free") == 0;
  });
  for (const auto& x : listing("tasks"))
    BOOST_CHECK_EQUAL(x.at("resources"), (json{{"cpus", 0.5}, {"mem", 64}}));
  client.signal(SIGINT);
  client.wait();
  wait_for("pool", [](const json& xs) { return xs[0].at("free") == 16 && xs[1].at("free") == 4; });
}

BOOST_AUTO_TEST_CASE(a_class_says_how_many_slots_fit) {
  BOOST_CHECK_EQUAL(run_shell("", {"-n", "16", "--slot", "small"}).code, 0);
  check_refused(run_shell("", {"-n", "17", "--slot", "small"}), "17 slots of small");
  check_refused(run_shell("", {"-n", "5", "--slot", "wide"}), "5 slots of wide");
}

// -- wrong usage ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_wrong_usage_and_named) {
  const std::vector<std::pair<strings, std::string>> mistakes{
    {{"-n", "0"}, "-n"},
    {{"-n", "x"}, "-n"},
    {{"-n", "-1"}, "-n"},
    {{"-n", "100001"}, "100000"},
    {{"--pack", "--spread"}, "--spread"},
    {{"--max-per-agent", "0"}, "--max-per-agent"},
    {{"--constraint", "rack=r1"}, "rack=r1"},
    {{"--constraint", "rack"}, "rack"},
    {{"--constraint", "rack=~("}, "--constraint"},
    {{"--slot", "small", "--cpus", "1"}, "--slot"},
    {{"--slot", "no-such-class"}, "no-such-class"},
    {{"--ports", "100"}, "--ports"},
    {{"--wait", "soon"}, "soon"},
  };
  for (const auto& [options, hint] : mistakes) {
    auto x = run_shell("", options);
    BOOST_CHECK_MESSAGE(x.code == 64 && x.out.empty() && is_one_line(x.err), x);
    BOOST_CHECK_MESSAGE(mentions(x.err, hint), x << ", wanted \"" << hint << "\" on stderr");
    BOOST_CHECK_LT(x.err.size(), 300u);
  }
  BOOST_CHECK(listing("claims").empty());
}

BOOST_AUTO_TEST_SUITE_END()

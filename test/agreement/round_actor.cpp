// The actor around a round, with parties that answer, refuse, fail or keep silent. Time stands
// still unless a test advances it, so what happens is the same in every run.
#include "actors/agreement/round_actor.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/actor_system.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <optional>
#include <stdexcept>
#include <string>

#include "support/stepped_config.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;

enum class manner { agrees, refuses, fails, keeps_silent, does_not_confirm };

/// What the parties have heard: `a1:solicit a1:confirm`.
struct journal {
  std::string heard;
  void add(const agent_id& who, const char* what) {
    heard += (heard.empty() ? "" : " ") + who.str() + ":" + what;
  }
};

/// A fake agent. One that keeps silent does so by a promise that it never keeps nor breaks.
struct party_state {
  agreement_party::pointer self;
  agent_id id;
  manner how;
  journal* book;
  caf::typed_response_promise<bid> never;
  caf::typed_response_promise<confirmed> never_confirmed;

  party_state(agreement_party::pointer self_ptr, agent_id name, manner how_it_is, journal* log)
      : self(self_ptr), id(std::move(name)), how(how_it_is), book(log) {}

  agreement_party::behavior_type make_behavior() {
    return {
      [this](const solicit& x) { return on_solicit(x); },
      [this](const confirm& x) { return on_confirm(x); },
      [this](const release&) { book->add(id, "release"); },
    };
  }

  caf::result<bid> on_solicit(const solicit& x) {
    book->add(id, "solicit");
    if (how == manner::fails)
      return caf::make_error(caf::sec::runtime_error);
    if (how == manner::keeps_silent)
      return never = self->make_response_promise<bid>();
    if (how == manner::refuses)
      return bid{x.round, id, 0, 0, {}, bid_refusal::no_room};
    return bid{x.round, id, x.wanted, 1, {}, bid_refusal::none};
  }

  caf::result<confirmed> on_confirm(const confirm& x) {
    book->add(id, "confirm");
    if (how == manner::does_not_confirm)
      return never_confirmed = self->make_response_promise<confirmed>();
    return confirmed{x.round, id, bid_refusal::none, 1};
  }
};

struct fixture {
  journal book;
  std::vector<round_outcome> outcomes;
  stepped_config cfg;
  caf::actor_system system{cfg};
  caf::scheduler::test_coordinator& scheduler =
    dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler());
  round_plan plan;
  std::vector<agreement_party> parties;
  round_owner owner = system.spawn([this](round_owner::pointer) -> round_owner::behavior_type {
    return {[this](const round_outcome& x) { outcomes.push_back(x); }};
  });

  fixture() { plan.id = round_id{"r1"}; }

  /// Of parties that are still there, too: they would keep the system from its end.
  ~fixture() {
    for (const auto& x : parties)
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(owner, caf::exit_reason::user_shutdown);
    parties.clear();
    owner = nullptr;
    scheduler.run();
    scheduler.advance_time(1h);
    scheduler.run();
  }

  void add(manner how) {
    agent_id id{"a" + std::to_string(parties.size() + 1)};
    plan.agents.push_back({id, 1, {}});
    parties.push_back(system.spawn<agreement_party::stateful_impl<party_state>>(id, how, &book));
    plan.claim.count = static_cast<std::uint32_t>(parties.size());
  }

  round_actor start() {
    auto x = spawn_round(system, plan, parties, owner);
    scheduler.run();
    return x;
  }

  void pass(std::chrono::milliseconds time) {
    scheduler.advance_time(time);
    scheduler.run();
  }

  bool is_over(const round_actor& x) {
    auto* ptr = caf::actor_cast<caf::abstract_actor*>(x);
    return dynamic_cast<caf::monitorable_actor&>(*ptr).getf(
      caf::abstract_actor::is_terminated_flag);
  }

  bool refused() const { return outcomes.size() == 1 && !outcomes.front().granted; }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(round_actor, fixture)

BOOST_AUTO_TEST_CASE(all_agree_and_the_owner_hears_of_the_grant) {
  add(manner::agrees);
  add(manner::agrees);
  auto x = start();
  BOOST_REQUIRE_EQUAL(outcomes.size(), 1u);
  BOOST_CHECK(outcomes.front().granted);
  BOOST_CHECK_EQUAL(outcomes.front().parts.size(), 2u);
  BOOST_CHECK_EQUAL(book.heard, "a1:solicit a2:solicit a1:confirm a2:confirm");
  BOOST_CHECK(is_over(x));
}

BOOST_AUTO_TEST_CASE(one_refuses_and_the_others_are_released) {
  add(manner::agrees);
  add(manner::refuses);
  start();
  BOOST_CHECK(refused());
  BOOST_CHECK_EQUAL(book.heard, "a1:solicit a2:solicit a1:release");
}

BOOST_AUTO_TEST_CASE(a_round_of_nobody_is_refused_at_once) {
  auto x = start();
  BOOST_CHECK(refused());
  BOOST_CHECK(is_over(x));
}

BOOST_AUTO_TEST_CASE(an_agent_that_never_answers_is_a_refusal_at_the_deadline) {
  add(manner::agrees);
  add(manner::keeps_silent);
  start();
  pass(499ms);
  BOOST_CHECK(outcomes.empty());
  pass(1ms);
  BOOST_REQUIRE(refused());
  BOOST_CHECK_EQUAL(outcomes.front().refusals[bid_refusal::no_answer], 1u);
  BOOST_CHECK_EQUAL(book.heard, "a1:solicit a2:solicit a1:release a2:release");
}

BOOST_AUTO_TEST_CASE(an_agent_that_answers_with_an_error_does_not_end_the_round) {
  add(manner::agrees);
  add(manner::fails);
  plan.claim.count = 1;
  start();
  BOOST_CHECK(outcomes.empty());
  pass(500ms);
  BOOST_REQUIRE_EQUAL(outcomes.size(), 1u);
  BOOST_CHECK(outcomes.front().granted);
}

BOOST_AUTO_TEST_CASE(a_winner_that_never_confirms_is_a_refusal_at_the_second_deadline) {
  add(manner::agrees);
  add(manner::does_not_confirm);
  start();
  pass(999ms);
  BOOST_CHECK(outcomes.empty());
  pass(1ms);
  BOOST_REQUIRE(refused());
  BOOST_CHECK_EQUAL(book.heard,
                    "a1:solicit a2:solicit a1:confirm a2:confirm a1:release a2:release");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_said_to_be_lost_is_not_waited_for) {
  add(manner::keeps_silent);
  auto x = start();
  caf::anon_send(x, agent_lost{agent_id{"a1"}, {}});
  scheduler.run();
  BOOST_REQUIRE(refused());
  BOOST_CHECK_EQUAL(outcomes.front().refusals[bid_refusal::lost], 1u);
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_dead_is_a_refusal_at_the_deadline) {
  add(manner::agrees);
  caf::anon_send_exit(parties.front(), caf::exit_reason::user_shutdown);
  scheduler.run();
  start();
  pass(500ms);
  BOOST_CHECK(refused());
}

BOOST_AUTO_TEST_CASE(an_exit_message_cancels_the_round) {
  add(manner::keeps_silent);
  auto x = start();
  caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
  scheduler.run();
  BOOST_CHECK(refused());
  BOOST_CHECK_EQUAL(book.heard, "a1:solicit a1:release");
  BOOST_CHECK(is_over(x));
}

BOOST_AUTO_TEST_CASE(the_owners_death_cancels_the_round) {
  add(manner::keeps_silent);
  auto x = start();
  caf::anon_send_exit(owner, caf::exit_reason::kill);
  scheduler.run();
  BOOST_CHECK_EQUAL(book.heard, "a1:solicit a1:release");
  BOOST_CHECK(is_over(x));
}

BOOST_AUTO_TEST_CASE(there_is_a_party_for_each_agent) {
  add(manner::agrees);
  parties.push_back(parties.front());
  BOOST_CHECK_THROW(start(), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

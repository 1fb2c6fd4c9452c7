// When ranks that have ended are run again.
#include "apps/entente/restart_policy.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>

#include "updates.hpp"

namespace entente::test {

namespace {

using namespace std::chrono_literals;
using when = restart_rule::when;
using pause = std::optional<std::chrono::milliseconds>;

const time_point t0{};

restart_rule rule_of(const char* text) {
  return std::get<restart_rule>(parse_restart(text));
}

/// Ends rank 0 one second after it was started.
pause end(entente::restart_policy& x, const status_update& last, time_point now = t0) {
  x.started(0, now);
  return x.ended(0, last, now + 1s);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(restart_policy)

BOOST_AUTO_TEST_CASE(rules_are_read) {
  BOOST_CHECK((rule_of("never") == restart_rule{when::never, 0}));
  BOOST_CHECK((rule_of("on-failure") == restart_rule{when::on_failure, 0}));
  BOOST_CHECK((rule_of("always") == restart_rule{when::always, 0}));
  BOOST_CHECK((rule_of("on-failure:3") == restart_rule{when::on_failure, 3}));
  BOOST_CHECK((rule_of("always:1") == restart_rule{when::always, 1}));
}

BOOST_AUTO_TEST_CASE(anything_else_is_refused_with_what_was_expected) {
  for (auto text : {"", "sometimes", "never:2", "always:", "always:0", "on-failure:-1", "always:1x",
                    "always:1000001", "on-failure:99999999999", "Always"}) {
    auto x = parse_restart(text);
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<usage_error>(x), text);
    BOOST_CHECK(std::get<usage_error>(x).message.find("on-failure:N") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_rank_that_fails_or_is_ended_by_a_signal_is_run_again_on_failure) {
  entente::restart_policy x{rule_of("on-failure")};
  BOOST_CHECK(end(x, exited("t", 3)).has_value());
  BOOST_CHECK(end(x, died("t", SIGSEGV, task_state::failed)).has_value());
  BOOST_CHECK(!end(x, exited("t", 0)).has_value());
  BOOST_CHECK_EQUAL(x.count(0), 2u);
}

BOOST_AUTO_TEST_CASE(a_rank_that_succeeds_is_run_again_always) {
  entente::restart_policy x{rule_of("always")};
  BOOST_CHECK(end(x, exited("t", 0)).has_value());
}

BOOST_AUTO_TEST_CASE(no_rank_is_run_again_that_was_killed_or_never_ran) {
  entente::restart_policy x{rule_of("always")};
  BOOST_CHECK(!end(x, died("t", SIGTERM, task_state::killed)).has_value());
  BOOST_CHECK(!end(x, update("t", task_state::failed)).has_value());
  BOOST_CHECK(!end(x, update("t", task_state::lost)).has_value());
}

BOOST_AUTO_TEST_CASE(a_rank_that_was_killed_for_its_health_has_failed) {
  entente::restart_policy x{rule_of("on-failure")};
  auto unhealthy = died("t", SIGTERM, task_state::killed);
  unhealthy.reason = task_reason::task_health_check_status_updated;
  BOOST_CHECK(end(x, unhealthy).has_value());
}

BOOST_AUTO_TEST_CASE(a_rank_whose_end_nobody_saw_has_failed) {
  auto unseen = update("t", task_state::failed);
  unseen.reason = task_reason::executor_terminated;  // its supervisor was killed
  entente::restart_policy x{rule_of("on-failure")};
  BOOST_CHECK(end(x, unseen).has_value());
  auto told_to_end = update("t", task_state::killed);
  BOOST_CHECK(!end(x, told_to_end).has_value());
}

BOOST_AUTO_TEST_CASE(each_rank_has_its_own_count) {
  entente::restart_policy x{rule_of("on-failure:1")};
  BOOST_CHECK(x.ended(0, exited("t-0", 1), t0).has_value());
  BOOST_CHECK(!x.ended(0, exited("t-0", 1), t0).has_value());
  BOOST_CHECK(x.ended(1, exited("t-1", 1), t0).has_value());
}

BOOST_AUTO_TEST_CASE(pauses_double_up_to_half_a_minute) {
  entente::restart_policy x{rule_of("always")};
  std::vector<pause> pauses;
  for (int i = 0; i < 7; ++i)
    pauses.push_back(end(x, exited("t", 1)));
  BOOST_CHECK((pauses == std::vector<pause>{1s, 2s, 4s, 8s, 16s, 30s, 30s}));
}

BOOST_AUTO_TEST_CASE(a_rank_that_has_run_for_long_begins_with_the_first_pause_again) {
  entente::restart_policy x{rule_of("always")};
  end(x, exited("t", 1));
  end(x, exited("t", 1));
  x.started(0, t0);
  BOOST_CHECK(x.ended(0, exited("t", 1), t0 + 60s) == pause{1s});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

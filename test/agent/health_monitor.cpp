// When tasks are probed, and what the results say of them.
#include "actors/agent/health_monitor.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};

task_key key_of(const std::string& task) {
  return {framework_id{"f"}, task_id{task}};
}

const task_key key = key_of("t");

health_check check_of(std::chrono::milliseconds grace, std::uint32_t failures = 3) {
  health_check result;
  result.probe = tcp_probe{80};
  result.grace = grace;
  result.interval = 10s;
  result.failures = failures;
  return result;
}

struct fixture {
  /// A probe that is due and ends at once. @returns what is new: `healthy`, `unhealthy: why`,
  /// `fatal: why`, `` for nothing, `not due`
  std::string probe(time_point now, bool passed) {
    if (monitor.due(now).empty())
      return "not due";
    return end(key, now, passed);
  }

  std::string end(const task_key& which, time_point now, bool passed) {
    auto found = monitor.probed(which, passed, passed ? "" : "no answer", now);
    if (!found)
      return "";
    std::string word{to_string(found->health)};
    return (found->is_fatal ? "fatal" : word) +
           (found->message.empty() ? "" : ": " + found->message);
  }

  health_monitor monitor{2};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(health_monitor, fixture)

// -- when -------------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_with_a_grace_period_is_probed_at_once) {
  monitor.watch(key, check_of(5s), t0);
  BOOST_CHECK(monitor.next_deadline() == t0);
  BOOST_CHECK(monitor.due(t0) == std::vector{key});
}

BOOST_AUTO_TEST_CASE(a_task_without_one_is_probed_after_an_interval) {
  monitor.watch(key, check_of(0s), t0);
  BOOST_CHECK(monitor.next_deadline() == t0 + 10s);
  BOOST_CHECK(monitor.due(t0 + 9999ms).empty());
  BOOST_CHECK(monitor.due(t0 + 10s) == std::vector{key});
}

BOOST_AUTO_TEST_CASE(an_interval_is_from_the_end_of_a_probe_to_the_next) {
  monitor.watch(key, check_of(5s), t0);
  monitor.due(t0);
  end(key, t0 + 4s, true);
  BOOST_CHECK(monitor.next_deadline() == t0 + 14s);
}

BOOST_AUTO_TEST_CASE(a_task_has_one_probe_at_a_time) {
  monitor.watch(key, check_of(5s), t0);
  BOOST_CHECK_EQUAL(monitor.due(t0).size(), 1u);
  BOOST_CHECK(monitor.due(t0 + 1h).empty());
  BOOST_CHECK(!monitor.next_deadline());
}

BOOST_AUTO_TEST_CASE(a_task_that_is_watched_already_goes_on_as_it_was) {
  monitor.watch(key, check_of(5s), t0);
  monitor.due(t0);
  monitor.watch(key, check_of(5s), t0);
  BOOST_CHECK(monitor.due(t0 + 1h).empty());
  BOOST_CHECK_EQUAL(monitor.size(), 1u);
}

BOOST_AUTO_TEST_CASE(no_more_are_probed_at_once_than_may_be_and_the_longest_due_first) {
  for (auto i = 0; i < 5; ++i)
    monitor.watch(key_of(std::to_string(i)), check_of(5s), t0 - i * 1s);
  BOOST_CHECK((monitor.due(t0) == std::vector{key_of("4"), key_of("3")}));
  BOOST_CHECK(monitor.due(t0).empty());
  BOOST_CHECK(!monitor.next_deadline());
  end(key_of("3"), t0, true);
  BOOST_CHECK(monitor.next_deadline() == t0 - 2s);
  BOOST_CHECK(monitor.due(t0) == std::vector{key_of("2")});
}

// -- what is new ------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(a_task_becomes_healthy_once) {
  monitor.watch(key, check_of(5s), t0);
  BOOST_CHECK_EQUAL(probe(t0, true), "healthy");
  BOOST_CHECK_EQUAL(probe(t0 + 10s, true), "");
}

BOOST_AUTO_TEST_CASE(failures_in_the_grace_period_are_no_news) {
  monitor.watch(key, check_of(21s, 1), t0);
  BOOST_CHECK_EQUAL(probe(t0, false), "");
  BOOST_CHECK_EQUAL(probe(t0 + 10s, false), "");
  BOOST_CHECK_EQUAL(probe(t0 + 20s, false), "");
  BOOST_CHECK_EQUAL(probe(t0 + 30s, false), "fatal: its health check has failed: no answer");
}

BOOST_AUTO_TEST_CASE(a_failure_that_is_known_when_the_grace_period_is_over_counts) {
  monitor.watch(key, check_of(5s), t0);
  monitor.due(t0);
  BOOST_CHECK_EQUAL(end(key, t0 + 5s, false), "unhealthy: no answer");
}

BOOST_AUTO_TEST_CASE(the_first_success_ends_the_grace_period) {
  monitor.watch(key, check_of(1h), t0);
  BOOST_CHECK_EQUAL(probe(t0, false), "");
  BOOST_CHECK_EQUAL(probe(t0 + 10s, true), "healthy");
  BOOST_CHECK_EQUAL(probe(t0 + 20s, false), "unhealthy: no answer");
}

BOOST_AUTO_TEST_CASE(a_task_that_recovers_is_healthy_again) {
  monitor.watch(key, check_of(5s), t0);
  BOOST_CHECK_EQUAL(probe(t0, true), "healthy");
  BOOST_CHECK_EQUAL(probe(t0 + 10s, false), "unhealthy: no answer");
  BOOST_CHECK_EQUAL(probe(t0 + 20s, false), "");
  BOOST_CHECK_EQUAL(probe(t0 + 30s, true), "healthy");
}

// -- the end ----------------------------------------------------------------------

BOOST_AUTO_TEST_CASE(so_many_failures_one_after_the_other_are_fatal) {
  monitor.watch(key, check_of(0s), t0);
  BOOST_CHECK_EQUAL(probe(t0 + 10s, false), "unhealthy: no answer");
  BOOST_CHECK_EQUAL(probe(t0 + 20s, false), "");
  BOOST_CHECK_EQUAL(probe(t0 + 30s, false),
                    "fatal: its health check has failed 3 times one after the other: no answer");
  BOOST_CHECK_EQUAL(monitor.size(), 0u);
  BOOST_CHECK(!monitor.next_deadline());
}

BOOST_AUTO_TEST_CASE(a_success_in_between_begins_the_count_anew) {
  monitor.watch(key, check_of(0s, 2), t0);
  for (auto now = t0 + 10s; now < t0 + 100s; now += 20s) {
    BOOST_CHECK_EQUAL(probe(now, false), "unhealthy: no answer");
    BOOST_CHECK_EQUAL(probe(now + 10s, true), "healthy");
  }
}

BOOST_AUTO_TEST_CASE(one_failure_may_be_enough) {
  monitor.watch(key, check_of(0s, 1), t0);
  BOOST_CHECK_EQUAL(probe(t0 + 10s, false), "fatal: its health check has failed: no answer");
}

BOOST_AUTO_TEST_CASE(a_task_that_is_forgotten_is_not_probed) {
  monitor.watch(key, check_of(5s), t0);
  BOOST_CHECK(!monitor.forget(key));
  BOOST_CHECK(monitor.due(t0 + 1h).empty());
  BOOST_CHECK(!monitor.forget(key));
}

BOOST_AUTO_TEST_CASE(what_the_probe_of_a_forgotten_task_says_does_not_count) {
  monitor.watch(key, check_of(0s, 1), t0);
  monitor.due(t0 + 10s);
  BOOST_CHECK(monitor.forget(key));
  BOOST_CHECK_EQUAL(end(key, t0 + 11s, false), "");
}

BOOST_AUTO_TEST_CASE(a_forgotten_task_makes_room_for_others) {
  for (const auto* task : {"1", "2", "3"})
    monitor.watch(key_of(task), check_of(5s), t0);
  monitor.due(t0);
  monitor.forget(key_of("1"));
  BOOST_CHECK(monitor.due(t0) == std::vector{key_of("3")});
}

BOOST_AUTO_TEST_CASE(a_result_that_nobody_waits_for_changes_nothing) {
  monitor.watch(key, check_of(0s, 1), t0);
  BOOST_CHECK_EQUAL(end(key, t0, false), "");
  BOOST_CHECK(monitor.next_deadline() == t0 + 10s);
}

// -- all together -----------------------------------------------------------------

BOOST_AUTO_TEST_CASE(whatever_happens_no_task_is_probed_twice_at_once_or_left_out) {
  constexpr auto seed = 20'261u;
  BOOST_TEST_CONTEXT("seed " << seed) {
    std::mt19937 random{seed};
    std::set<task_key> out;
    std::map<task_key, time_point> left_alone;
    auto now = t0;
    for (auto step = 0; step < 20'000; ++step) {
      now += std::chrono::milliseconds{random() % 200};
      auto which = key_of(std::to_string(random() % 6));
      auto choice = random() % 8;
      if (choice == 0) {
        monitor.watch(which, check_of(std::chrono::seconds{random() % 3}, 2), now);
        if (!out.contains(which))
          left_alone.try_emplace(which, now);
      } else if (choice == 1) {
        BOOST_REQUIRE_EQUAL(monitor.forget(which), out.erase(which) == 1);
        left_alone.erase(which);
      } else if (out.contains(which)) {
        auto found = monitor.probed(which, random() % 2 == 0, "", now);
        out.erase(which);
        left_alone[which] = now;
        if (found && found->is_fatal)
          left_alone.erase(which);
      }
      for (const auto& x : monitor.due(now)) {
        BOOST_REQUIRE(out.insert(x).second);
        BOOST_REQUIRE(left_alone.erase(x) == 1);
      }
      BOOST_REQUIRE_LE(out.size(), 2u);
      BOOST_REQUIRE_EQUAL(monitor.size(), out.size() + left_alone.size());
      for (const auto& [task, since] : left_alone)
        BOOST_REQUIRE(out.size() == 2 || now - since < 10s);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

// Whose turn it is, and that nothing is lost or made.
#include "actors/allocator/round_robin.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

namespace entente::test {

namespace {

using namespace std::chrono_literals;

const time_point t0{};

resources parse(std::string_view text) {
  return std::get<resources>(resources::parse(text));
}

const framework_id f1{"f1"};
const framework_id f2{"f2"};
const agent_id a1{"a1"};
const agent_id a2{"a2"};

struct fixture {
  fixture() { add_agent(a1, "cpus:4;mem:1024"); }

  void add_agent(const agent_id& id, std::string_view total) {
    agent_info info;
    info.id = id;
    info.total = parse(total);
    sharer.add_agent(info);
  }

  void add_framework(const framework_id& id) {
    framework_info info;
    info.id = id;
    sharer.add_framework(info);
  }

  /// The frameworks of the next plans, agent by agent: `f1 f2`.
  std::string turns(time_point now = t0) {
    last = sharer.allocate(now);
    std::string result;
    for (const auto& plan : last)
      result += (result.empty() ? "" : " ") + plan.framework.str();
    return result;
  }

  void recover_all(std::optional<time_point> filtered_until = {}) {
    for (const auto& plan : last)
      sharer.recover(plan.framework, plan.agent, plan.available, filtered_until);
  }

  round_robin_allocator sharer;
  std::vector<offer_plan> last;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(round_robin, fixture)

BOOST_AUTO_TEST_CASE(without_frameworks_nothing_is_planned) {
  BOOST_CHECK(sharer.allocate(t0).empty());
}

BOOST_AUTO_TEST_CASE(all_that_is_free_is_planned_for_one) {
  add_framework(f1);
  auto plans = sharer.allocate(t0);
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  BOOST_CHECK((plans[0] == offer_plan{f1, a1, parse("cpus:4;mem:1024")}));
}

BOOST_AUTO_TEST_CASE(what_is_given_is_not_planned_again) {
  add_framework(f1);
  BOOST_CHECK_EQUAL(turns(), "f1");
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(frameworks_take_turns) {
  add_framework(f1);
  add_framework(f2);
  for (const auto* expected : {"f1", "f2", "f1", "f2"}) {
    BOOST_CHECK_EQUAL(turns(), expected);
    recover_all();
  }
}

BOOST_AUTO_TEST_CASE(turns_go_agent_by_agent) {
  add_agent(a2, "cpus:1");
  add_framework(f1);
  add_framework(f2);
  BOOST_CHECK_EQUAL(turns(), "f1 f2");
}

BOOST_AUTO_TEST_CASE(a_framework_that_is_added_twice_has_one_turn) {
  add_framework(f1);
  add_framework(f2);
  add_framework(f1);
  turns();
  recover_all();
  BOOST_CHECK_EQUAL(turns(), "f2");
}

BOOST_AUTO_TEST_CASE(part_of_what_was_given_comes_back) {
  add_framework(f1);
  turns();
  sharer.recover(f1, a1, parse("cpus:1"), {});
  auto plans = sharer.allocate(t0);
  BOOST_REQUIRE_EQUAL(plans.size(), 1u);
  BOOST_CHECK_EQUAL(plans[0].available, parse("cpus:1"));
}

BOOST_AUTO_TEST_CASE(a_filter_holds_until_its_end) {
  add_framework(f1);
  turns();
  recover_all(t0 + 5s);
  BOOST_CHECK(sharer.next_filter_end() == t0 + 5s);
  BOOST_CHECK_EQUAL(turns(t0 + 4999ms), "");
  BOOST_CHECK_EQUAL(turns(t0 + 5s), "f1");
  BOOST_CHECK(!sharer.next_filter_end());
}

BOOST_AUTO_TEST_CASE(a_filter_holds_for_one_framework_only) {
  add_framework(f1);
  add_framework(f2);
  turns();
  recover_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "f2");
  recover_all();
  BOOST_CHECK_EQUAL(turns(), "f2");
}

BOOST_AUTO_TEST_CASE(a_filter_holds_for_one_agent_only) {
  add_framework(f1);
  turns();
  recover_all(t0 + 5s);
  add_agent(a2, "cpus:1");
  BOOST_CHECK_EQUAL(turns(), "f1");
  BOOST_CHECK_EQUAL(last[0].agent, a2);
}

BOOST_AUTO_TEST_CASE(more_than_was_filtered_is_planned) {
  add_framework(f1);
  turns();
  sharer.recover(f1, a1, parse("cpus:1"), t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "");
  sharer.recover(f1, a1, parse("cpus:1"), {});
  BOOST_CHECK_EQUAL(turns(), "f1");
}

BOOST_AUTO_TEST_CASE(a_suppressed_framework_is_passed_over) {
  add_framework(f1);
  add_framework(f2);
  sharer.suppress(f1);
  BOOST_CHECK_EQUAL(turns(), "f2");
  recover_all();
  BOOST_CHECK_EQUAL(turns(), "f2");
}

BOOST_AUTO_TEST_CASE(a_revived_framework_has_its_turn_and_no_filters) {
  add_framework(f1);
  turns();
  recover_all(t0 + 5s);
  sharer.suppress(f1);
  sharer.revive(f1);
  BOOST_CHECK_EQUAL(turns(), "f1");
}

BOOST_AUTO_TEST_CASE(a_removed_framework_gets_nothing_and_gives_back) {
  add_framework(f1);
  add_framework(f2);
  turns();
  sharer.remove_framework(f1);
  recover_all(t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "f2");
  BOOST_CHECK_EQUAL(last[0].available, parse("cpus:4;mem:1024"));
  BOOST_CHECK(!sharer.next_filter_end());
}

BOOST_AUTO_TEST_CASE(a_removed_agent_takes_back_nothing) {
  add_framework(f1);
  turns();
  sharer.remove_agent(a1);
  recover_all();
  BOOST_CHECK_EQUAL(turns(), "");
}

BOOST_AUTO_TEST_CASE(an_agent_that_is_back_has_its_total_and_no_filters) {
  add_framework(f1);
  turns();
  sharer.recover(f1, a1, parse("cpus:4;mem:1024"), t0 + 5s);
  sharer.remove_agent(a1);
  add_agent(a1, "cpus:4;mem:1024");
  BOOST_CHECK_EQUAL(turns(), "f1");
  BOOST_CHECK_EQUAL(last[0].available, parse("cpus:4;mem:1024"));
}

BOOST_AUTO_TEST_CASE(unknown_ids_do_nothing) {
  add_framework(f1);
  sharer.remove_agent(a2);
  sharer.remove_framework(f2);
  sharer.suppress(f2);
  sharer.revive(f2);
  sharer.recover(f1, a2, parse("cpus:1"), t0 + 5s);
  BOOST_CHECK_EQUAL(turns(), "f1");
}

BOOST_AUTO_TEST_CASE(nothing_is_lost_or_made) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random{seed};
    round_robin_allocator book;
    const auto total = parse("cpus:8;mem:1000;ports:[1-100]");
    framework_info framework;
    for (const auto* id : {"f1", "f2", "f3"}) {
      framework.id = framework_id{id};
      book.add_framework(framework);
    }
    agent_info agent;
    agent.id = a1;
    agent.total = total;
    book.add_agent(agent);
    std::vector<offer_plan> given;
    for (auto step = 0; step < 100; ++step) {
      auto now = t0 + std::chrono::seconds{step};
      resources sum;
      for (auto& plan : book.allocate(now))
        given.push_back(std::move(plan));
      for (const auto& plan : given)
        sum += plan.available;
      BOOST_REQUIRE_MESSAGE(total.contains(sum), "seed " << seed << ": given " << sum);
      if (given.empty())
        continue;
      // One gives back all that it has, or one cpu of it.
      auto i = random() % given.size();
      auto& plan = given[i];
      auto until = random() % 2 ? std::optional{now + 3s} : std::nullopt;
      auto part = random() % 2 ? parse("cpus:1") : plan.available;
      if (!plan.available.contains(part))
        part = plan.available;
      book.recover(plan.framework, plan.agent, part, until);
      plan.available -= part;
      if (plan.available.empty())
        given.erase(given.begin() + static_cast<std::ptrdiff_t>(i));
    }
    for (const auto& plan : given)
      book.recover(plan.framework, plan.agent, plan.available, {});
    resources free;
    for (const auto& plan : book.allocate(t0 + 1h))
      free += plan.available;
    BOOST_REQUIRE_MESSAGE(free == total, "seed " << seed << ": free " << free);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test

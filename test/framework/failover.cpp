// A scheduler takes over from another one of its framework, with the real actors in one process.
#include <boost/test/unit_test.hpp>
#include <caf/actor_cast.hpp>
#include <string>

#include "actors/master/schedulers.hpp"
#include "claims_fixture.hpp"

namespace entente::test {

namespace {

struct fixture : claims_fixture {
  static driver_options lasting() {
    auto options = framework();
    options.info.failover_timeout = 1h;
    return options;
  }

  /// Subscribes as a scheduler without a driver, which does not stop when it should.
  framework_id subscribe_as(caf::scoped_actor& who, const framework_id& id = {}) {
    auto call = subscribe{lasting().info, 1, {}, {}, spoken_protocol};
    call.info.id = id;
    framework_id result;
    who->request(master, limit, call, caf::actor_cast<scheduler_actor>(who->address()))
      .receive([&](const subscribed& x) { result = x.framework; },
               [&](const caf::error& x) { refused = caf::to_string(x); });
    return result;
  }

  driver_actor take_over(const framework_id& id) {
    auto options = lasting();
    options.info.id = id;
    return join(heard_by_other, options);
  }

  std::string refused;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(failover, fixture)

BOOST_AUTO_TEST_CASE(the_older_scheduler_is_told_and_its_driver_ends) {
  auto id = heard.framework();
  take_over(id);
  BOOST_CHECK_EQUAL(heard.heard<framework_error>().message,
                    "another scheduler has subscribed as framework " + id.str());
  me->wait_for(driver);
}

BOOST_AUTO_TEST_CASE(tasks_live_on_and_are_the_newer_ones) {
  auto x = granted(slots("c", 1));
  launch(x, {{0, endless()}});
  auto process = pid();
  auto options = lasting();
  options.info.id = heard.framework();
  options.grants = {x};
  auto newer = join(heard_by_other, options);
  heard.heard<framework_error>();
  BOOST_CHECK(is_alive(process));
  me->send(newer, kill_task{{}, task_id{"t"}, 0ms});
  BOOST_CHECK(heard_by_other.end_of("t").state == task_state::killed);
}

BOOST_AUTO_TEST_CASE(an_older_scheduler_cannot_act_any_more) {
  caf::scoped_actor older{system};
  auto id = subscribe_as(older);
  auto newer = take_over(id);
  older->send(master, teardown{id});
  older->send(master, claim_slots{id, slots("c", 1), 2});
  // Behind those, which came first.
  older->request(master, limit, query{})
    .receive([](const cluster_view&) {}, [](const caf::error&) { BOOST_FAIL("no view"); });
  BOOST_CHECK(view(listing::claims).claims.empty());
  me->send(newer, claim_slots{{}, slots("d", 1), 0});
  BOOST_CHECK_EQUAL(heard_by_other.heard<claim_granted>().grant.claim, claim_id{"d"});
}

BOOST_AUTO_TEST_CASE(an_older_scheduler_does_not_take_over_again) {
  caf::scoped_actor older{system};
  auto id = subscribe_as(older);
  take_over(id);
  BOOST_CHECK(subscribe_as(older, id).empty());
  BOOST_CHECK(refused.find("another scheduler has subscribed as framework " + id.str()) !=
              std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_was_cut_off_comes_back_unless_another_has_taken_over) {
  const framework_id f{"f"};
  scheduler_actor a = system.spawn<listener_impl>(&heard);
  scheduler_actor b = system.spawn<listener_impl>(&heard);
  schedulers book;
  BOOST_CHECK(!book.put(f, a));
  BOOST_CHECK_EQUAL(book.remove(a.address()), f);
  BOOST_CHECK(!book.was_replaced(f, a.address()));
  BOOST_CHECK(!book.put(f, a));
  BOOST_CHECK_EQUAL(book.remove(a.address()), f);
  BOOST_CHECK(!book.put(f, b));
  BOOST_CHECK(book.was_replaced(f, a.address()));
  BOOST_CHECK(!book.was_replaced(framework_id{"g"}, a.address()));
  BOOST_CHECK(!book.was_replaced(f, b.address()));
  BOOST_CHECK(book.remove(a.address()).empty());
  for (const auto& x : {a, b})
    end(caf::actor_cast<caf::actor>(x));
}

BOOST_AUTO_TEST_CASE(a_framework_of_another_version_is_refused_with_both) {
  auto next = spoken_protocol.newest + 1;
  subscribe call{framework().info, 1, {}, {}, {next, next}};
  me->request(master, limit, call, caf::actor_cast<scheduler_actor>(me->address()))
    .receive([](const subscribed&) { BOOST_FAIL("was taken"); },
             [&](const caf::error& x) { refused = caf::to_string(x); });
  BOOST_CHECK(refused.find("version " + std::to_string(next)) != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace entente::test
